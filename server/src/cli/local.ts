/** Owns `--nginx-binary`: the versions of the nginx that the user names. */
import { localTarget } from '../config/local.ts';
import { join } from '../files/paths.ts';
import { NO_TARGET, type Target } from '../model/target.ts';
import type { Surroundings } from './core.ts';
import { harmless } from './terminal.ts';

/** Undefined where the binary does not say its version, which has been complained about. */
export async function localVersions(
  written: string | undefined,
  { cwd, withSlashes, host, stderr }: Surroundings,
): Promise<Target | undefined> {
  if (written === undefined) return NO_TARGET;
  const found = await localTarget(host, join(cwd, withSlashes(written)));
  if (found.ok) return found.target;
  stderr.write(`wsslint: --nginx-binary ${harmless(written)}: ${harmless(found.why)}\n`);
  return undefined;
}
