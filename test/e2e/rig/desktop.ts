/** Owns the desktop VS Code: finding an installed one, downloading one, and running the suite in it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';

/** Whether windows can be shown at all. */
export function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** The command line of an installed VS Code, or undefined. */
export function installedCode(): string | undefined {
  const found = spawnSync('code', ['--version'], { shell: process.platform === 'win32', timeout: 20_000 });
  return found.status === 0 ? 'code' : undefined;
}

/** The executable of a VS Code that is downloaded the first time; rejects where it cannot be had. */
export function downloadedCode(root: string): Promise<string> {
  return downloadAndUnzipVSCode({ cachePath: join(root, '.vscode-test'), timeout: 15_000 });
}

export interface SuiteOptions {
  readonly executable: string;
  /** The folder of the extension under test. */
  readonly extension: string;
  /** Folders of unpacked extensions that run beside it. */
  readonly beside: readonly string[];
  readonly suite: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the suite in the extension host of a desktop VS Code; rejects when the suite failed. */
export async function runDesktopSuite(options: SuiteOptions): Promise<void> {
  await runTests({
    vscodeExecutablePath: options.executable,
    extensionDevelopmentPath: [options.extension, ...options.beside],
    extensionTestsPath: options.suite,
    extensionTestsEnv: options.env,
    launchArgs: [
      options.folder,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--skip-welcome',
      '--disable-gpu',
    ],
  });
}
