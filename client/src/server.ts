/** Owns the connection to the language server: which documents it gets, how it is started, and its typed messages. */
import {
  type Disposable,
  type Event,
  EventEmitter,
  type FileSystemWatcher,
  Uri,
  type Diagnostic as VDiagnostic,
  type WorkspaceEdit,
  workspace,
} from 'vscode';
import { LanguageClient, type LanguageClientOptions, TransportKind } from 'vscode-languageclient/node';
import type {
  ClientNotifications,
  InitializationOptions,
  Requests,
  ServerNotifications,
  StatusParams,
} from '../../server/src/lsp/protocol.ts';

/**
 * `NGINX` is the id that the extension ahmadalli.vscode-nginx-conf gives to nginx files; ours is `nginx`. `apacheconf` is that
 * of mrmlnc.vscode-apache; ours is the same. `caddyfile` is that of matthewpi.caddyfile-support.
 */
const languages = ['nginx', 'NGINX', 'haproxy', 'apacheconf', 'caddyfile', 'stunnel', 'pem'];

/** Configurations and certificates. Other schemes (git revisions, diffs) have no files around them to include. */
export const proxyDocuments = [
  ...languages.flatMap((language) => [
    { scheme: 'file', language },
    { scheme: 'untitled', language },
  ]),
  // Caddy's JSON; the server looks whether it is.
  ...['**/*caddy*.json', '**/caddy/**/*.json'].map((pattern) => ({ scheme: 'file', language: 'json', pattern })),
];

/**
 * Files whose change on disk may change findings: configurations, certificates and keys, the settings, files without
 * an extension in the folders that servers use, the files whose images name versions, and what git tracks.
 */
export const watchedFiles: readonly string[] = [
  '**/*.{conf,cfg,pem,crt,cer,key,csr,crl,der,p7b,p7c,p12,pfx,ext,cnf}',
  '**/{nginx,conf.d,sites-available,sites-enabled,snippets,haproxy,apache2,httpd,caddy,stunnel,certs,ssl}/**',
  '**/.htaccess',
  '**/{Caddyfile,Caddyfile.*,*.caddyfile,*caddy*.json}',
  '**/caddy/**/*.json',
  '**/wsslint.json',
  '**/.git/index',
  '**/{Dockerfile*,Containerfile*,*.Dockerfile,compose*.{yml,yaml},docker-compose*.{yml,yaml}}',
];

/** The language server's own messages, typed by method. */
export interface LanguageServer {
  request<M extends keyof Requests & string>(method: M, params: Requests[M]['params']): Promise<Requests[M]['result']>;
  notify<M extends keyof ClientNotifications & string>(method: M, params: ClientNotifications[M]): Promise<void>;
  readonly onStatus: Event<StatusParams>;
  /** What the server said of certificates is out of date. */
  readonly onCertificatesChanged: Event<void>;
  /** An LSP WorkspaceEdit in VS Code's form. */
  asWorkspaceEdit(edit: object): Promise<WorkspaceEdit>;
}

export function languageServer(client: LanguageClient): LanguageServer & Disposable {
  // The client keeps one handler a method, so this event is what several listeners share.
  const status = new EventEmitter<StatusParams>();
  const handler = client.onNotification('wsslint/status' satisfies keyof ServerNotifications, (params: StatusParams) =>
    status.fire(params),
  );
  const certificates = new EventEmitter<void>();
  const certificatesHandler = client.onNotification(
    'wsslint/certificatesChanged' satisfies keyof ServerNotifications,
    () => certificates.fire(),
  );
  return {
    request: (method, params) => client.sendRequest(method, params),
    notify: (method, params) => client.sendNotification(method, params),
    onStatus: status.event,
    onCertificatesChanged: certificates.event,
    asWorkspaceEdit: (edit) => client.protocol2CodeConverter.asWorkspaceEdit(edit),
    dispose: () => {
      certificatesHandler.dispose();
      certificates.dispose();
      handler.dispose();
      status.dispose();
    },
  };
}

/** A client that is not yet started. The caller disposes the watchers. */
export function createClient(module: string, watchers: FileSystemWatcher[]): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [...proxyDocuments, { scheme: 'file', pattern: '**/{wsslint.json,*.ext,*.cnf}' }],
    diagnosticCollectionName: 'wsslint',
    // A function, because the answer may have changed when the server is restarted.
    initializationOptions: (): InitializationOptions => ({ trusted: workspace.isTrusted }),
    synchronize: { fileEvents: watchers },
    markdown: { isTrusted: { enabledCommands: ['wsslint.explainRule'] } },
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(linkRulePage)),
    },
  };
  return new LanguageClient('wsslint', 'wsslint', { module, transport: TransportKind.ipc }, options);
}

/** In VS Code a finding's code opens the rule page that the server carries, which works without a network too. */
function linkRulePage(diagnostic: VDiagnostic): VDiagnostic {
  const code = typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code;
  if (typeof code === 'string') {
    const argument = encodeURIComponent(JSON.stringify([code]));
    diagnostic.code = { value: code, target: Uri.parse(`command:wsslint.explainRule?${argument}`) };
  }
  return diagnostic;
}
