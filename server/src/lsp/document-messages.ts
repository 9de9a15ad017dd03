/** Owns the messages that tell of texts and files: documents that come, change and go, and what happens on disk. */
import type { Serving } from './serving.ts';
import { toFileId } from './uri.ts';

export function followDocuments({ connection, session, guards: { guarded } }: Serving): void {
  const { documents } = session;
  connection.onDidOpenTextDocument(guarded('opening', (params) => session.opened(documents.open(params))));
  connection.onDidChangeTextDocument(
    guarded('reading a change', (params) => {
      const document = documents.change(params);
      if (document !== undefined) session.opened(document);
    }),
  );
  connection.onDidCloseTextDocument(
    guarded('closing', ({ textDocument }) => {
      const document = documents.close(textDocument.uri);
      if (document !== undefined) session.closed(document);
    }),
  );

  const touched = (uris: readonly string[]): void => session.touched(uris.flatMap((uri) => toFileId(uri) ?? []));
  connection.onDidChangeWatchedFiles(
    guarded('following files', ({ changes }) => touched(changes.map(({ uri }) => uri))),
  );
  const moved = guarded('following files', ({ files }: { files: readonly FileOperation[] }) =>
    touched(files.flatMap((file) => ('uri' in file ? [file.uri] : [file.oldUri, file.newUri]))),
  );
  connection.workspace.onDidCreateFiles(moved);
  connection.workspace.onDidRenameFiles(moved);
  connection.workspace.onDidDeleteFiles(moved);
}

type FileOperation = { readonly uri: string } | { readonly oldUri: string; readonly newUri: string };
