/** Owns the editor's settings: asked for where the client lets itself be asked, otherwise as it last sent them. */
import type { Connection } from 'vscode-languageserver/node';
import type { FileId } from '../files/host.ts';
import type { Client } from './capabilities.ts';
import { toUri } from './uri.ts';

export interface SettingsSource {
  /** The `wsslint` section that holds in a folder, or where there is none. */
  in(folder: FileId | undefined): unknown;
  /** Reads the settings again; `pushed` is what the client sent with its notification. Answers whether they differ. */
  read(client: Client, folders: readonly FileId[], pushed?: unknown): Promise<boolean>;
}

export function createSettingsSource(connection: Connection): SettingsSource {
  let byFolder = new Map<FileId | undefined, unknown>();
  return {
    in: (folder) => byFolder.get(folder) ?? byFolder.get(undefined),
    async read(client, folders, pushed) {
      const before = JSON.stringify([...byFolder]);
      if (client.pullsConfiguration) {
        const places = [undefined, ...folders];
        const items = places.map((folder) => ({
          section: 'wsslint',
          ...(folder !== undefined && { scopeUri: toUri(folder) }),
        }));
        const values: unknown[] = await connection.workspace.getConfiguration(items);
        byFolder = new Map(places.map((folder, index) => [folder, values[index]]));
      } else if (pushed !== undefined) {
        byFolder = new Map([[undefined, (pushed as { readonly wsslint?: unknown } | null)?.wsslint]]);
      }
      return JSON.stringify([...byFolder]) !== before;
    },
  };
}
