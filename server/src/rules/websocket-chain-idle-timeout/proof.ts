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
];
