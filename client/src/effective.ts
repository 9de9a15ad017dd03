/** Owns the read-only view of a project's effective configuration, and the command that opens it. */
import { commands, Disposable, EventEmitter, Uri, ViewColumn, window, workspace } from 'vscode';
import type { EffectiveParams } from '../../server/src/lsp/protocol.ts';
import type { LanguageServer } from './server.ts';

const scheme = 'wsslint-effective';

export function registerEffectiveView(server: LanguageServer): Disposable {
  const changed = new EventEmitter<Uri>();
  const provider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (view: Uri): Promise<string> =>
      (await server.request('wsslint/effective', paramsOf(view))).text,
  };
  return Disposable.from(
    changed,
    workspace.registerTextDocumentContentProvider(scheme, provider),
    commands.registerCommand('wsslint.showEffectiveConfiguration', showEffective),
    server.onStatus(() => {
      for (const document of workspace.textDocuments) if (document.uri.scheme === scheme) changed.fire(document.uri);
    }),
  );
}

async function showEffective(): Promise<void> {
  const source = window.activeTextEditor?.document.uri;
  if (source === undefined || source.scheme === scheme) return;
  const document = await workspace.openTextDocument(viewOf({ uri: source.toString() }));
  await window.showTextDocument(document, { preview: true, viewColumn: ViewColumn.Beside });
}

/** The parameters travel in the view's query; its path only gives the tab a name. */
function viewOf(params: EffectiveParams): Uri {
  const path = `${Uri.parse(params.uri).path}.effective`;
  return Uri.from({ scheme, path, query: JSON.stringify(params) });
}

function paramsOf(view: Uri): EffectiveParams {
  return JSON.parse(view.query) as EffectiveParams;
}
