/** Owns the extension's life in VS Code: what starts with activation and ends with deactivation. */
import { commands, type ExtensionContext, workspace } from 'vscode';
import { registerCertificateCommands } from './certificate-commands.ts';
import { registerCertificatesView } from './certificates.ts';
import { registerEffectiveView } from './effective.ts';
import { registerRulePages } from './rule-pages.ts';
import { createClient, languageServer, watchedFiles } from './server.ts';
import { registerStatus } from './status.ts';

/** What other extensions and the end-to-end tests get from `activate()`. */
export interface WsslintApi {
  /** Resolves when the language server has answered; rejects when it could not be started. */
  readonly ready: Promise<void>;
}

export function activate(context: ExtensionContext): WsslintApi {
  const watchers = watchedFiles.map((pattern) => workspace.createFileSystemWatcher(pattern));
  const client = createClient(context.asAbsolutePath('dist/server.js'), watchers);
  const server = languageServer(client);
  context.subscriptions.push(
    ...watchers,
    server,
    registerStatus(server),
    registerEffectiveView(server),
    registerRulePages(server),
    registerCertificatesView(server),
    registerCertificateCommands(server),
    commands.registerCommand('wsslint.restartServer', () => client.restart()),
    workspace.onDidGrantWorkspaceTrust(() => server.notify('wsslint/trust', { trusted: true })),
    { dispose: () => client.stop() },
  );
  void commands.executeCommand('setContext', 'wsslint.active', true);
  return { ready: client.start() };
}
