/** Owns what the server offers, and what it may ask of the client. */
import {
  CodeActionKind,
  type InitializeParams,
  type MarkupKind,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { FileId } from '../files/host.ts';
import type { EditSupport } from './convert.ts';
import type { InitializationOptions } from './protocol.ts';
import { toFileId } from './uri.ts';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.wsslint`;

/** What the client can do, as far as it matters here. */
export interface Client {
  readonly folders: readonly FileId[];
  readonly trusted: boolean;
  /** Our own client: it has the command that shows rule pages, and watches the workspace's files by itself. */
  readonly own: boolean;
  readonly edits: EditSupport;
  readonly resolvesEdits: boolean;
  /** It takes definitions as links, which tell the text that they start from. */
  readonly links: boolean;
  readonly pullsConfiguration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  /** It can watch folders outside the workspace. */
  readonly watchesOutside: boolean;
  readonly tellsFolders: boolean;
  readonly refreshesLenses: boolean;
  /** What stands in hovers and beside proposals; a client that does not say it takes Markdown. */
  readonly hovers: 'markdown' | 'plaintext';
  readonly proposals: 'markdown' | 'plaintext';
}

/** Another editor says nothing of trust: who starts a server there has decided. */
export function clientOf(params: InitializeParams): Client {
  const { workspace, textDocument } = params.capabilities;
  const options = params.initializationOptions as Partial<InitializationOptions> | null | undefined;
  const roots = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
  return {
    folders: foldersOf(roots),
    trusted: options?.trusted ?? true,
    own: options?.trusted !== undefined,
    edits: {
      versioned: workspace?.workspaceEdit?.documentChanges === true,
      snippets: workspace?.workspaceEdit?.snippetEditSupport === true,
    },
    resolvesEdits: textDocument?.codeAction?.resolveSupport?.properties.includes('edit') === true,
    links: textDocument?.definition?.linkSupport === true,
    pullsConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    watchesOutside:
      workspace?.didChangeWatchedFiles?.dynamicRegistration === true &&
      workspace.didChangeWatchedFiles.relativePatternSupport === true,
    tellsFolders: workspace?.workspaceFolders === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    hovers: formatOf(textDocument?.hover?.contentFormat),
    proposals: formatOf(textDocument?.completion?.completionItem?.documentationFormat),
  };
}

function formatOf(taken: readonly MarkupKind[] | undefined): Client['hovers'] {
  return taken === undefined || taken.length === 0 || taken.includes('markdown') ? 'markdown' : 'plaintext';
}

/** The folders that are files; an included one is left to the one around it. */
export function foldersOf(uris: readonly string[]): FileId[] {
  return [...new Set(uris.flatMap((uri) => toFileId(uri) ?? []))].sort((a, b) => b.length - a.length);
}

const anyFile = { filters: [{ scheme: 'file', pattern: { glob: '**/*' } }] };

export const capabilities: ServerCapabilities = {
  positionEncoding: 'utf-16',
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  hoverProvider: true,
  codeLensProvider: { resolveProvider: false },
  codeActionProvider: {
    codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, FIX_ALL],
    resolveProvider: true,
  },
  completionProvider: { triggerCharacters: ['/', ' ', '$', '@'], resolveProvider: true },
  documentLinkProvider: {},
  documentSymbolProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  workspace: {
    workspaceFolders: { supported: true, changeNotifications: true },
    fileOperations: { didCreate: anyFile, didRename: anyFile, didDelete: anyFile },
  },
};
