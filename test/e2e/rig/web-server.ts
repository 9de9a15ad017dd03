/** Owns a running VS Code server: its folders, settings, extensions and the addresses at which it opens a workspace. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { run, start } from './process.ts';
import type { WebInstallation } from './web-install.ts';

export interface WebServerOptions {
  /** Extension packages (.vsix) that are installed before the start. */
  readonly install: readonly string[];
  /** Folders of unpacked extensions; VS Code takes in what it finds in its extensions folder at its first start. */
  readonly unpacked?: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  /** Without trust, VS Code opens every folder in Restricted Mode or asks. */
  readonly workspaceTrust: 'off' | 'asked';
  /** A file for what the server prints. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface WebServer {
  readonly pid: number | undefined;
  /** The address that opens a folder as a user does; `payload` is for development and tests. */
  address(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** A file of this machine, as the workbench addresses it. */
  remote(path: string): string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Nothing on the screen that is not about the workspace; and no saving by itself, which is the default in browsers only. */
export const quietSettings = {
  'files.autoSave': 'off',
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'git.enabled': false,
} as const;

export async function startWebServer(installation: WebInstallation, options: WebServerOptions): Promise<WebServer> {
  const data = await mkdtemp(join(tmpdir(), 'wsslint-vscode-'));
  const user = join(data, 'data', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify(options.settings));
  const main = join(installation.vscode, 'out', 'server-main.js');
  const folders = ['--server-data-dir', data];
  for (const folder of options.unpacked ?? []) {
    await cp(folder, join(data, 'extensions', basename(folder)), { recursive: true });
  }
  for (const vsix of options.install) {
    await run(
      installation.node,
      [main, ...folders, '--accept-server-license-terms', '--install-extension', vsix],
      data,
    );
  }
  const flags = [
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
    // Lets a built workbench accept the `payload` of the address.
    '--enable-smoke-test-driver',
    ...['--telemetry-level', 'off', ...folders],
    ...(options.workspaceTrust === 'off' ? ['--disable-workspace-trust'] : []),
  ];
  const server = start(installation.node, [main, ...flags], options.log, { ...process.env, ...options.env });
  const ended = new Promise<void>((resolve) => server.process.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  const bound = await server.line(/Extension host agent listening on (\d+)/, 60).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const authority = `127.0.0.1:${bound[1]}`;
  return {
    pid: server.process.pid,
    ended,
    stop,
    remote: (path) => `vscode-remote://${authority}${path}`,
    address: (folder, payload = []) => {
      const query = new URLSearchParams({ folder });
      query.set('payload', JSON.stringify([['skipWelcome', 'true'], ...payload]));
      return `http://${authority}/?${query}`;
    },
  };
}
