/** Owns the proof of which back end gets a handshake that two routes are for. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** The back end that gets the handshake, and what becomes of it. */
async function answered(
  kit: ProofKit,
  files: Files,
  { host = 'chat.example', start = 'apache' }: { host?: string; start?: 'apache' | 'nginx' } = {},
) {
  const meant = await kit.webSocketBackend();
  const other = await kit.webSocketBackend();
  const server = await kit[start]({ files, backends: { '127.0.0.1:3000': meant.port, '127.0.0.1:3001': other.port } });
  const { status } = await webSocketProbe({ port: server.port(80), path: '/ws/', host });
  assert.equal(meant.requests.length + other.requests.length, 1);
  return { status, by: meant.requests.length === 1 ? 'meant' : 'other' };
}

export const proofs: readonly Proof[] = [
  {
    title: 'Apache: every bad example sends the handshake to the other back end, the fixed one to the right one',
    needs: ['apache'],
    async run(kit) {
      for (const files of kit.examples('apache', 'bad')) {
        const { status, by } = await answered(kit, files);
        assert.equal(by, 'other');
        assert.ok(status >= 400, `${status}`);
      }
      for (const { fixed } of kit.pairs('apache'))
        assert.deepEqual(await answered(kit, fixed), { status: 101, by: 'meant' });
      for (const files of kit.examples('apache', 'good'))
        for (const host of ['chat.example', 'talk.example'])
          assert.deepEqual(await answered(kit, files, { host }), { status: 101, by: 'meant' });
    },
  },
  {
    title: 'nginx sends the handshake of a bad example to the other server, and that of a good one to the right one',
    needs: ['nginx'],
    async run(kit) {
      const start = 'nginx';
      for (const files of kit.examples('nginx', 'bad')) {
        const { status, by } = await answered(kit, files, { start });
        assert.equal(by, 'other');
        assert.ok(status >= 400, `${status}`);
      }
      for (const files of kit.examples('nginx', 'good'))
        for (const host of ['chat.example', 'talk.example'])
          assert.deepEqual(await answered(kit, files, { host, start }), { status: 101, by: 'meant' });
    },
  },
  {
    title: 'Caddy: no handshake comes to the WebSocket of a bad example, whatever the order of its lines',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const other = await kit.httpBackend();
      const answer = async (files: Files) => {
        const caddy = await kit.caddy({
          files: { ...files, '/srv/app/index.html': 'hello' },
          backends: { '127.0.0.1:3000': backend.port, '127.0.0.1:3001': other.port },
        });
        return (await webSocketProbe({ port: caddy.port(80), path: '/ws/a', host: 'chat.example' })).opened;
      };
      for (const files of kit.examples('caddy', 'bad')) assert.equal(await answer(files), false);
      for (const { fixed } of kit.pairs('caddy')) assert.equal(await answer(fixed), true);
      for (const files of kit.examples('caddy', 'good')) assert.equal(await answer(files), true);
    },
  },
];
