/** Owns `npm start`: a VS Code window on the examples, on the desktop where it can be had, otherwise in the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadedCode, hasDisplay, installedCode } from './desktop.ts';
import { webInstallation } from './web-install.ts';
import { quietSettings, startWebServer } from './web-server.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves when the window is closed or the user pressed Ctrl+C. WSSLINT_START=web goes straight to the browser. */
export async function startExamples(root: string): Promise<void> {
  const wanted = process.env.WSSLINT_START !== 'web';
  if (wanted && !hasDisplay()) tell('No display here, so VS Code opens for a browser.');
  const desktop = wanted && hasDisplay() ? await desktopCode(root) : undefined;
  if (desktop !== undefined) await openDesktop(desktop, root);
  else await openWeb(root);
}

async function desktopCode(root: string): Promise<string | undefined> {
  const installed = installedCode();
  if (installed !== undefined) return installed;
  tell('No `code` on the PATH: downloading VS Code (once) …');
  return downloadedCode(root).catch((error: unknown) => {
    tell(
      `The download failed (${error instanceof Error ? error.message : String(error)}), so VS Code opens for a browser.`,
    );
    return undefined;
  });
}

async function openDesktop(code: string, root: string): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'wsslint-start-'));
  tell('Opening VS Code on examples/. Close its window, or press Ctrl+C here, to end.');
  const args = [
    ...['--new-window', '--wait', '--skip-welcome', '--disable-workspace-trust'],
    ...[`--user-data-dir=${profile}`, `--extensionDevelopmentPath=${root}`, join(root, 'examples')],
  ];
  const window = spawn(code, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  const stop = (): void => void window.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await once(window, 'exit');
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}

async function openWeb(root: string): Promise<void> {
  const installation = await webInstallation(root, tell);
  const server = await startWebServer(installation, {
    install: [],
    settings: quietSettings,
    workspaceTrust: 'off',
    log: join(root, 'out', 'start.log'),
  });
  const address = server.address(join(root, 'examples'), [['extensionDevelopmentPath', server.remote(root)]]);
  tell(`VS Code with the extension, on examples/:\n\n  ${address}\n\nPress Ctrl+C to end.`);
  if (hasDisplay()) openBrowser(address);
  const stop = (): void => void server.stop();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  await server.ended;
  await server.stop();
}

/** Where there is nothing to open it with, the printed address is enough. */
function openBrowser(address: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
