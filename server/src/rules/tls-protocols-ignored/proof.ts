/** Owns the proof of whose TLS versions clients get, before nginx 1.29.2 and from then on. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { tlsScan } from '../../../../test/kit/tls-probes.ts';

async function versions(kit: ProofKit, files: Files): Promise<string[]> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return [...(await tlsScan({ port: server.port(443), servername: 'pay.shop.example' }))];
}

const MODERN = ['TLSv1.2', 'TLSv1.3'];

export const proofs: readonly Proof[] = [
  {
    title: "before nginx 1.29.2, the default server's versions are open under the other server's name",
    needs: ['nginx'],
    versions: { nginx: { before: '1.29.2' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'stricter');
      assert.deepEqual(await versions(kit, bad), MODERN);
      assert.deepEqual(await versions(kit, fixed), ['TLSv1.3']);
    },
  },
  {
    title: 'a default server that only refuses decides as well, with the default of its nginx',
    needs: ['nginx'],
    versions: { nginx: { before: '1.23.4' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'refusing');
      assert.deepEqual(await versions(kit, bad), ['TLSv1.2']);
      assert.deepEqual(await versions(kit, fixed), MODERN);
    },
  },
  {
    title: "from nginx 1.29.2 on, each server's own versions count",
    needs: ['nginx'],
    versions: { nginx: { from: '1.29.2' } },
    async run(kit) {
      assert.deepEqual(await versions(kit, kit.pair('nginx', 'stricter').bad), ['TLSv1.3']);
    },
  },
  {
    title: 'Apache: only the last word without a sign is offered, until all of them have one',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['pay.shop.example'] });
      const offered = async (files: Files) => {
        const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
        return [...(await tlsScan({ port: server.port(443), servername: 'pay.shop.example' }))];
      };
      for (const { bad, fixed } of kit.pairs('apache')) {
        assert.deepEqual(await offered(bad), ['TLSv1.3']);
        assert.deepEqual(await offered(fixed), MODERN);
      }
      for (const files of kit.examples('apache', 'good')) assert.deepEqual(await offered(files), MODERN);
    },
  },
];
