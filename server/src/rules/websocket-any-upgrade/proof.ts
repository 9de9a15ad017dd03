/** Owns the proof that other upgrades reach the back end, and that a `map` for `websocket` alone stops them and nothing else. */
import assert from 'node:assert/strict';
import { httpProbe, webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** `Upgrade` as the back end gets it of a request for h2c, and what a WebSocket handshake is answered. */
async function seenBy(kit: ProofKit, language: 'nginx' | 'apache' | 'haproxy', { 'wsslint.json': _, ...files }: Files) {
  const backend = await kit.httpBackend();
  const sockets = await kit.webSocketBackend();
  const start = (port: number) => kit[language]({ files, backends: { '127.0.0.1:3000': port } });
  const [pages, chat] = [await start(backend.port), await start(sockets.port)];
  const headers = { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
  await httpProbe({ port: pages.port(80), path: '/ws/', headers });
  const [request] = backend.requests;
  assert.ok(request);
  const { status } = await webSocketProbe({ port: chat.port(80), path: '/ws/' });
  return [request.header('upgrade'), status];
}

export const proofs: readonly Proof[] = [
  {
    title: '`Upgrade: h2c` reaches the back end; with the `map` it does not, and WebSockets open all the same',
    needs: ['nginx'],
    async run(kit) {
      const seen = (files: Files) => seenBy(kit, 'nginx', files);
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        assert.deepEqual(await seen(bad), ['h2c', 101], name);
        assert.deepEqual(await seen(fixed), [undefined, 101], name);
      }
      const silent = kit.examples('nginx', 'good')[1];
      assert.ok(silent);
      assert.deepEqual(await seen(silent), [undefined, 101]);
    },
  },
  {
    title: 'Apache: `upgrade=ANY` lets `h2c` through, `upgrade=websocket` does not',
    needs: ['apache'],
    async run(kit) {
      for (const { bad, fixed } of kit.pairs('apache')) {
        assert.deepEqual(await seenBy(kit, 'apache', bad), ['h2c', 101]);
        assert.deepEqual(await seenBy(kit, 'apache', fixed), [undefined, 101]);
      }
    },
  },
  {
    title: 'Caddy lets `h2c` through, and with a matcher for `websocket` does not',
    needs: ['caddy'],
    async run(kit) {
      const seen = async ({ 'wsslint.json': _, ...files }: Files) => {
        const backend = await kit.webSocketBackend();
        const port = (await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } })).port(80);
        const { status } = await webSocketProbe({ port, path: '/ws/', host: 'chat.example' });
        const headers = {
          Upgrade: 'h2c',
          Connection: 'Upgrade, HTTP2-Settings, close',
          'HTTP2-Settings': 'AAMAAABkAAQAAP__',
        };
        await httpProbe({ port, path: '/ws/', host: 'chat.example', headers });
        return [backend.requests[1]?.header('upgrade'), status];
      };
      const [bad] = kit.examples('caddy', 'bad');
      const [good] = kit.examples('caddy', 'good');
      assert.ok(bad !== undefined && good !== undefined);
      assert.deepEqual(await seen(bad), ['h2c', 101]);
      assert.deepEqual(await seen(good), [undefined, 101]);
    },
  },
  {
    title: 'HAProxy 2.6 lets `h2c` through; with the rule before all others it does not',
    needs: ['haproxy'],
    versions: { haproxy: { before: '2.7' } },
    async run(kit) {
      for (const { bad, fixed } of kit.pairs('haproxy')) {
        assert.deepEqual(await seenBy(kit, 'haproxy', bad), ['h2c', 101]);
        assert.deepEqual(await seenBy(kit, 'haproxy', fixed), [undefined, 101]);
      }
    },
  },
  {
    title: 'HAProxy 3.0 and newer do not let it through, and WebSockets open with the rule, too',
    needs: ['haproxy'],
    versions: { haproxy: { from: '3.0' } },
    async run(kit) {
      const { fixed } = kit.pair('haproxy');
      for (const files of [...kit.examples('haproxy', 'good'), fixed])
        assert.deepEqual(await seenBy(kit, 'haproxy', files), [undefined, 101]);
    },
  },
];
