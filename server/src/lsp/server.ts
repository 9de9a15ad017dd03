/** Owns the wiring of the protocol: which message calls what. */
import {
  type CodeAction,
  type CodeActionParams,
  type CodeLensParams,
  CodeLensRefreshRequest,
  type CompletionItem,
  type CompletionParams,
  type Connection,
  type DefinitionParams,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type HoverParams,
  LSPErrorCodes,
  type PrepareRenameParams,
  type RenameParams,
  ResponseError,
  type SelectionRangeParams,
} from 'vscode-languageserver/node';
import { type Local, localTarget } from '../config/local.ts';
import { nginxBinaryOf, readEditorSettings } from '../config/read.ts';
import type { FileId } from '../files/host.ts';
import type { Target } from '../model/target.ts';
import { type Client, capabilities, clientOf, foldersOf } from './capabilities.ts';
import * as certificates from './certificates.ts';
import type { Core } from './core.ts';
import { failureOf } from './failure.ts';
import * as features from './features.ts';
import * as navigation from './navigation.ts';
import { createOutsideWatch, outsideFolders } from './outside.ts';
import type {
  EffectiveParams,
  EffectiveResult,
  ExplainParams,
  ExplainResult,
  Requests,
  TrustParams,
  UnlockParams,
  UnlockResult,
} from './protocol.ts';
import { createSession, type Present } from './session.ts';
import { createSettingsSource } from './settings-source.ts';
import { toFileId } from './uri.ts';

/** Serves one client until it goes; what fails is told to it, and never ends the server. */
export function startServer(connection: Connection, core: Core): void {
  let client: Client | undefined;
  let folders: readonly FileId[] = [];
  let trusted = false;
  const failed = (what: string, error: unknown): void =>
    connection.console.error(`wsslint ${core.version} failed while ${what}: ${failureOf(error)}`);
  const settings = createSettingsSource(connection);
  const watchOutside = createOutsideWatch(connection);
  const session = createSession(core, {
    diagnostics: (params) => void connection.sendDiagnostics(params),
    status: (params) => void connection.sendNotification('wsslint/status', params),
    gaveUp: (folder) =>
      connection.console.warn(`The workspace is too large: its files are not searched further than ${folder}`),
    linted: (run) => {
      if (client?.watchesOutside) {
        watchOutside(outsideFolders(run, folders)).catch((error: unknown) => failed('watching folders', error));
      }
    },
    certificatesChanged: () => void connection.sendNotification('wsslint/certificatesChanged', {}),
    lensesChanged: () => {
      if (client?.refreshesLenses !== true) return;
      connection
        .sendRequest(CodeLensRefreshRequest.type)
        .catch((error: unknown) => failed('asking for new lenses', error));
    },
    failed,
  });
  let generation = 0;
  const begin = async (): Promise<void> => {
    generation++;
    const mine = generation;
    const problems = [undefined, ...folders].flatMap(
      (folder) => readEditorSettings(settings.in(folder), folder ?? '/', core.rules).problems,
    );
    for (const message of new Set(problems.map((problem) => problem.message))) connection.console.warn(message);
    const versions = await local();
    // Meanwhile the folders, the settings or the trust may have changed, which has begun anew.
    if (mine === generation) session.begin({ folders, trusted, local: versions, settingsIn: settings.in });
  };
  /** The user's own settings name the binary; it is run in trusted workspaces only, and once until it is another. */
  const asking = new Map<string, Promise<Local>>();
  const local = async (): Promise<Target | undefined> => {
    const program = nginxBinaryOf(settings.in(undefined));
    if (!trusted || program === undefined) return undefined;
    const known = asking.get(program) ?? localTarget(core.host, program);
    asking.set(program, known);
    const found = await known;
    if (found.ok) return found.target;
    asking.delete(program);
    connection.console.warn(`wsslint.nginxBinary: ${program}: ${found.why}`);
    return undefined;
  };

  /** A notification's handler that may fail; nobody waits for its answer. */
  const guarded =
    <P>(what: string, handle: (params: P) => void | Promise<void>) =>
    async (params: P): Promise<void> => {
      try {
        await handle(params);
      } catch (error) {
        failed(what, error);
      }
    };
  /** A request's handler; a fault of ours becomes an error that quotes no file. */
  const answered =
    <P, R>(what: string, handle: (params: P) => R | Promise<R>) =>
    async (params: P): Promise<R> => {
      try {
        return await handle(params);
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        failed(what, error);
        throw new ResponseError(LSPErrorCodes.RequestFailed, `wsslint failed while ${what}; its log says where`);
      }
    };
  /** A question about a document; `nothing` is the answer where the document is not known. */
  const asked = <P extends { readonly textDocument: { readonly uri: string } }, R>(
    what: string,
    nothing: R,
    answer: (present: Present, params: P, client: Client) => R | Promise<R>,
  ) =>
    answered(what, async (params: P) => {
      const present = await session.at(params.textDocument.uri);
      return present === undefined || client === undefined ? nothing : answer(present, params, client);
    });

  connection.onInitialize((params) => {
    client = clientOf(params);
    ({ folders, trusted } = client);
    return { capabilities, serverInfo: { name: 'wsslint', version: core.version } };
  });
  connection.onInitialized(
    guarded('starting', async () => {
      if (client === undefined) return;
      if (client.registersConfiguration) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'wsslint' });
      }
      // Our own client watches by itself; one that tells of no files at all is left with what it has open.
      if (client.registersWatchers && !client.own) {
        await connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: [{ globPattern: '**/*' }],
        });
      }
      if (client.tellsFolders) connection.workspace.onDidChangeWorkspaceFolders(foldersChanged);
      await settings.read(client, folders);
      await begin();
    }),
  );
  const foldersChanged = guarded('changing folders', async () => {
    const all = (await connection.workspace.getWorkspaceFolders()) ?? [];
    folders = foldersOf(all.map(({ uri }) => uri));
    if (client !== undefined) await settings.read(client, folders);
    await begin();
  });
  connection.onDidChangeConfiguration(
    guarded('reading settings', async ({ settings: pushed }) => {
      if (client !== undefined && (await settings.read(client, folders, pushed))) await begin();
    }),
  );
  connection.onNotification(
    'wsslint/trust',
    guarded('widening trust', (_: TrustParams) => {
      trusted = true;
      return begin();
    }),
  );

  connection.onDidOpenTextDocument(guarded('opening', (params) => session.opened(session.documents.open(params))));
  connection.onDidChangeTextDocument(
    guarded('reading a change', (params) => {
      const document = session.documents.change(params);
      if (document !== undefined) session.opened(document);
    }),
  );
  connection.onDidCloseTextDocument(
    guarded('closing', ({ textDocument }) => {
      const document = session.documents.close(textDocument.uri);
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

  connection.onHover(
    asked('hovering', null, (present, { position }: HoverParams, own) => features.hover(core, present, own, position)),
  );
  connection.onCodeAction(
    asked('looking for actions', [], (present, params: CodeActionParams, own) =>
      features.codeActions(present, own, params),
    ),
  );
  connection.onCodeActionResolve(
    answered('making an edit', async (action: CodeAction) => {
      const uri = features.uriOfAction(action);
      if (uri === undefined) return action;
      const present = await session.at(uri);
      if (present === undefined || client === undefined) return action;
      return features.resolveAction(present, client, action);
    }),
  );
  connection.onCompletion(
    asked('proposing', [], (present, params: CompletionParams) => features.completion(core, present, params)),
  );
  connection.onCompletionResolve(
    answered('explaining a proposal', (item: CompletionItem) => features.resolveCompletion(core, item)),
  );
  connection.onDocumentLinks(asked('linking', [], features.documentLinks));
  connection.onDocumentSymbol(asked('outlining', [], features.documentSymbols));
  connection.onDefinition(
    asked('looking for a definition', null, (present, { position }: DefinitionParams, own) =>
      navigation.definition(present, own, position),
    ),
  );
  connection.onReferences(asked('looking for references', [], navigation.references));
  connection.onPrepareRename(
    asked('preparing a rename', null, (present, { position }: PrepareRenameParams) =>
      navigation.prepareRename(present, position),
    ),
  );
  connection.onRenameRequest(
    asked('renaming', null, (present, params: RenameParams, own) => navigation.renamed(present, own, params)),
  );
  connection.onFoldingRanges(asked('folding', null, navigation.foldingRanges));
  connection.onSelectionRanges(
    asked('growing a selection', null, (present, { positions }: SelectionRangeParams) =>
      navigation.selectionRanges(present, positions),
    ),
  );
  connection.onRequest(
    'wsslint/effective',
    answered('printing', async ({ uri, offset }: EffectiveParams): Promise<EffectiveResult> => {
      const present = await session.at(uri);
      return present === undefined ? { uri, text: '' } : features.effective(present, offset);
    }),
  );
  connection.onRequest('wsslint/explain', ({ rule }: ExplainParams): ExplainResult => {
    const markdown = core.page(rule);
    return markdown === undefined ? null : { markdown };
  });
  connection.onCodeLens(
    asked('describing blocks', [], (present, _: CodeLensParams, own) => {
      session.certificatesTold(present);
      return certificates.lenses(present, own);
    }),
  );
  connection.onRequest(
    'wsslint/certificates',
    answered(
      'listing certificates',
      async (_: Record<never, never>): Promise<Requests['wsslint/certificates']['result']> => {
        const whole = await session.whole();
        if (whole === undefined || client === undefined) return { groups: [], closed: [] };
        session.certificatesTold(whole);
        return certificates.certificateList(whole, client);
      },
    ),
  );
  connection.onRequest(
    'wsslint/unlock',
    answered('opening containers', async ({ password }: UnlockParams): Promise<UnlockResult> => {
      const before = certificates.containersWithout(await session.whole());
      session.unlock(password);
      const closed = certificates.containersWithout(await session.whole());
      return { opened: before - closed, closed };
    }),
  );
  /** A question about a document that is ours; null is the answer where the document is not known. */
  const ours = <M extends 'wsslint/certificate' | 'wsslint/certificateText' | 'wsslint/bundle'>(
    method: M,
    what: string,
    nothing: Requests[M]['result'],
    answer: (
      present: Present,
      own: Client,
      params: Requests[M]['params'],
    ) => Requests[M]['result'] | Promise<Requests[M]['result']>,
  ): void => {
    connection.onRequest(
      method,
      answered(what, async (params: Requests[M]['params']): Promise<unknown> => {
        const present = await session.at(params.uri);
        return present === undefined || client === undefined ? nothing : answer(present, client, params);
      }),
    );
  };
  ours('wsslint/certificate', 'describing a certificate', null, certificates.certificate);
  ours('wsslint/certificateText', 'writing a certificate out', null, certificates.certificateText);
  ours('wsslint/bundle', 'editing a bundle', { why: 'The file is not known' }, certificates.bundle);
  connection.onShutdown(() => {
    generation++;
    session.stop();
  });
  connection.listen();
}

type FileOperation = { readonly uri: string } | { readonly oldUri: string; readonly newUri: string };
