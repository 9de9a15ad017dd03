/** Owns `--password-file`: passwords of PKCS#12 containers, and what is said of containers that stay closed. */
import { join } from '../files/paths.ts';
import { type ClosedContainer, closedWord } from '../service/closed-containers.ts';
import type { Surroundings } from './core.ts';
import { displayPath } from './located.ts';
import { harmless } from './terminal.ts';

/**
 * One password a line, as in nginx's `ssl_password_file`; none where no file is given. Undefined where the file has
 * none, which has been complained about.
 */
export async function passwordsIn(
  written: string | undefined,
  { cwd, withSlashes, readPasswordFile, stderr }: Surroundings,
): Promise<readonly string[] | undefined> {
  if (written === undefined) return [];
  const read = await readPasswordFile(join(cwd, withSlashes(written)));
  const complain = (detail: string) => {
    stderr.write(`wsslint: --password-file ${harmless(written)}: ${harmless(detail)}\n`);
    return undefined;
  };
  if (!read.ok) return complain(read.detail);
  const passwords = new TextDecoder()
    .decode(read.bytes)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  return passwords.length === 0 ? complain('holds no password') : passwords;
}

/** `isGiven`: there were passwords to try. */
export function passwordWord(isGiven: boolean): string {
  return isGiven ? 'no password of --password-file fits' : 'its password is needed (--password-file)';
}

export function tellClosed(all: readonly ClosedContainer[], isGiven: boolean, { cwd, stderr }: Surroundings): void {
  for (const { file, keystore } of all) {
    const why = closedWord(keystore, passwordWord(isGiven));
    stderr.write(`wsslint: ${harmless(displayPath(cwd, file))}: ${why}\n`);
  }
}
