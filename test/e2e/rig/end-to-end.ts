/** Owns the whole end-to-end run: which VS Code, which checks, and what is told at the end. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, tellSummary } from '../../kit/reporter.ts';
import type { CheckResult } from '../checks.ts';
import { userChecks } from '../user/index.ts';
import { chromiumPath } from './chromium.ts';
import { downloadedCode, hasDisplay, runDesktopSuite } from './desktop.ts';
import { type WebInstallation, webInstallation } from './web-install.ts';
import { runWebSuite } from './web-suite.ts';
import { copyExamples } from './workspace.ts';

export interface EndToEndOptions {
  readonly root: string;
  /** The built extension package that the user-level checks install. */
  readonly vsix: string;
  /** Where screenshots go; absent: none are taken. */
  readonly screenshots?: string;
}

/** What the browser way needs, or why it cannot be had. */
type Web = { readonly installation: WebInstallation; readonly chromium: string } | { readonly missing: string };

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs everything that can run here; resolves with whether nothing failed. */
export async function endToEnd(options: EndToEndOptions): Promise<boolean> {
  const web = await webWay(options.root);
  const outcomes: Outcome[] = [...(await suiteOutcomes(options.root, web)), ...(await userOutcomes(options, web))];
  tellSummary(outcomes);
  const required = (process.env.WSSLINT_REQUIRE ?? '').split(',').includes('chromium');
  return outcomes.every(({ state }) => state === 'passed' || (state === 'skipped' && !required));
}

async function webWay(root: string): Promise<Web> {
  const chromium = chromiumPath();
  if (chromium === undefined) return { missing: 'no Chromium found (WSSLINT_CHROMIUM can name one)' };
  return webInstallation(root, tell).then(
    (installation) => ({ installation, chromium }),
    (error: unknown) => ({ missing: `the VS Code server could not be installed: ${messageOf(error)}` }),
  );
}

/** The desktop where it can be had, otherwise the server; the same suite either way. */
async function suiteOutcomes(root: string, web: Web): Promise<Outcome[]> {
  const desktop = await desktopExecutable(root);
  if (desktop === undefined && 'missing' in web) return [notRun('suite in the extension host', web.missing)];
  const results = join(root, 'out', 'e2e', 'results.ndjson');
  rmSync(results, { force: true });
  const workspace = await copyExamples(root);
  const common = {
    extension: root,
    beside: [join(root, 'test', 'e2e', 'other-nginx')],
    suite: join(root, 'out', 'e2e', 'suite'),
    folder: workspace.folder,
    env: { WSSLINT_E2E_RESULTS: results },
  };
  try {
    if (desktop !== undefined) {
      tell('The suite runs in the desktop VS Code (@vscode/test-electron).');
      await runDesktopSuite({ ...common, executable: desktop });
    } else if (!('missing' in web)) {
      tell('The suite runs in the VS Code server with headless Chromium.');
      await runWebSuite({ ...common, ...web, log: join(root, 'out', 'e2e', 'suite-server.log') });
    }
    return readResults(results);
  } catch (error) {
    const told = readResults(results);
    // The runner's own failure matters when no check tells one.
    return told.some(({ state }) => state === 'failed') ? told : [...told, failed('suite', messageOf(error))];
  } finally {
    await workspace.remove();
  }
}

async function desktopExecutable(root: string): Promise<string | undefined> {
  if (!hasDisplay()) {
    tell('No display, so no desktop VS Code.');
    return undefined;
  }
  return downloadedCode(root).catch((error: unknown) => {
    tell(`The desktop VS Code cannot be had: ${messageOf(error)}`);
    return undefined;
  });
}

async function userOutcomes(options: EndToEndOptions, web: Web): Promise<Outcome[]> {
  if ('missing' in web) return [notRun('VS Code as a user sees it', web.missing)];
  tell('The extension package is installed in the VS Code server and used with mouse and keyboard.');
  const outcomes: Outcome[] = [];
  await userChecks({ ...options, ...web }, (result) => outcomes.push(outcomeOf('user', result))).catch(
    (error: unknown) => outcomes.push(failed('user', messageOf(error))),
  );
  return outcomes;
}

function readResults(file: string): Outcome[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => outcomeOf('suite', JSON.parse(line) as CheckResult));
}

function outcomeOf(area: string, result: CheckResult): Outcome {
  const verdict = result.failure === undefined ? 'ok  ' : 'FAIL';
  tell(`  ${verdict} ${area}: ${result.name} (${result.seconds.toFixed(1)} s)`);
  if (result.failure !== undefined) tell(result.failure.replace(/^/gm, '       '));
  return { area: `e2e ${area}`, title: result.name, state: result.failure === undefined ? 'passed' : 'failed' };
}

function failed(area: string, message: string): Outcome {
  return outcomeOf(area, { name: 'runs to its end', seconds: 0, failure: message });
}

function notRun(title: string, reason: string): Outcome {
  return { area: 'e2e', title, state: 'skipped', reason };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
