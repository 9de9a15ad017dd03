/** Owns the VS Code server for the browser: where it is kept, and how it is installed the first time. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.ts';

/** The npm package `code-server` carries a built VS Code server and workbench; this one is VS Code 1.139.1. */
const CODE_SERVER = '4.139.1';
/** That VS Code crashes on Node 20 and needs Node 24, which comes as an npm package too. */
const NODE = '24.21.0';

export interface WebInstallation {
  readonly node: string;
  readonly vscode: string;
}

/** The installation, made when it is missing (about 700 MB, half a minute). Rejects with npm's words when it fails. */
export async function webInstallation(root: string, tell: (line: string) => void): Promise<WebInstallation> {
  const folder = join(root, '.vscode-test', 'web', `${CODE_SERVER}-node${NODE}`);
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const installation = {
    node: join(folder, 'node_modules', nodePackage, 'bin', 'node'),
    vscode: join(folder, 'node_modules', 'code-server', 'lib', 'vscode'),
  };
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return installation;

  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  tell(`Installing VS Code ${CODE_SERVER} for the browser into ${folder} (once; about 700 MB) …`);
  await run('npm', ['install', ...quiet, `${nodePackage}@${NODE}`, `code-server@${CODE_SERVER}`], folder);
  tell('Installing what it needs …');
  await run('npm', ['install', ...quiet, '--omit=dev'], installation.vscode);
  await writeFile(complete, '');
  return installation;
}
