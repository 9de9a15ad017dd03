/** Owns whether a change of a path concerns somebody who depends on files and folders. */
import type { FileId } from '../files/host.ts';
import { dirname } from '../files/paths.ts';
import type { Dependencies } from '../files/store.ts';

/** `listed`: the path has come to its folder, or has gone from it, which concerns who listed the folder. */
export function concerns(dependencies: Dependencies, path: FileId, listed: boolean): boolean {
  if (dependencies.files.has(path) || dependencies.directories.has(path)) return true;
  if (listed && dependencies.directories.has(dirname(path))) return true;
  const below = `${path}/`;
  for (const file of dependencies.files) if (file.startsWith(below)) return true;
  return false;
}
