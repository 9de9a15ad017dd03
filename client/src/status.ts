/** Owns the language status: the root file, the target version, and what could not be seen, of the active document. */
import {
  commands,
  Disposable,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { StatusParams } from '../../server/src/lsp/protocol.ts';
import { type LanguageServer, proxyDocuments } from './server.ts';

export function registerStatus(server: LanguageServer): Disposable {
  const known = new Map<string, StatusParams>();
  const project = languages.createLanguageStatusItem('wsslint.project', proxyDocuments);
  const unseen = languages.createLanguageStatusItem('wsslint.unseen', []);
  project.name = 'wsslint';
  unseen.name = 'wsslint: not seen';
  unseen.severity = LanguageStatusSeverity.Information;
  unseen.command = { title: 'Show All', command: 'wsslint.showUnseen' };

  const activeStatus = (): StatusParams | undefined => {
    const uri = window.activeTextEditor?.document.uri;
    return uri && known.get(uri.toString());
  };
  const refresh = (): void => {
    const status = activeStatus();
    const document = window.activeTextEditor?.document;
    const isOpen = document !== undefined && languages.match(proxyDocuments, document) > 0;
    void commands.executeCommand('setContext', 'wsslint.isOpen', isOpen);
    showProject(project, status, document?.languageId !== 'pem');
    showUnseen(unseen, status?.unseen ?? []);
  };
  refresh();
  return Disposable.from(
    project,
    unseen,
    server.onStatus((status) => {
      known.set(Uri.parse(status.uri).toString(), status);
      refresh();
    }),
    window.onDidChangeActiveTextEditor(refresh),
    workspace.onDidCloseTextDocument((document) => known.delete(document.uri.toString())),
    commands.registerCommand('wsslint.showUnseen', () => showUnseenLines(activeStatus()?.unseen ?? [])),
  );
}

/** A certificate file is judged by itself, whatever the version, and does nothing. */
function showProject(item: LanguageStatusItem, status: StatusParams | undefined, isConfiguration: boolean): void {
  item.text = status ? projectName(status) : 'wsslint';
  item.detail = status?.target ?? (status && isConfiguration ? 'version not known' : '');
  item.command =
    status?.root && isConfiguration
      ? { title: 'Show Effective Configuration', command: 'wsslint.showEffectiveConfiguration' }
      : undefined;
}

function projectName(status: StatusParams): string {
  const root = status.root === undefined ? 'no root file' : workspace.asRelativePath(Uri.parse(status.root));
  return status.fragment ? 'fragment: no root file includes it' : root;
}

async function showUnseenLines(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) await window.showInformationMessage('Everything that this configuration names was seen.');
  else await window.showQuickPick([...lines], { title: 'What wsslint could not see, and so did not judge' });
}

/** The item is there only when something was not seen; an empty selector hides it. */
function showUnseen(item: LanguageStatusItem, lines: readonly string[]): void {
  item.selector = lines.length > 0 ? proxyDocuments : [];
  item.text = `$(eye-closed) ${lines.length} not seen`;
  item.detail = lines.join('; ');
}
