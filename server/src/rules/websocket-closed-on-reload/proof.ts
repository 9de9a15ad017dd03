/** Owns the proof that a reload closes WebSockets at once, and later where Caddy is told to wait. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** Milliseconds in which a connection that is kept would be closed if it were not. */
const KEPT = 1500;

/** The code with which an open connection is closed when the configuration is loaded again; undefined where it is kept. */
async function codeAfterReload(kit: ProofKit, files: Files): Promise<number | undefined> {
  const backend = await kit.webSocketBackend();
  const caddy = await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } });
  const headers = { Host: 'chat.example' };
  const socket = new WebSocket(`ws://127.0.0.1:${caddy.port(80)}/ws/a`, { headers });
  await once(socket, 'open');
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await caddy.reload();
  let timer: NodeJS.Timeout | undefined;
  const kept = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), KEPT);
  });
  const code = await Promise.race([closed, kept]);
  clearTimeout(timer);
  socket.terminate();
  return code;
}

export const proofs: readonly Proof[] = [
  {
    title: 'Caddy closes WebSockets at each reload with 1001, unless stream_close_delay keeps them',
    needs: ['caddy'],
    versions: { caddy: { from: '2.7' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy');
      assert.equal(await codeAfterReload(kit, bad), 1001);
      assert.equal(await codeAfterReload(kit, fixed), undefined);
    },
  },
  {
    title: 'Caddy 2.6 closes them at each reload, too',
    needs: ['caddy'],
    versions: { caddy: { before: '2.7' } },
    async run(kit) {
      const files = kit.examples('caddy', 'bad').at(-1);
      assert.ok(files !== undefined);
      assert.equal(await codeAfterReload(kit, files), 1001);
    },
  },
];
