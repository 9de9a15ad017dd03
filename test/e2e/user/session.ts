/** Owns one VS Code with the built package installed, in a headless browser, on a copy of the examples. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../rig/chromium.ts';
import type { WebInstallation } from '../rig/web-install.ts';
import { quietSettings, startWebServer } from '../rig/web-server.ts';
import { copyExamples } from '../rig/workspace.ts';

export interface UserOptions {
  readonly root: string;
  readonly vsix: string;
  /** A folder for the README's pictures; absent: none are taken. */
  readonly screenshots?: string;
  readonly installation: WebInstallation;
  readonly chromium: string;
}

export interface Session {
  readonly page: Page;
  /** The opened folder. */
  readonly folder: string;
  /** Takes a picture for the README, when asked for. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** `prepare` may change the copied workspace before VS Code opens it. */
export async function openSession(
  options: UserOptions,
  workspaceTrust: 'off' | 'asked',
  prepare: (folder: string) => Promise<void> = async () => undefined,
): Promise<Session> {
  const workspace = await copyExamples(options.root);
  await prepare(workspace.folder);
  const server = await startWebServer(options.installation, {
    install: [options.vsix],
    settings: { ...quietSettings, 'security.workspace.trust.startupPrompt': 'never', 'editor.minimap.enabled': false },
    workspaceTrust,
    log: join(options.root, 'out', 'e2e', 'user-server.log'),
  });
  const browser = await launchChromium(options.chromium);
  const close = async (): Promise<void> => {
    await browser.close();
    await server.stop();
    await workspace.remove();
  };
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: options.screenshots ? 2 : 1,
    });
    page.setDefaultTimeout(20_000);
    await page.goto(server.address(workspace.folder));
    await page.locator('.monaco-workbench').waitFor();
    const picture = async (name: string): Promise<void> => {
      if (options.screenshots === undefined) return;
      await page.screenshot({ path: join(options.screenshots, `${name}.png`) });
    };
    return { page, folder: workspace.folder, picture, close };
  } catch (error) {
    await close();
    throw error;
  }
}
