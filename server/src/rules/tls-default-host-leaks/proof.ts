/** Owns the proof of what a client without a name, or with a foreign one, is shown. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';

/** How many certificates are shown without a name, for a foreign one, and for one of the sites. */
async function shown(kit: ProofKit, files: Files): Promise<number[]> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example', 'admin.shop.example'] });
  const port = (await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } })).port(443);
  const counts = [];
  for (const name of [{}, { servername: 'foreign.example' }, { servername: 'shop.example' }])
    counts.push(Math.min(1, (await peerChain({ port, ...name })).length));
  return counts;
}

export const proofs: readonly Proof[] = [
  {
    title: 'the first site shows its certificate to everybody, until unknown names are refused',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'first');
      assert.deepEqual(await shown(kit, bad), [1, 1, 1]);
      assert.deepEqual(await shown(kit, fixed), [0, 0, 1]);
    },
  },
];
