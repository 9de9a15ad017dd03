/** Owns where a path of a Caddy configuration lies on this machine: beside its file, path map, workspace, disk. */
import type { FileId } from '../../files/host.ts';
import { dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Fact } from '../../model/origin.ts';
import { type Candidate, locateAmong, type Places } from '../locate.ts';

/** Where packages and the container image keep the configuration; a workspace's copy stands for it. */
const USUAL_FOLDER = '/etc/caddy';

export interface PathContext extends Places {
  /** The folder of the project's first file. */
  readonly folder: FileId;
}

function absolute(path: string, { environment, folder }: PathContext): Candidate[] {
  for (const { from, to } of environment.pathMap) {
    const bare = from.replace(/\/+$/, '') || '/';
    if (isInside(bare, path)) return [{ path: join(to, `.${path.slice(bare === '/' ? 0 : bare.length)}`), sure: true }];
  }
  const out: Candidate[] = [];
  if (isInside(USUAL_FOLDER, path) && !isInside(USUAL_FOLDER, folder))
    out.push({ path: join(folder, `.${path.slice(USUAL_FOLDER.length)}`), sure: false });
  const sure = environment.workspaces.some((workspace) => isInside(workspace, path)) || isInside(folder, path);
  return [...out, { path: join('/', path), sure }];
}

/**
 * The file that a setting names. Caddy takes a relative path from the folder in which it was started, which is not known,
 * so a file beside the configuration counts, and one that is not there may be elsewhere.
 */
export function locate(path: string, context: PathContext): Fact<FileId> {
  return locateAmong(path, () => placesOf(path, context), context);
}

function placesOf(path: string, context: PathContext): Candidate[] {
  return isAbsolute(path) ? absolute(path, context) : [{ path: join(context.folder, path), sure: false }];
}

/** Nobody keeps more below one folder; what does costs no more time than this. */
const MOST_LEVELS = 5;
const MOST_FILES = 500;

/** The files of certificates below a folder, in the order of their names; none where it cannot be seen (folderloader.go). */
export function pemFilesBelow(path: string, context: PathContext): { written: string; file: FileId }[] {
  const { environment, dependencies } = context;
  const out: { written: string; file: FileId }[] = [];
  const walk = (folder: FileId, written: string, level: number): boolean => {
    const entries = environment.files.list(folder, dependencies);
    if (entries === undefined) return false;
    for (const { name, kind } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (out.length >= MOST_FILES) break;
      if (kind === 'directory' && level < MOST_LEVELS) walk(join(folder, name), join(written, name), level + 1);
      else if (kind === 'file' && /\.pem$/i.test(name))
        out.push({ written: join(written, name), file: join(folder, name) });
    }
    return true;
  };
  placesOf(path, context).some((place) => walk(place.path, path, 0));
  return out;
}

/** The places where what is imported may lie: a relative path is from the folder of the file that imports it (parse.go, doImport). */
export function importCandidates(path: string, from: FileId, context: PathContext): Candidate[] {
  return isAbsolute(path) ? absolute(path, context) : [{ path: join(dirname(from), path), sure: true }];
}
