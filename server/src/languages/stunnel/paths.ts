/** Owns where a path of a configuration lies on this machine: path map, workspace, disk, beside the configuration. */
import type { FileId } from '../../files/host.ts';
import { dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Fact } from '../../model/origin.ts';
import { type Candidate, locateAmong, type Places } from '../locate.ts';

/** Folders that packages keep the configuration in; a workspace's copy stands for the one in them. */
const USUAL_FOLDERS = ['/etc/stunnel', '/usr/local/etc/stunnel', '/opt/homebrew/etc/stunnel', '/etc/stunnel4'];

export interface PathContext extends Places {
  readonly root: FileId;
}

/** The places where a path may lie, best first. */
export function candidates(path: string, { environment, root }: PathContext): readonly Candidate[] {
  const folder = dirname(root);
  // Relative paths count from where stunnel is started, which nobody knows; beside the configuration is likely.
  if (!isAbsolute(path)) return [{ path: join(folder, path), sure: false }];
  for (const { from, to } of environment.pathMap) {
    const bare = from.replace(/\/+$/, '') || '/';
    if (isInside(bare, path)) return [{ path: join(to, `.${path.slice(bare === '/' ? 0 : bare.length)}`), sure: true }];
  }
  const out: Candidate[] = USUAL_FOLDERS.filter((usual) => isInside(usual, path) && !isInside(usual, folder)).map(
    (usual) => ({ path: join(folder, `.${path.slice(usual.length)}`), sure: false }),
  );
  const sure = isInside(folder, path) || environment.workspaces.some((one) => isInside(one, path));
  out.push({ path: join('/', path), sure });
  return out;
}

/** The file a path names. Known and missing means: it is certainly not there. */
export function locate(path: string, context: PathContext): Fact<FileId> {
  return locateAmong(path, () => candidates(path, context), context);
}
