/** Owns the proof in a real browser: what a page over TLS may open, before and after the fix. */
import assert from 'node:assert/strict';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../../../test/e2e/rig/chromium.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const NAMES = ['shop.example', 'chat.shop.example'];

/** Loads a page of the site in a browser for which its names are here, and asks it something. */
async function inPage<T>(
  kit: ProofKit,
  files: Files,
  path: string,
  ask: (page: Page, port: number) => Promise<T>,
): Promise<T> {
  const { chain, key } = await (await kit.authority()).issue({ names: NAMES });
  const backend = await kit.webSocketBackend();
  const text = (files['nginx.conf'] ?? '').replace(
    /server_name shop\.example;/,
    'server_name shop.example chat.shop.example; location /socket { proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }',
  );
  const server = await kit.nginx({
    files: { ...files, 'nginx.conf': text, 'shop.pem': chain, 'shop.key': key, 'pages/index.html': '<p>shop</p>' },
    backends: { '127.0.0.1:3000': backend.port },
  });
  const executablePath = chromiumPath();
  assert.ok(executablePath);
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP *.example 127.0.0.1'],
  });
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    const port = server.port(443);
    await page.goto(`https://shop.example:${port}${path}`);
    return await ask(page, port);
  } finally {
    await browser.close();
  }
}

/** What becomes of a socket of the page: open, failed, or the name of what `new WebSocket` throws. */
function opened(page: Page, address: string): Promise<string> {
  return page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        try {
          const socket = new WebSocket(url);
          socket.onopen = () => resolve('open');
          socket.onerror = () => setTimeout(() => resolve('failed'));
        } catch (error) {
          resolve(error instanceof DOMException ? error.name : 'thrown');
        }
      }),
    address,
  );
}

export const proofs: readonly Proof[] = [
  {
    title: 'a policy with ws:// opens only wss://, as the fixed one does',
    needs: ['nginx', 'openssl', 'chromium'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'policy');
      // The port of the test in place of the usual ones.
      const at = (files: Files) => ({
        ...files,
        'nginx.conf': (files['nginx.conf'] ?? '').replace(/(wss?:\/\/chat\.shop\.example)/, '$1:*'),
      });
      for (const files of [bad, fixed]) {
        const verdicts = await inPage(kit, at(files), '/', async (page, port) => [
          await opened(page, `ws://chat.shop.example:${port}/socket`),
          await opened(page, `wss://chat.shop.example:${port}/socket`),
        ]);
        assert.notEqual(verdicts[0], 'open');
        assert.equal(verdicts[1], 'open');
      }
      const mixed = await inPage(kit, at(bad), '/', (page, port) =>
        opened(page, `ws://chat.shop.example:${port}/socket`),
      );
      assert.equal(mixed, 'SecurityError');
    },
  },
  {
    title: 'a script that opens ws:// in such a page throws; with wss:// it does not',
    needs: ['nginx', 'openssl', 'chromium'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'page');
      const chat = (page: Page) => page.evaluate(() => typeof (globalThis as { chat?: unknown }).chat);
      assert.equal(await inPage(kit, bad, '/', chat), 'undefined');
      assert.equal(await inPage(kit, fixed, '/', chat), 'object');
    },
  },
  {
    title: 'Caddy sends the policy with ws://, and with wss:// after the fix',
    needs: ['caddy'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const policy = async (files: Files) => {
        const caddy = await kit.caddy({
          files: { ...files, '/shop.pem': chain, '/shop.key': key, '/srv/index.html': 'hello' },
          replace: [['root * /srv', 'root * /srv\n    tls shop.pem shop.key']],
        });
        const tls = { servername: 'shop.example' };
        return (await httpProbe({ port: caddy.port(443), tls })).headers.get('content-security-policy') ?? '';
      };
      const { bad, fixed } = kit.pair('caddy');
      assert.match(await policy(bad), / ws:/);
      assert.match(await policy(fixed), / wss:/);
    },
  },
  {
    title: 'Apache sends the policy with ws://, and with wss:// after the fix',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const policy = async (files: Files) => {
        const apache = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
        const tls = { servername: 'shop.example' };
        return (await httpProbe({ port: apache.port(443), tls })).headers.get('content-security-policy') ?? '';
      };
      const { bad, fixed } = kit.pair('apache');
      assert.match(await policy(bad), / ws:/);
      assert.match(await policy(fixed), / wss:/);
    },
  },
];
