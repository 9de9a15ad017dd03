/** Owns the proof that a fixed value reaches the back end with every request, and the mapped one only with handshakes. */
import assert from 'node:assert/strict';
import { httpProbe, webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof } from '../../../../test/kit/proof.ts';

export const proofs: readonly Proof[] = [
  {
    title:
      'ordinary requests arrive with `Connection: upgrade`, and without it when the value is mapped; handshakes pass',
    needs: ['nginx'],
    async run(kit) {
      const seen = async (files: Files) => {
        const backend = await kit.webSocketBackend();
        const nginx = await kit.nginx({ files, backends: { '127.0.0.1:3000': backend.port } });
        await httpProbe({ port: nginx.port(80), path: '/page' });
        const [page] = backend.requests;
        assert.ok(page);
        const { status } = await webSocketProbe({ port: nginx.port(80), path: '/live' });
        return [page.header('connection')?.toLowerCase(), page.header('upgrade'), status];
      };
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        assert.deepEqual(await seen(bad), ['upgrade', undefined, 101], name);
        assert.deepEqual(await seen(fixed), ['close', undefined, 101], name);
      }
    },
  },
  {
    title: 'Caddy: ordinary requests ask for an upgrade with the lines, and not without; handshakes pass either way',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const seen = async (files: Files) => {
        const caddy = await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } });
        const target = { port: caddy.port(80), host: 'chat.example' };
        const { opened } = await webSocketProbe(target);
        const answer = await httpProbe(target);
        return [opened, answer.status];
      };
      const { bad, fixed } = kit.pair('caddy');
      // The back end takes the ordinary request for a broken handshake.
      assert.deepEqual(await seen(bad), [true, 400]);
      assert.deepEqual(await seen(fixed), [true, 426]);
    },
  },
  {
    title: 'HAProxy: the same, and without the line handshakes pass',
    needs: ['haproxy'],
    async run(kit) {
      const seen = async (files: Files) => {
        const backend = await kit.webSocketBackend();
        const haproxy = await kit.haproxy({ files, backends: { '127.0.0.1:3000': backend.port } });
        await httpProbe({ port: haproxy.port(80), path: '/page' });
        const [page] = backend.requests;
        assert.ok(page);
        const { status } = await webSocketProbe({ port: haproxy.port(80), path: '/live' });
        return [page.header('connection')?.toLowerCase(), page.header('upgrade'), status];
      };
      for (const { bad, fixed } of kit.pairs('haproxy')) {
        assert.deepEqual(await seen(bad), ['upgrade', undefined, 101]);
        assert.deepEqual(await seen(fixed), [undefined, undefined, 101]);
      }
      for (const good of kit.examples('haproxy', 'good'))
        assert.deepEqual(await seen(good), [undefined, undefined, 101]);
    },
  },
];
