/** Owns the client's situation, its folders, settings and trust, and begins the session anew when one of them changes. */
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
} from 'vscode-languageserver/node';
import { nginxBinaryOf, readEditorSettings } from '../config/read.ts';
import type { FileId } from '../files/host.ts';
import { type Client, clientOf, foldersOf } from './capabilities.ts';
import { createLocalVersions } from './local-versions.ts';
import type { TrustParams } from './protocol.ts';
import type { Serving } from './serving.ts';
import { createSettingsSource } from './settings-source.ts';

export interface Situations {
  readonly folders: readonly FileId[];
  /** Hears of the client before anything else can come from it. */
  initialize(params: InitializeParams): Client;
  /** Listens to what changes the situation. */
  listen(serving: Serving): void;
  stop(): void;
}

export function createSituations(): Situations {
  let client: Client | undefined;
  let folders: readonly FileId[] = [];
  let trusted = false;
  let generation = 0;
  return {
    get folders() {
      return folders;
    },
    initialize(params) {
      client = clientOf(params);
      ({ folders, trusted } = client);
      return client;
    },
    listen({ connection, core, session, guards: { guarded } }) {
      const warn = (message: string): void => connection.console.warn(message);
      const settings = createSettingsSource(connection);
      const localVersions = createLocalVersions(core.host, warn);

      const begin = async (): Promise<void> => {
        generation++;
        const mine = generation;
        const problems = [undefined, ...folders].flatMap(
          (folder) => readEditorSettings(settings.in(folder), folder ?? '/', core.rules).problems,
        );
        for (const message of new Set(problems.map((problem) => problem.message))) warn(message);
        const local = await localVersions(trusted ? nginxBinaryOf(settings.in(undefined)) : undefined);
        // Meanwhile the folders, the settings or the trust may have changed, which has begun anew.
        if (mine === generation) session.begin({ folders, trusted, local, settingsIn: settings.in });
      };
      const foldersChanged = guarded('changing folders', async () => {
        const all = (await connection.workspace.getWorkspaceFolders()) ?? [];
        folders = foldersOf(all.map(({ uri }) => uri));
        if (client !== undefined) await settings.read(client, folders);
        await begin();
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
    },
    stop() {
      generation++;
    },
  };
}
