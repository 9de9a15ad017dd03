/** Owns the list of the workspace's files to lint: searched for in the background, and kept up to date. */
import type { FileId, Host } from '../files/host.ts';
import { isInside } from '../files/paths.ts';
import type { ReadPolicy } from '../files/store.ts';
import { isSkipped, workspaceFiles } from '../service/workspace-files.ts';

/** How long the search may hold up other work at a time, in milliseconds. */
const SLICE = 8;

export interface Discovery {
  /** What was found so far. */
  readonly files: ReadonlySet<FileId>;
  /** Whether the search goes on. */
  readonly searching: boolean;
  /** Looks at a path again that has come, gone or changed; a folder with all below it. */
  look(path: FileId): void;
  /** Ends the search; nothing is called any more. */
  stop(): void;
}

/** `wanted` decides on files; `done` is called when a search has ended, with the folder where it gave up, if it did. */
export function discover(
  host: Host,
  folders: readonly FileId[],
  wanted: (file: FileId) => boolean,
  mayRead: ReadPolicy,
  done: (gaveUpAt: FileId | undefined) => void,
): Discovery {
  const files = new Set<FileId>();
  const searches = new Set<NodeJS.Immediate>();

  const search = (below: readonly FileId[]): void => {
    const steps = workspaceFiles(host, below, wanted, mayRead);
    const next = (): void => {
      const handle = setImmediate(() => {
        searches.delete(handle);
        slice();
      });
      searches.add(handle);
    };
    const slice = (): void => {
      const until = performance.now() + SLICE;
      for (let step = steps.next(); !step.done; step = steps.next()) {
        if (step.value.kind === 'file') files.add(step.value.file);
        if (step.value.kind === 'limit') {
          done(step.value.folder);
          return;
        }
        if (performance.now() > until) {
          next();
          return;
        }
      }
      done(undefined);
    };
    next();
  };
  search(folders);

  return {
    files,
    get searching() {
      return searches.size > 0;
    },
    look(path) {
      for (const file of files) if (isInside(path, file)) files.delete(file);
      const folder = folders.find((one) => isInside(one, path));
      const real = host.realPath(path);
      if (folder === undefined || real === undefined || isSkipped(folder, path) || !mayRead(path) || !mayRead(real))
        return;
      if (host.list(path) !== undefined) search([path]);
      else if (wanted(path)) files.add(path);
    },
    stop() {
      for (const handle of searches) clearImmediate(handle);
      searches.clear();
    },
  };
}
