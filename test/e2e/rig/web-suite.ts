/** Owns running the suite in the extension host of the VS Code server, with a headless browser as its window. */
import { within } from '../checks.ts';
import { launchChromium } from './chromium.ts';
import type { WebInstallation } from './web-install.ts';
import { quietSettings, startWebServer } from './web-server.ts';

export interface WebSuiteOptions {
  readonly installation: WebInstallation;
  readonly chromium: string;
  /** The folder of the extension under test. */
  readonly extension: string;
  /** Folders of unpacked extensions that are installed beside it. */
  readonly beside: readonly string[];
  readonly suite: string;
  readonly folder: string;
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Rejects when the suite failed, or did not end in time. */
export async function runWebSuite(options: WebSuiteOptions): Promise<void> {
  const { installation, log, env } = options;
  const server = await startWebServer(installation, {
    install: [],
    unpacked: options.beside,
    settings: quietSettings,
    workspaceTrust: 'off',
    log,
    env,
  });
  const browser = await launchChromium(options.chromium);
  try {
    const page = await browser.newPage();
    // The workbench calls this when `run()` of the suite has ended.
    const exit = new Promise<number>((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(
      server.address(options.folder, [
        ['extensionDevelopmentPath', server.remote(options.extension)],
        ['extensionTestsPath', server.remote(options.suite)],
      ]),
    );
    const code = await within(240, exit, () => 'the suite has not ended');
    if (code !== 0) throw new Error(`the suite ended with code ${code}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}
