/** Owns the proof that conditions on the handshake's headers let some clients through and not others. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** `Connection` as Chrome, Firefox and other proxies send it. */
const CONNECTIONS = ['Upgrade', 'keep-alive, Upgrade', 'upgrade'];

/** Which of these handshakes are answered with 101. */
async function opened(kit: ProofKit, files: Files, product: 'apache' | 'haproxy' = 'apache'): Promise<string[]> {
  const backend = await kit.webSocketBackend();
  const server = await kit[product]({ files, backends: { '127.0.0.1:3000': backend.port } });
  const out: string[] = [];
  for (const connection of CONNECTIONS) {
    const target = { port: server.port(80), path: '/ws/', host: 'chat.example', headers: { Connection: connection } };
    if ((await webSocketProbe(target)).status === 101) out.push(connection);
  }
  return out;
}

export const proofs: readonly Proof[] = [
  {
    title: 'Apache: the bad examples miss clients, the fixed ones miss none',
    needs: ['apache'],
    async run(kit) {
      const whole = kit.pair('apache', 'whole-value');
      assert.deepEqual(await opened(kit, whole.bad), ['Upgrade', 'upgrade']);
      assert.deepEqual(await opened(kit, whole.fixed), CONNECTIONS);
      const letters = kit.pair('apache', 'case');
      assert.deepEqual(await opened(kit, letters.bad), []);
      assert.deepEqual(await opened(kit, letters.fixed), CONNECTIONS);
      for (const files of kit.examples('apache', 'good')) assert.deepEqual(await opened(kit, files), CONNECTIONS);
    },
  },
  {
    title: 'HAProxy: the bad examples miss clients, the fixed ones miss none',
    needs: ['haproxy'],
    async run(kit) {
      const seen = (files: Files) => opened(kit, files, 'haproxy');
      const inline = kit.pair('haproxy', 'haproxy-inline');
      assert.deepEqual(await seen(inline.bad), []);
      assert.deepEqual(await seen(inline.fixed), CONNECTIONS);
      const named = kit.pair('haproxy', 'haproxy-named');
      assert.deepEqual(await seen(named.bad), ['Upgrade', 'keep-alive, Upgrade']);
      assert.deepEqual(await seen(named.fixed), CONNECTIONS);
      for (const files of kit.examples('haproxy', 'good')) assert.deepEqual(await seen(files), CONNECTIONS);
    },
  },
  {
    title: 'Caddy: the bad example misses clients that write `upgrade`, the fixed one misses none',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const other = await kit.httpBackend();
      const opened = async (files: Files) => {
        const caddy = await kit.caddy({
          files,
          backends: { '127.0.0.1:3000': backend.port, '127.0.0.1:3001': other.port },
        });
        const out: boolean[] = [];
        for (const connection of ['Upgrade', 'keep-alive, Upgrade', 'upgrade']) {
          const headers = { Connection: connection };
          out.push((await webSocketProbe({ port: caddy.port(80), host: 'chat.example', headers })).opened);
        }
        return out;
      };
      const { bad, fixed } = kit.pair('caddy');
      assert.deepEqual(await opened(bad), [true, true, false]);
      assert.deepEqual(await opened(fixed), [true, true, true]);
      for (const files of kit.examples('caddy', 'good')) assert.deepEqual(await opened(files), [true, true, true]);
    },
  },
];
