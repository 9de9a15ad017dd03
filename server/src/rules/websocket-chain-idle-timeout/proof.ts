/** Owns the proof that of two real proxies behind each other the shorter limit decides, with times scaled to seconds. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const LIMIT_MS = 1000;
const HOLD_MS = 3000;
/** Timers of servers are rounded up, and the machine may be slow; far from the other limit all the same. */
const LATEST_MS = 2200;

const NGINX = /nginx\.conf$/;

/** The texts of one product; the files of the other have absolute names. */
function of(files: Files, product: 'nginx' | 'haproxy'): Files {
  const [[, text] = ['', '']] = Object.entries(files).filter(([name]) => NGINX.test(name) === (product === 'nginx'));
  return { [product === 'nginx' ? 'nginx.conf' : 'haproxy.cfg']: text };
}

/** How long a silent tunnel through both lives, in milliseconds; undefined where it is still open at the end. */
async function life(
  kit: ProofKit,
  files: Files,
  front: 'nginx' | 'haproxy',
  short: string,
): Promise<number | undefined> {
  const backend = await kit.webSocketBackend();
  // The written times of an hour and more become 30 s, the short one a second.
  const scale = { '1h': '30s', '2h': '30s', '50s': short === '50s' ? '1s' : '20s' };
  const http = short === 'default' ? { http: 'proxy_read_timeout 1s;' } : {};
  const start = (product: 'nginx' | 'haproxy', backends: Record<string, number>) =>
    product === 'nginx'
      ? kit.nginx({ files: of(files, product), backends, scale, ...http })
      : kit.haproxy({ files: of(files, product), backends, scale });
  const second = await start(front === 'nginx' ? 'haproxy' : 'nginx', { '127.0.0.1:3000': backend.port });
  const port = second.ports.get('127.0.0.1:8080') ?? second.port(8080);
  const first = await start(front, { '127.0.0.1:8080': port });
  const { opened, closedAfterMs } = await webSocketProbe({ port: first.port(80), path: '/ws/', holdMs: HOLD_MS });
  assert.ok(opened);
  return closedAfterMs;
}

async function prove(kit: ProofKit, front: 'nginx' | 'haproxy', name: string, short: string): Promise<void> {
  const { bad, fixed } = kit.pair(front, name);
  const closed = await life(kit, bad, front, short);
  assert.ok(closed !== undefined && closed > LIMIT_MS * 0.9 && closed < LATEST_MS, `closed after ${closed} ms`);
  assert.equal(await life(kit, fixed, front, short), undefined);
}

const NGINX_TIMES = { '1h': '30s', '2h': '30s' };
const STUNNEL_TIMES = { '7200': '30', '3600': '30', '300': '1' };

const textOf = (files: Files, name: string): string =>
  Object.entries(files).find(([file]) => file.endsWith(name))?.[1] ?? '';

/** The life of a silent tunnel that goes through stunnel into nginx. */
async function throughBoth(kit: ProofKit, files: Files): Promise<number | undefined> {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const backend = await kit.webSocketBackend();
  const nginx = await kit.nginx({
    files: { 'nginx.conf': textOf(files, 'nginx.conf') },
    backends: { '127.0.0.1:3000': backend.port },
    scale: NGINX_TIMES,
    http: 'proxy_read_timeout 1s;',
  });
  const stunnel = await kit.stunnel({
    files: { 'stunnel.conf': textOf(files, 'stunnel.conf'), 'shop.pem': bundle },
    backends: { '127.0.0.1:8080': nginx.port(8080) },
    scale: STUNNEL_TIMES,
  });
  const target = { port: stunnel.port(443), path: '/ws/', tls: true, holdMs: HOLD_MS };
  const { opened, closedAfterMs } = await webSocketProbe(target);
  assert.ok(opened);
  return closedAfterMs;
}

/** The life of one that goes through nginx into stunnel, and from there over TLS to the back end. */
async function throughStunnel(kit: ProofKit, files: Files): Promise<number | undefined> {
  const { chain: cert, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const backend = await kit.webSocketBackend({ tls: { cert, key } });
  const stunnel = await kit.stunnel({
    files: { 'stunnel.conf': textOf(files, 'stunnel.conf') },
    backends: { '127.0.0.1:8443': backend.port },
    scale: STUNNEL_TIMES,
  });
  const nginx = await kit.nginx({
    files: { 'nginx.conf': textOf(files, 'nginx.conf') },
    backends: { '127.0.0.1:9000': stunnel.port('127.0.0.1:9000') },
    scale: NGINX_TIMES,
  });
  const { opened, closedAfterMs } = await webSocketProbe({ port: nginx.port(80), path: '/ws/', holdMs: HOLD_MS });
  assert.ok(opened);
  return closedAfterMs;
}

export const proofs: readonly Proof[] = [
  {
    title: 'an hour in nginx does not help where HAProxy behind it closes earlier',
    needs: ['nginx', 'haproxy'],
    run: (kit) => prove(kit, 'nginx', 'front', '50s'),
  },
  {
    title: 'two hours in HAProxy do not help where nginx behind it has its default',
    needs: ['nginx', 'haproxy'],
    run: (kit) => prove(kit, 'haproxy', 'behind', 'default'),
  },
  {
    title: 'what stunnel in front waits does not help where nginx behind it has its default',
    needs: ['stunnel', 'nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel', 'stunnel');
      const closed = await throughBoth(kit, bad);
      assert.ok(closed !== undefined && closed > LIMIT_MS * 0.9 && closed < LATEST_MS, `closed after ${closed} ms`);
      assert.equal(await throughBoth(kit, fixed), undefined);
    },
  },
  {
    title: 'an hour in nginx does not help where stunnel behind it closes earlier',
    needs: ['stunnel', 'nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'through-stunnel');
      const closed = await throughStunnel(kit, bad);
      // It counts whole seconds.
      const latest = LATEST_MS + 700;
      assert.ok(closed !== undefined && closed > LIMIT_MS * 0.9 && closed < latest, `closed after ${closed} ms`);
      assert.equal(await throughStunnel(kit, fixed), undefined);
    },
  },
];
