/** Owns who can get at a file beside its owner: other users of the machine, and everybody who has the git repository. */
import { pathsInIndex } from './git-index.ts';
import type { FileId, Host } from './host.ts';
import { dirname, join, relative } from './paths.ts';

export interface Exposure {
  /** The mode of a file that all users of the machine can read; undefined where they cannot, or where that is not known. */
  readonly readableMode: number | undefined;
  /** Whether git tracks it. */
  readonly tracked: boolean;
  /** The index that says so: when it changes, this may be otherwise. Undefined outside of repositories. */
  readonly index: FileId | undefined;
}

/** Indexes of larger repositories are not read. */
const INDEX_LIMIT = 64 * 1024 * 1024;
/** Files whose names are none of these are not asked for. */
const KEY_FILE = /\.(pem|crt|cer|der|key|p12|pfx)$|key/i;

interface Index {
  readonly modified: number;
  readonly size: number;
  readonly paths: ReadonlySet<string>;
}

export type ExposureOf = (file: FileId) => Exposure;

/** Looks at the disk each time, except that an index is read again only when it has changed. */
export function createExposure(host: Host): ExposureOf {
  const indexes = new Map<FileId, Index>();

  const indexAt = (path: FileId): ReadonlySet<string> | undefined => {
    const status = host.status(path);
    if (status === undefined) return undefined;
    const known = indexes.get(path);
    if (known?.modified === status.modified && known.size === status.size) return known.paths;
    const read = host.readFile(path, INDEX_LIMIT);
    const wanted = (name: string) => KEY_FILE.test(name);
    const paths = read.ok ? (pathsInIndex(read.bytes, wanted) ?? pathsInIndex(read.bytes, wanted, 32)) : undefined;
    indexes.set(path, { ...status, paths: paths ?? new Set() });
    return paths;
  };

  const inGit = (file: FileId): Pick<Exposure, 'tracked' | 'index'> => {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const index = indexPath(folder, host);
      if (index !== undefined) return { tracked: indexAt(index)?.has(relative(folder, file)) ?? false, index };
      if (dirname(folder) === folder) return { tracked: false, index: undefined };
    }
  };

  return (file) => ({ readableMode: readableMode(file, host), ...inGit(file) });
}

/** The index of a work tree that has its root here; `.git` of a linked work tree is a file that names its folder. */
function indexPath(folder: FileId, host: Host): FileId | undefined {
  const git = join(folder, '.git');
  if (host.status(join(git, 'index')) !== undefined) return join(git, 'index');
  const link = host.readFile(git, 4096);
  const [, path] = link.ok ? (/^gitdir: (.+?)\s*$/.exec(new TextDecoder().decode(link.bytes)) ?? []) : [];
  return path === undefined ? undefined : join(join(folder, path), 'index');
}

/** Others need to get to the file, too: each folder above it has to let them through. */
function readableMode(file: FileId, host: Host): number | undefined {
  const real = host.realPath(file);
  const mode = real === undefined ? undefined : host.status(real)?.mode;
  // Where even a key can be executed, the file system knows no modes.
  if (real === undefined || mode === undefined || (mode & 0o004) === 0 || (mode & 0o111) !== 0) return undefined;
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    const above = host.status(folder)?.mode;
    if (above === undefined || (above & 0o001) === 0) return undefined;
    if (dirname(folder) === folder) return mode & 0o777;
  }
}
