/** Owns watching what projects read outside the workspace, such as certificates that are renewed in `/etc/letsencrypt`. */
import { type Connection, DidChangeWatchedFilesNotification, type Disposable } from 'vscode-languageserver/node';
import type { Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { dirname, isInside } from '../files/paths.ts';
import { toUri } from './uri.ts';

/** Each watched folder costs the editor a watcher of the system. */
const FOLDER_LIMIT = 50;

/** The folders outside the workspace from which a run has read files, sorted. */
export function outsideFolders(run: Run, workspace: readonly FileId[]): FileId[] {
  const folders = new Set<FileId>();
  for (const { project } of run.projects) {
    const { files, missing } = project.dependencies;
    for (const file of files) {
      if (!missing.has(file) && !workspace.some((folder) => isInside(folder, file))) folders.add(dirname(file));
    }
  }
  return [...folders].sort().slice(0, FOLDER_LIMIT);
}

/** Asks the client to watch these folders instead of those before. */
export function createOutsideWatch(connection: Connection): (folders: readonly FileId[]) => Promise<void> {
  let watched = '';
  let registration: Promise<Disposable> | undefined;
  return async (folders) => {
    const wanted = folders.join('\n');
    if (wanted === watched) return;
    watched = wanted;
    const before = registration;
    registration =
      folders.length === 0
        ? undefined
        : connection.client.register(DidChangeWatchedFilesNotification.type, {
            watchers: folders.map((folder) => ({ globPattern: { baseUri: toUri(folder), pattern: '*' } })),
          });
    (await before)?.dispose();
    await registration;
  };
}
