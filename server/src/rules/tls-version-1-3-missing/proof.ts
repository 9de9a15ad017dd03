/** Owns the proof that servers stop at TLS 1.2 with the bad examples, and have TLS 1.3 with the fixed ones. */
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

async function stunnel(kit: ProofKit, files: Files) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: a list that stops at TLS 1.2',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'listed');
      assert.deepEqual(await nginx(kit, bad), ['TLSv1.2']);
      assert.deepEqual(await nginx(kit, fixed), BOTH);
    },
  },
  {
    title: 'nginx before 1.23.4: the default stops at TLS 1.2',
    needs: ['nginx'],
    versions: { nginx: { before: '1.23.4' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'default');
      assert.deepEqual(await nginx(kit, bad), ['TLSv1.2']);
      assert.deepEqual(await nginx(kit, fixed), BOTH);
    },
  },
  {
    title: 'HAProxy: ssl-max-ver',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy');
      assert.deepEqual(await haproxy(kit, bad), ['TLSv1.2']);
      assert.deepEqual(await haproxy(kit, fixed), BOTH);
    },
  },
  {
    title: 'stunnel: sslVersion names one version and no other',
    needs: ['stunnel'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      assert.deepEqual(await stunnel(kit, bad), ['TLSv1.2']);
      assert.deepEqual(await stunnel(kit, fixed), BOTH);
      for (const files of kit.examples('stunnel', 'good')) assert.deepEqual(await stunnel(kit, files), BOTH);
    },
  },
];
