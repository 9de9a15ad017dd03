/** Owns the proof that no handshake passes over HTTP/2 to a usual back end, and that HTTP/1.1 lets it through. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof } from '../../../../test/kit/proof.ts';
import type { RunningServer } from '../../../../test/kit/server.ts';

/** The status of a handshake. */
async function statusOf(server: RunningServer): Promise<number> {
  const { status } = await webSocketProbe({ port: server.port(80), path: '/ws/' });
  return status;
}

export const proofs: readonly Proof[] = [
  {
    title:
      'nginx: HTTP/2 to the back end lets no handshake through (before 1.29.4 nginx does not even start), HTTP/1.1 does',
    needs: ['nginx'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const backends = { '127.0.0.1:3000': backend.port };
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        // Only the version is at stake: a version that does not know HTTP/2 keeps refusing it where the fix leaves it.
        const written = (files: Files) => Object.values(files).some((text) => text.includes('proxy_http_version 2'));
        const start = (files: Files) => kit.nginx({ files, backends }).catch((error: unknown) => String(error));
        const before = await start(bad);
        const old = typeof before === 'string';
        if (old) assert.match(before, /invalid value "2"/, name);
        else assert.notEqual(await statusOf(before), 101, name);
        const after = await start(fixed);
        if (old && written(fixed)) assert.match(String(after), /invalid value "2"/, name);
        else {
          assert.ok(typeof after !== 'string', name);
          assert.equal(await statusOf(after), 101, name);
        }
      }
    },
  },
  {
    title: 'HAProxy: the extended CONNECT ends in an error at a usual back end, HTTP/1.1 in 101',
    needs: ['haproxy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        const start = (files: Files) =>
          kit.haproxy({ files, backends: { '127.0.0.1:3000': backend.port }, scale: { '50s': '1s' } });
        // 2.6 waits for its timeout, newer versions answer 502.
        assert.ok((await statusOf(await start(bad))) >= 400, name);
        assert.equal(await statusOf(await start(fixed)), 101, name);
      }
    },
  },
  {
    title: 'Caddy: handshakes end in an error over HTTP/2, and open over HTTP/1.1',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const answer = async (files: Files) => {
        const caddy = await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } });
        return (await webSocketProbe({ port: caddy.port(80), path: '/ws/', host: 'chat.example' })).status;
      };
      for (const { name, bad, fixed } of kit.pairs('caddy')) {
        assert.equal(await answer(bad), 502, name);
        assert.equal(await answer(fixed), 101, name);
      }
      for (const files of kit.examples('caddy', 'good')) assert.equal(await answer(files), 101);
    },
  },
];
