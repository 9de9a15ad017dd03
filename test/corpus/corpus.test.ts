/** Owns what wsslint says of public configurations: silence where they are right, and every finding as a line that was read. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../kit/folder.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { targetOf } from '../nginx/project.ts';
import { lintFolder, summary, unexplained } from './lint.ts';

const root = corpusRoot() ?? '';
const swag = join(root, 'nginx/swag');
const SWAG = [
  { from: '/config/nginx/proxy.conf', to: join(swag, 'proxy.conf.sample') },
  { from: '/config/nginx', to: swag },
];

const inFolder = (folder: string) =>
  root === '' ? [] : readdirSync(join(root, folder)).map((name) => join(root, folder, name));

describeWith('corpus', 'linuxserver, 371 proxies for real applications', () => {
  it('says nothing of WebSockets where the headers come from an include that is not there', async () => {
    const run = lintFolder(join(root, 'nginx/linuxserver'));
    expect(run.findings.filter(({ finding }) => finding.rule.startsWith('websocket-'))).toEqual([]);
    await expect(summary('nginx/linuxserver', run)).toMatchFileSnapshot('snapshots/linuxserver.txt');
  });

  it('says nothing of WebSockets where the include is there and right', () => {
    const run = lintFolder(join(root, 'nginx/linuxserver'), { settings: { pathMap: SWAG } });
    expect(run.files).toBe(371);
    expect(run.findings.filter(({ finding }) => finding.rule !== 'config-include-missing')).toEqual([]);
  });

  it('finds the handshake lost once the include sets other headers only', () => {
    const folder = temporaryFolder();
    const names = inFolder('nginx/linuxserver').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/include \/config\/nginx\/([\w.-]+);/g)].map((match) => match[1] ?? ''),
    );
    for (const name of names) writeFileSync(join(folder.path, name), '');
    const proxy = join(folder.path, 'proxy.conf');
    writeFileSync(proxy, 'proxy_set_header Host $host;\nproxy_read_timeout 240;\n');
    const settings = { pathMap: [{ from: '/config/nginx', to: folder.path }], webSocketPaths: ['/'] };
    const run = lintFolder(join(root, 'nginx/linuxserver'), { settings });
    folder.remove();
    const lost = run.findings.filter(({ finding }) => finding.rule === 'websocket-upgrade-dropped');
    expect(lost.length).toBeGreaterThan(200);
    expect(run.findings.filter(({ finding }) => finding.rule === 'websocket-idle-timeout-short')).toEqual([]);
  });
});

describeWith('corpus', 'the files of h5bp, certbot and badssl', () => {
  it.each([
    ['nginx/h5bp', '2026-11-23'],
    ['nginx/swag', '2026-11-23'],
    ['nginx/certbot-roundtrip', '2026-11-23'],
    ['badssl', '2018-06-01'],
  ])('%s', async (folder, now) => {
    const run = lintFolder(join(root, folder), { now });
    expect(unexplained(folder, run)).toEqual([]);
    await expect(summary(folder, run)).toMatchFileSnapshot(`snapshots/${folder.replaceAll('/', '-')}.txt`);
  });
});

describeWith('corpus', "Mozilla's own configurations, each for its own version", () => {
  const products = ['nginx', 'haproxy', 'apache', 'stunnel', 'caddy'] as const;
  const files = products.flatMap((product) => inFolder(`mozilla/${product}`));
  const productOf = (file: string) => products.find((product) => file.includes(`/mozilla/${product}/`)) ?? 'nginx';
  const run = (file: string) => {
    const version = /^[\d.]+(?=-)/.exec(basename(file))?.[0] ?? '';
    return lintFolder(file, { settings: { target: targetOf({ [productOf(file)]: version }) } }).findings.map(
      ({ finding }) => finding,
    );
  };

  const named = (part: string) =>
    files.filter((file) => file.includes(part)).map((file) => [relative(root, file), file] as const);

  // The generator names a curve to every Caddy that only newer ones take (seen: 2.6.2 does not start with it).
  const curve = ({ message }: { readonly message: string }) => /^`x25519mlkem768` came with Caddy 2.10/.test(message);

  it.each(named('guideline-6.0'))('is quiet: %s', (_, file) => {
    expect(run(file).filter((finding) => finding.severity !== 'info' && !curve(finding))).toEqual([]);
    expect(run(file).some(curve)).toBe(basename(file).startsWith('2.6.2-') && productOf(file) === 'caddy');
  });

  it.each(named('-old-'))('speaks up: %s', (_, file) => {
    // Caddy has no old versions, and refuses most of the old suites.
    const rule = productOf(file) === 'caddy' ? 'tls-unknown-cipher' : 'tls-legacy-protocol';
    expect(run(file).map((finding) => finding.rule)).toContain(rule);
  });
});
