/** Owns the proof that a strict back end refuses handshakes in HTTP/1.0, and which nginx sends them by default. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

async function handshake(kit: ProofKit, files: Files, strict: boolean) {
  const backend = await kit.webSocketBackend({ strict });
  const nginx = await kit.nginx({ files, backends: { '127.0.0.1:3000': backend.port } });
  const { status } = await webSocketProbe({ port: nginx.port(80), path: '/ws/' });
  return { status, http: backend.requests[0]?.httpVersion };
}

const refused = { status: 400, http: '1.0' };
const accepted = { status: 101, http: '1.1' };

export const proofs: readonly Proof[] = [
  {
    title: 'a strict back end answers 400 to HTTP/1.0 and 101 to HTTP/1.1; another one takes both',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        if (name === 'default') continue;
        assert.deepEqual(await handshake(kit, bad, true), refused, name);
        assert.equal((await handshake(kit, bad, false)).status, 101, name);
        assert.deepEqual(await handshake(kit, fixed, true), accepted, name);
      }
    },
  },
  {
    title: 'nginx before 1.29.7 speaks HTTP/1.0 where nothing is set',
    needs: ['nginx'],
    versions: { nginx: { before: '1.29.7' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'default');
      assert.deepEqual(await handshake(kit, bad, true), refused);
      assert.equal((await handshake(kit, bad, false)).status, 101);
      assert.deepEqual(await handshake(kit, fixed, true), accepted);
    },
  },
  {
    title: 'nginx speaks HTTP/1.1 where nothing is set, from 1.29.7 on',
    needs: ['nginx'],
    versions: { nginx: { from: '1.29.7' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'default');
      assert.deepEqual(await handshake(kit, bad, true), accepted);
      assert.deepEqual(await handshake(kit, fixed, true), accepted);
    },
  },
];
