/** Owns the versions that an nginx binary of this machine tells, and that they count least. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../server/src/analysis/engine.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import { localTarget, targetFrom } from '../../server/src/config/local.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { layer, type Target } from '../../server/src/model/target.ts';
import { nodeHost } from '../../server/src/node/host.ts';
import { versionOf } from '../../server/src/node/version-of.ts';
import { memoryHost } from '../kit/memory-host.ts';
import { nginxOpenssl, nginxVersion } from '../kit/nginx.ts';
import { itWith, programPath } from '../kit/required.ts';

const words = (target: Target) => [...target].map(([product, { text }]) => `${product} ${text}`).join(', ');

describe('what nginx -V prints', () => {
  it.each([
    ['nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.8 7 Feb 2023\nTLS SNI', 'nginx 1.22.1, openssl 3.0.8'],
    [
      'nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.8 7 Feb 2023 (running with OpenSSL 3.0.17 1 Jul 2025)\n',
      'nginx 1.22.1, openssl 3.0.17',
    ],
    [
      'nginx version: nginx/1.25.1 (nginx-plus-r30)\nbuilt with OpenSSL 1.1.1w  11 Sep 2023\n',
      'nginx 1.25.1, openssl 1.1.1',
    ],
    ['nginx version: openresty/1.27.1.2\nbuilt with OpenSSL 3.4.1 11 Feb 2025\n', 'nginx 1.27.1, openssl 3.4.1'],
    ['nginx version: nginx/1.28.0\nbuilt with BoringSSL\n', 'nginx 1.28.0'],
    ['nginx version: nginx/1.28.0\nbuilt with LibreSSL 4.0.0\n', 'nginx 1.28.0'],
    ['nginx version: freenginx/1.27.5\nbuilt with OpenSSL 3.0.8\n', ''],
    ['configure arguments: nginx version: nginx/1.1.1\n', ''],
    ['', ''],
  ])('%j', (text, expected) => {
    expect(words(targetFrom(text, '/usr/sbin/nginx'))).toBe(expected);
  });

  itWith('nginx', 'is asked of the installed one', async () => {
    const found = await localTarget(nodeHost(), programPath('nginx') ?? '');
    expect(found.ok && words(found.target)).toBe(`nginx ${await nginxVersion()}, openssl ${await nginxOpenssl()}`);
  });
});

describe('a program that is not nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wsslint-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const script = (name: string, text: string, mode = 0o755): string => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode });
    return path;
  };

  it.each([
    ['is not there', join(folder, 'nothing'), 'no such file'],
    ['is a folder', folder, 'it may not be run'],
    ['may not be run', script('plain', 'exit 0', 0o644), 'it may not be run'],
    ['fails', script('fails', 'exit 3'), 'it ended with 3'],
    ['prints something else', script('other', 'echo 1.2.3'), 'it does not say that it is nginx'],
    ['has a path from somewhere', 'nginx', 'must be absolute'],
  ])('%s: so nothing is known', async (_, path, why) => {
    const found = await localTarget(nodeHost(), path);
    expect(found.ok ? '' : found.why).toContain(why);
  });

  it('gets -V and nothing else, and cannot flood', async () => {
    expect(await versionOf(script('echo', 'echo "$# $*"'))).toEqual({ ok: true, text: '\n1 -V\n' });
    expect(await versionOf(script('flood', 'yes'))).toMatchObject({ ok: false });
  });
});

describe('the versions of this machine', () => {
  const local = targetFrom('nginx version: nginx/1.22.1\nbuilt with OpenSSL 3.0.8\n', '/n');
  const target = (files: Readonly<Record<string, string>>, root = '/w/nginx.conf'): string => {
    const store = createFileStore(memoryHost({ '/w/nginx.conf': 'http {}\n', '/w/haproxy.cfg': 'global\n', ...files }));
    const engine = createEngine({
      files: store,
      settings: createSettingsFinder(store, []),
      rules: [],
      workspaces: () => ['/w'],
      local,
    });
    const { projects } = engine.run([root]);
    return projects.map(({ project }) => words(project.model.target)).join();
  };

  it('count where nothing else says any', () => {
    expect(target({})).toBe('nginx 1.22.1, openssl 3.0.8');
  });

  it.each([
    ['an image', { '/w/Dockerfile': 'FROM nginx:1.27.3\n' }, 'nginx 1.27.3'],
    ['an image with its system', { '/w/Dockerfile': 'FROM nginx:1.27.3-trixie\n' }, 'nginx 1.27.3, openssl 3.5'],
    ['the settings', { '/w/wsslint.json': '{ "target": { "nginx": "1.25.0" } }' }, 'nginx 1.25.0'],
    ['a comment', { '/w/nginx.conf': '# nginx-version: 1.24.0\nhttp {}\n' }, 'nginx 1.24.0'],
    [
      'only OpenSSL by the settings',
      { '/w/wsslint.json': '{ "target": { "openssl": "3.5" } }' },
      'nginx 1.22.1, openssl 3.5',
    ],
  ])('give way to %s, and their OpenSSL goes with their nginx', (_, files, expected) => {
    expect(target(files as unknown as Record<string, string>)).toBe(expected);
  });

  it('say nothing of HAProxy', () => {
    expect(target({}, '/w/haproxy.cfg')).toBe('');
    expect(target({ '/w/Dockerfile': 'FROM nginx:1.27.3-trixie\n' }, '/w/haproxy.cfg')).toBe('');
  });

  it('are not what wsslint.json could name', () => {
    const store = createFileStore(memoryHost({ '/w/wsslint.json': '{ "nginxBinary": "/w/evil" }' }));
    const { problems } = createSettingsFinder(store, []).find('/w/nginx.conf', {
      files: new Set(),
      missing: new Set(),
      directories: new Set(),
    });
    expect(problems.map(({ message }) => message).join()).toContain('nginxBinary');
  });

  it('of a layer stay where it says nothing of their product', () => {
    expect(words(layer(local, new Map()))).toBe('nginx 1.22.1, openssl 3.0.8');
  });
});
