/** Owns finding the files of a folder that are worth linting, in small steps, so that nobody waits for a large folder. */
import type { FileId, Host } from '../files/host.ts';
import { join, relative } from '../files/paths.ts';

/** Folders of other people's files, and of version control. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn']);

/** A home directory that was opened by mistake must not be read for minutes. */
const ENTRY_LIMIT = 200_000;

/** What a step of the search found. */
export type Step =
  | { readonly kind: 'file'; readonly file: FileId }
  /** A folder was read: a good moment for a pause. */
  | { readonly kind: 'folder' }
  /** The search ends here, although there is more. */
  | { readonly kind: 'limit'; readonly folder: FileId };

/**
 * All files below the folders that `wanted` accepts. Links are followed, each folder is read once, and only where
 * `mayRead` allows both the path and what it leads to.
 */
export function* workspaceFiles(
  host: Host,
  folders: readonly FileId[],
  wanted: (file: FileId) => boolean,
  mayRead: (path: FileId) => boolean,
): Generator<Step, void, void> {
  const seen = new Set<FileId>();
  let entries = 0;
  const waiting = [...folders].reverse();
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const real = host.realPath(folder) ?? folder;
    if (seen.has(real) || !mayRead(folder) || !mayRead(real)) continue;
    seen.add(real);
    for (const { name, kind } of host.list(folder) ?? []) {
      if (++entries > ENTRY_LIMIT) return yield { kind: 'limit', folder };
      const path = join(folder, name);
      if (kind === 'directory' && !SKIPPED.has(name)) waiting.push(path);
      if (kind === 'file' && wanted(path)) yield { kind: 'file', file: path };
    }
    yield { kind: 'folder' };
  }
}

/** Whether a path below a workspace folder lies in a folder that is not searched. */
export function isSkipped(folder: FileId, path: FileId): boolean {
  return relative(folder, path)
    .split('/')
    .some((part) => SKIPPED.has(part));
}
