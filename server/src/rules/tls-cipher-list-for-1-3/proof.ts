/** Owns the proof that suites of TLS 1.3 in a cipher string change nothing of TLS 1.3. */
import assert from 'node:assert/strict';
import { open } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { suiteScan } from '../../../../test/kit/tls-probes.ts';

const TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

/** The suites of TLS 1.3, and a few of TLS 1.2, with which handshakes complete. */
async function scan(port: number) {
  const servername = 'shop.example';
  const accepted: string[] = [];
  for (const ciphers of TLS13) {
    const socket = await open({ port, tls: { servername, version: 'TLSv1.3', ciphers } }).catch(() => undefined);
    if (socket === undefined) continue;
    socket.destroy();
    accepted.push(ciphers);
  }
  return [...accepted, ...(await suiteScan({ port, servername }, ['ECDHE-RSA-AES256-GCM-SHA384']))];
}

async function nginx(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return scan(server.port(443));
}

async function haproxy(kit: ProofKit, files: Files) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.haproxy({ files: { ...files, '/shop.pem': bundle } });
  return scan(server.port(443));
}

const ALL = [...TLS13, 'ECDHE-RSA-AES256-GCM-SHA384'];

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: TLS 1.3 has all of its suites, whichever the cipher string names or takes out',
    needs: ['nginx'],
    async run(kit) {
      for (const name of ['named', 'forbidden']) {
        const { bad, fixed } = kit.pair('nginx', name);
        assert.deepEqual(await nginx(kit, bad), ALL, name);
        assert.deepEqual(await nginx(kit, fixed), ALL, name);
      }
    },
  },
  {
    title: 'nginx: does not start with suites of TLS 1.3 alone',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'alone');
      await assert.rejects(nginx(kit, bad), /no cipher match/);
      assert.deepEqual(await nginx(kit, fixed), ALL);
    },
  },
  {
    title: 'HAProxy: the same for ciphers of a bind line',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy');
      assert.deepEqual(await haproxy(kit, bad), ALL);
      assert.deepEqual(await haproxy(kit, fixed), ALL);
    },
  },
  {
    title: 'Apache: the same for SSLCipherSuite, and a line of its own decides for TLS 1.3',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
      const seen = async (files: Files) =>
        scan((await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } })).port(443));
      const { bad, fixed } = kit.pair('apache');
      assert.deepEqual(await seen(bad), ALL);
      assert.deepEqual(await seen(fixed), ALL);
      const [good = {}] = kit.examples('apache', 'good');
      assert.deepEqual(await seen(good), ['TLS_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384']);
    },
  },
];
