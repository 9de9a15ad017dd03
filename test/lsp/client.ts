/** Owns an editor for tests: it starts the built server as a process and talks to it over standard input and output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type InitializeParams,
  type InitializeResult,
  type LogMessageParams,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import type { InitializationOptions, StatusParams } from '../../server/src/lsp/protocol.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { repositoryRoot } from '../kit/root.ts';

/** A safety net only: whoever waits is woken by the message itself. */
const PATIENCE_MS = 20_000;

export interface EditorOptions {
  readonly folders: readonly string[];
  readonly options?: InitializationOptions | undefined;
  readonly capabilities?: ClientCapabilities;
  /** Replaces parts of what is said at the start. */
  readonly initialize?: Partial<InitializeParams>;
  /** The `wsslint` section of the settings, for a folder or (undefined) those of the user. */
  readonly settings?: (folder: string | undefined) => unknown;
  /** The arguments of node; by default the server bundle's. */
  readonly command?: readonly string[];
}

export interface Editor {
  readonly connection: ProtocolConnection;
  readonly result: InitializeResult;
  readonly published: readonly PublishDiagnosticsParams[];
  readonly statuses: readonly StatusParams[];
  readonly log: readonly string[];
  readonly process: ChildProcess;
  open(path: string, text: string, languageId?: string, uri?: string): Promise<void>;
  /** Replaces the text of an open document. */
  change(path: string, text: string): Promise<void>;
  close(path: string): Promise<void>;
  /** The rules found in a file, in the order of the file, as last published. */
  rules(path: string): string[];
  diagnostics(path: string): readonly Diagnostic[];
  /** Waits until what was received fulfils a condition. */
  until(condition: () => boolean): Promise<void>;
  /** Says goodbye; answers the exit code. */
  shutdown(): Promise<number | null>;
}

const started = new Set<ChildProcess>();

/** Ends what tests have left running. */
export function endEditors(): void {
  for (const child of started) child.kill('SIGKILL');
  started.clear();
}

export const SERVER = [join(repositoryRoot, 'dist/server.js'), '--stdio'];

export const CAPABILITIES: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, snippetEditSupport: true },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    codeAction: { resolveSupport: { properties: ['edit'] }, dataSupport: true },
  },
};

export async function startEditor(options: EditorOptions): Promise<Editor> {
  const child = spawn(process.execPath, [...(options.command ?? SERVER)], { stdio: ['pipe', 'pipe', 'inherit'] });
  started.add(child);
  const exited = once(child, 'exit');
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  const statuses: StatusParams[] = [];
  const log: string[] = [];
  const versions = new Map<string, number>();
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const waiter of waiters) waiter();
  };
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
    wake();
  });
  connection.onNotification('wsslint/status', (params: StatusParams) => {
    statuses.push(params);
    wake();
  });
  connection.onNotification('window/logMessage', ({ message }: LogMessageParams) => {
    log.push(message);
    wake();
  });
  connection.onRequest('workspace/configuration', ({ items }: { items: { scopeUri?: string }[] }) =>
    items.map(({ scopeUri }) => options.settings?.(scopeUri) ?? null),
  );
  const folders = options.folders.map((folder) => ({ uri: toUri(folder), name: folder }));
  connection.onRequest('workspace/workspaceFolders', () => folders);
  connection.onRequest('client/registerCapability', (params: unknown) => {
    log.push(JSON.stringify(params));
    wake();
  });
  connection.listen();
  const result: InitializeResult = await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders,
    capabilities: options.capabilities ?? CAPABILITIES,
    ...(options.options && { initializationOptions: options.options }),
    ...options.initialize,
  });
  await connection.sendNotification('initialized', {});

  const diagnostics = (path: string): readonly Diagnostic[] => {
    const uri = path.includes(':') ? path : toUri(path);
    return published.findLast((params) => params.uri === uri)?.diagnostics ?? [];
  };
  const next = (path: string): number => {
    const version = (versions.get(path) ?? 0) + 1;
    versions.set(path, version);
    return version;
  };
  return {
    connection,
    result,
    published,
    statuses,
    log,
    process: child,
    open: (path, text, languageId = 'nginx', uri = toUri(path)) =>
      connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId, version: next(path), text },
      }),
    change: (path, text) =>
      connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri: toUri(path), version: next(path) },
        contentChanges: [{ text }],
      }),
    close: (path) =>
      connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: toUri(path) } }),
    diagnostics,
    rules: (path) => diagnostics(path).map(({ code }) => String(code)),
    until: (condition) =>
      new Promise((resolve, reject) => {
        const story = (): string => JSON.stringify({ published, statuses, log }, undefined, 1).slice(-6000);
        const timer = setTimeout(() => finish(new Error(`waited in vain; received: ${story()}`)), PATIENCE_MS);
        const look = (): void => {
          if (condition()) finish();
        };
        const finish = (error?: Error): void => {
          clearTimeout(timer);
          waiters.delete(look);
          if (error === undefined) resolve();
          else reject(error);
        };
        waiters.add(look);
        look();
      }),
    async shutdown() {
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      const [code] = (await exited) as [number | null];
      started.delete(child);
      return code;
    },
  };
}
