/** Owns the proof in a real browser: a WebSocket dies of the question for a certificate, where a page does not. */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from '../../../../test/e2e/rig/chromium.ts';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import type { RunningServer } from '../../../../test/kit/server.ts';

type Replace = readonly (readonly [string, string])[];

async function start(kit: ProofKit, files: Files, replace: Replace = []): Promise<RunningServer> {
  const authority = await kit.authority();
  const { chain, key } = await authority.issue({ names: ['localhost', 'shop.example', 'ws.localhost'] });
  const backend = await kit.webSocketBackend();
  const pages = await kit.httpBackend();
  return kit.nginx({
    files: { ...files, 'shop.pem': chain, 'shop.key': key, 'clients.pem': authority.certificate },
    backends: { '127.0.0.1:3000': backend.port, '127.0.0.1:3001': pages.port },
    replace,
  });
}

async function startHaproxy(kit: ProofKit, files: Files, replace: Replace = []): Promise<RunningServer> {
  const authority = await kit.authority();
  const { bundle } = await authority.issue({ names: ['localhost'] });
  const backend = await kit.webSocketBackend();
  const certificates = {
    '/etc/haproxy/shop.pem': bundle,
    '/etc/haproxy/clients.pem': authority.certificate,
  };
  return kit.haproxy({ files: { ...files, ...certificates }, backends: { '127.0.0.1:3000': backend.port }, replace });
}

async function startApache(kit: ProofKit, files: Files): Promise<RunningServer> {
  const authority = await kit.authority();
  const { chain, key } = await authority.issue({ names: ['localhost'] });
  const backend = await kit.webSocketBackend();
  return kit.apache({
    files: { ...files, 'shop.pem': chain, 'shop.key': key, 'clients.pem': authority.certificate },
    backends: { '127.0.0.1:3000': backend.port },
  });
}

async function withBrowser(body: (browser: Browser) => Promise<void>): Promise<void> {
  const path = chromiumPath();
  assert.ok(path);
  const browser = await launchChromium(path);
  try {
    await body(browser);
  } finally {
    await browser.close();
  }
}

/** Whether a script's WebSocket opens, in a browser that has never been at this server. */
async function opens(browser: Browser, host: string, port: number): Promise<boolean> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const page = await context.newPage();
    return await page.evaluate(
      (address) =>
        new Promise<boolean>((resolve) => {
          const socket = new WebSocket(address);
          socket.onopen = () => resolve(true);
          socket.onerror = () => resolve(false);
        }),
      `wss://${host}:${port}/ws/`,
    );
  } finally {
    await context.close();
  }
}

/** The status of a page at the same address. */
async function pageStatus(browser: Browser, port: number): Promise<number | undefined> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  try {
    const answer = await (await context.newPage()).goto(`https://localhost:${port}/ws/`);
    return answer?.status();
  } finally {
    await context.close();
  }
}

export const proofs: readonly Proof[] = [
  {
    title: 'Chromium gives a WebSocket up where a certificate is optional, though a page and other clients get through',
    needs: ['nginx', 'chromium'],
    run: (kit) =>
      withBrowser(async (browser) => {
        const [, optional] = kit.examples('nginx', 'bad');
        assert.ok(optional);
        const asking = await start(kit, optional);
        assert.equal(await opens(browser, 'localhost', asking.port(443)), false);
        // 426: the back end's answer to an ordinary request.
        assert.equal(await pageStatus(browser, asking.port(443)), 426);
        const { status } = await webSocketProbe({ port: asking.port(443), path: '/ws/', tls: true });
        assert.equal(status, 101);
        const silent = await start(kit, optional, [['ssl_verify_client optional;', '']]);
        assert.equal(await opens(browser, 'localhost', silent.port(443)), true);
      }),
  },
  {
    title: 'Chromium opens the WebSocket of a host that does not ask',
    needs: ['nginx', 'chromium'],
    run: (kit) =>
      withBrowser(async (browser) => {
        const [required] = kit.examples('nginx', 'bad');
        const [good] = kit.examples('nginx', 'good');
        assert.ok(required !== undefined && good !== undefined);
        assert.equal(await opens(browser, 'localhost', (await start(kit, required)).port(443)), false);
        const apart = await start(kit, good, [['ws.shop.example', 'ws.localhost']]);
        assert.equal(await opens(browser, 'ws.localhost', apart.port(443)), true);
      }),
  },
  {
    title: 'HAProxy: Chromium gives a WebSocket up where a certificate is optional, and opens it where nobody asks',
    needs: ['haproxy', 'chromium'],
    run: (kit) =>
      withBrowser(async (browser) => {
        const [required] = kit.examples('haproxy', 'bad');
        assert.ok(required);
        assert.equal(await opens(browser, 'localhost', (await startHaproxy(kit, required)).port(443)), false);
        const optional = await startHaproxy(kit, required, [['verify required', 'verify optional']]);
        assert.equal(await opens(browser, 'localhost', optional.port(443)), false);
        assert.equal(await pageStatus(browser, optional.port(443)), 426);
        const { status } = await webSocketProbe({ port: optional.port(443), path: '/ws/', tls: true });
        assert.equal(status, 101);
        const silent = await startHaproxy(kit, required, [['verify required', 'verify none']]);
        assert.equal(await opens(browser, 'localhost', silent.port(443)), true);
      }),
  },
  {
    title: 'Apache: Chromium gives a WebSocket up where a certificate is asked for, and opens it where nobody asks',
    needs: ['apache', 'chromium'],
    run: (kit) =>
      withBrowser(async (browser) => {
        const [required] = kit.examples('apache', 'bad');
        const [silent] = kit.examples('apache', 'good');
        assert.ok(required !== undefined && silent !== undefined);
        assert.equal(await opens(browser, 'localhost', (await startApache(kit, required)).port(443)), false);
        assert.equal(await opens(browser, 'localhost', (await startApache(kit, silent)).port(443)), true);
      }),
  },
];
