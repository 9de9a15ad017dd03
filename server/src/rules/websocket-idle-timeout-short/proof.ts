/** Owns the proof that silent tunnels close at the computed limit, with all times scaled to a second. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import type { RunningServer } from '../../../../test/kit/server.ts';

const LIMIT_MS = 1000;
const HOLD_MS = 2500;
/** Timers of servers are rounded up, and the machine may be slow; far from the next limit all the same. */
const LATEST_MS = 2000;

const backendAt = (port: number) => ({ '127.0.0.1:3000': port });

const nginx = (kit: ProofKit, files: Files, port: number) =>
  kit.nginx({
    files,
    backends: backendAt(port),
    scale: { '30s': '1s', '20s': '1s' },
    // Where the example sets nothing outside of the route, nginx's own 60 s are shortened, too.
    ...(files['nginx.conf']?.includes('proxy_read_timeout 20s') ? {} : { http: 'proxy_read_timeout 1s;' }),
  });
const haproxy = (kit: ProofKit, files: Files, port: number) =>
  kit.haproxy({ files, backends: backendAt(port), scale: { '30s': '1s', '50s': '2s', '3600': '1000' } });
const apache = (kit: ProofKit, files: Files, port: number) =>
  kit.apache({
    files,
    backends: backendAt(port),
    scale: { '20': '1', '30': '1' },
    // Where the example sets nothing, Apache's own 60 s are shortened, too.
    ...(files['apache2.conf']?.includes('Timeout 20') ? {} : { replace: [['Listen 80', 'Listen 80\nTimeout 1']] }),
  });
const caddy = (kit: ProofKit, files: Files, port: number) =>
  kit.caddy({ files, backends: backendAt(port), scale: { '30s': '1s' } });

async function provePairs(
  kit: ProofKit,
  language: string,
  start: (kit: ProofKit, files: Files, port: number) => Promise<RunningServer>,
): Promise<void> {
  const backend = await kit.webSocketBackend();
  const pinging = await kit.webSocketBackend({ pingEveryMs: LIMIT_MS / 4 });
  const life = async (files: Files, port: number) => {
    const server = await start(kit, files, port);
    const { opened, closedAfterMs } = await webSocketProbe({
      port: server.port(80),
      path: '/ws/',
      host: 'chat.example',
      holdMs: HOLD_MS,
    });
    assert.ok(opened);
    return closedAfterMs;
  };
  await Promise.all(
    kit.pairs(language).map(async ({ name, bad, fixed }) => {
      const [closed, pinged, repaired] = await Promise.all([
        life(bad, backend.port),
        life(bad, pinging.port),
        life(fixed, backend.port),
      ]);
      const inTime = closed !== undefined && closed > LIMIT_MS * 0.9 && closed < LATEST_MS;
      assert.ok(inTime, `${name}: closed after ${closed} ms`);
      assert.equal(pinged, undefined, `${name}: pings keep it open`);
      assert.equal(repaired, undefined, `${name}: fixed, it stays open`);
    }),
  );
}

async function stunnelLife(kit: ProofKit, files: Files, port: number, listener = 443) {
  const { bundle } = await (await kit.authority()).issue({ names: ['chat.example'] });
  const server = await kit.stunnel({
    files: { ...files, 'chat.pem': bundle },
    backends: backendAt(port),
    scale: { '30': '1', '20': '1' },
  });
  const target = { port: server.port(listener), path: '/ws/', tls: true, holdMs: HOLD_MS };
  const { opened, closedAfterMs } = await webSocketProbe(target);
  assert.ok(opened);
  return closedAfterMs;
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx closes at proxy_read_timeout, unless the back end sends pings or the limit is raised',
    needs: ['nginx'],
    run: (kit) => provePairs(kit, 'nginx', nginx),
  },
  {
    title: 'HAProxy closes at timeout tunnel, or at the smaller of client and server',
    needs: ['haproxy'],
    run: (kit) => provePairs(kit, 'haproxy', haproxy),
  },
  {
    title: 'Apache closes at the larger of Timeout and that of the back end',
    needs: ['apache'],
    async run(kit) {
      await provePairs(kit, 'apache', apache);
      const backend = await kit.webSocketBackend();
      const [files] = kit.examples('apache', 'good');
      assert.ok(files !== undefined);
      for (const [client, own] of [
        [1, 2],
        [2, 1],
      ]) {
        const scale = { '20': `${client}`, 'timeout=600': `timeout=${own}` };
        const server = await kit.apache({ files, backends: backendAt(backend.port), scale });
        const { closedAfterMs = 0 } = await webSocketProbe({ port: server.port(80), path: '/ws/', holdMs: 4000 });
        assert.ok(closedAfterMs > 1800 && closedAfterMs < 3000, `closed after ${closedAfterMs} ms`);
      }
    },
  },
  {
    title: 'stunnel closes at TIMEOUTidle, unless pings come or the limit is raised',
    needs: ['stunnel'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const pinging = await kit.webSocketBackend({ pingEveryMs: LIMIT_MS / 4 });
      const isInTime = (closed: number | undefined): boolean =>
        closed !== undefined && closed > LIMIT_MS * 0.9 && closed < LATEST_MS + 1000;
      for (const { name, bad, fixed } of kit.pairs('stunnel')) {
        const [closed, pinged, repaired] = await Promise.all([
          stunnelLife(kit, bad, backend.port),
          stunnelLife(kit, bad, pinging.port),
          stunnelLife(kit, fixed, backend.port),
        ]);
        assert.ok(isInTime(closed), `${name}: closed after ${closed} ms`);
        assert.equal(pinged, undefined, `${name}: pings keep it open`);
        assert.equal(repaired, undefined, `${name}: fixed, it stays open`);
      }
      const [good = {}] = kit.examples('stunnel', 'good');
      assert.equal(await stunnelLife(kit, good, backend.port), undefined);
      assert.ok(isInTime(await stunnelLife(kit, good, backend.port, 8443)));
    },
  },
  {
    title: 'Caddy closes at read_timeout of the transport, unless the back end sends pings; other timeouts do nothing',
    needs: ['caddy'],
    async run(kit) {
      await provePairs(kit, 'caddy', caddy);
      const backend = await kit.webSocketBackend();
      const [files] = kit.examples('caddy', 'good');
      assert.ok(files !== undefined);
      const server = await caddy(kit, files, backend.port);
      const probe = { port: server.port(80), path: '/ws/', host: 'chat.example', holdMs: HOLD_MS };
      assert.equal((await webSocketProbe(probe)).closedAfterMs, undefined);
    },
  },
  {
    title: 'Caddy closes at stream_timeout though the back end sends pings',
    needs: ['caddy'],
    versions: { caddy: { from: '2.7' } },
    async run(kit) {
      const pinging = await kit.webSocketBackend({ pingEveryMs: LIMIT_MS / 4 });
      const [files] = kit.examples('caddy', 'good');
      assert.ok(files !== undefined);
      const server = await kit.caddy({
        files,
        backends: backendAt(pinging.port),
        replace: [['transport http {', 'stream_timeout 1s\n        transport http {']],
      });
      const probe = { port: server.port(80), path: '/ws/', host: 'chat.example', holdMs: HOLD_MS };
      const { closedAfterMs = Number.POSITIVE_INFINITY } = await webSocketProbe(probe);
      assert.ok(closedAfterMs < LATEST_MS, `closed after ${closedAfterMs} ms`);
    },
  },
];
