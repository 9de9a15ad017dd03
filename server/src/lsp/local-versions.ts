/** Owns asking the nginx that the user's own settings name for its versions: in trusted workspaces only, and once. */
import { type Local, localTarget } from '../config/local.ts';
import type { Host } from '../files/host.ts';
import type { Target } from '../model/target.ts';

/** Answers for a program; undefined for none, and where it cannot be asked, which `warn` is told. */
export function createLocalVersions(
  host: Host,
  warn: (message: string) => void,
): (program: string | undefined) => Promise<Target | undefined> {
  const asking = new Map<string, Promise<Local>>();
  return async (program) => {
    if (program === undefined) return undefined;
    const known = asking.get(program) ?? localTarget(host, program);
    asking.set(program, known);
    const found = await known;
    if (found.ok) return found.target;
    // The next time it may be there.
    asking.delete(program);
    warn(`wsslint.nginxBinary: ${program}: ${found.why}`);
    return undefined;
  };
}
