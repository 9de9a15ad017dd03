/** Owns what the extension package holds and how large it may be. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { expect, it } from 'vitest';
import { packageExtension } from '../../scripts/package.mjs';
import { repositoryRoot } from '../kit/root.ts';

const contents = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/client.js',
  'dist/nginx-reference.json',
  'dist/server.js',
  'dist/syntaxes/apacheconf.tmLanguage.json',
  'dist/syntaxes/caddyfile.tmLanguage.json',
  'dist/syntaxes/haproxy.tmLanguage.json',
  'dist/syntaxes/nginx.tmLanguage.json',
  'dist/syntaxes/pem.tmLanguage.json',
  'dist/syntaxes/stunnel.tmLanguage.json',
  'dist/wsslint.schema.json',
  'package.json',
  'syntaxes/language/apacheconf.json',
  'syntaxes/language/caddyfile.json',
  'syntaxes/language/haproxy.json',
  'syntaxes/language/nginx.json',
  'syntaxes/language/pem.json',
  'syntaxes/language/stunnel.json',
];

it('the package holds these files and no others', async () => {
  const files = await listFiles({ cwd: repositoryRoot, packageManager: PackageManager.None });
  expect(files.map((file) => file.replaceAll('\\', '/')).sort()).toEqual(contents);
});

it('the package is smaller than 900 kB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wsslint-vsix-'));
  try {
    const vsix = await packageExtension(repositoryRoot, join(folder, 'wsslint.vsix'));
    expect(statSync(vsix).size).toBeLessThan(900_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
