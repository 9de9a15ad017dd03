/** Owns the proof that servers do not start with groups that their OpenSSL lacks, and start with the fixed lists. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { tlsScan } from '../../../../test/kit/tls-probes.ts';

async function nginx(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

async function haproxy(kit: ProofKit, files: Files) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.haproxy({ files: { ...files, '/shop.pem': bundle } });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

const BOTH = ['TLSv1.2', 'TLSv1.3'];

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: does not start with a group that no OpenSSL has',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'misspelt');
      await assert.rejects(nginx(kit, bad), /prime256r1/);
      assert.ok((await nginx(kit, fixed)).includes('TLSv1.2'));
    },
  },
  {
    title: 'nginx of Debian 12, with OpenSSL 3.0: does not start with X25519MLKEM768',
    needs: ['nginx'],
    versions: { nginx: { before: '1.23' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'too-new');
      await assert.rejects(nginx(kit, bad), /X25519MLKEM768/);
      assert.ok((await nginx(kit, fixed)).includes('TLSv1.2'));
    },
  },
  {
    title: 'HAProxy of Debian 12, with OpenSSL 3.0: does not start with X25519MLKEM768',
    needs: ['haproxy'],
    versions: { haproxy: { before: '2.7' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy');
      await assert.rejects(haproxy(kit, bad));
      assert.deepEqual(await haproxy(kit, fixed), BOTH);
    },
  },
  {
    title: 'Apache: does not start with a group that no OpenSSL has',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const seen = async (files: Files) => {
        const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
        return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
      };
      const { bad, fixed } = kit.pair('apache');
      await assert.rejects(seen(bad), /AH02407/);
      assert.deepEqual(await seen(fixed), BOTH);
    },
  },
];
