/** Owns the proof of which weak suites real servers complete handshakes with, before the fix and after it. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { suiteScan } from '../../../../test/kit/tls-probes.ts';

const WEAK = ['AECDH-AES128-SHA', 'AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA'];
const STRONG = 'ECDHE-RSA-AES128-GCM-SHA256';

async function leaf(kit: ProofKit) {
  return (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
}

async function nginx(kit: ProofKit, files: Files) {
  const { chain, key } = await leaf(kit);
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, [...WEAK, STRONG]);
}

async function haproxy(kit: ProofKit, files: Files) {
  const { bundle } = await leaf(kit);
  const server = await kit.haproxy({ files: { ...files, '/shop.pem': bundle } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, [...WEAK, STRONG]);
}

const WITHOUT_ANONYMOUS = WEAK.slice(1);

async function apache(kit: ProofKit, files: Files) {
  const { chain, key } = await leaf(kit);
  const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, [...WEAK, STRONG]);
}

async function stunnel(kit: ProofKit, files: Files) {
  const { bundle } = await leaf(kit);
  const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, [...WEAK, STRONG]);
}

async function caddy(kit: ProofKit, files: Files) {
  const { chain, key } = await leaf(kit);
  const server = await kit.caddy({ files: { ...files, '/shop.pem': chain, '/shop.key': key } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, [...WEAK, STRONG]);
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: a class such as HIGH brings weak suites in, and the list of the policy none',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'class');
      assert.deepEqual(await nginx(kit, bad), [...WITHOUT_ANONYMOUS, STRONG]);
      assert.deepEqual(await nginx(kit, fixed), [STRONG]);
    },
  },
  {
    title: 'nginx: at security level 0, ALL lets clients in to whom nobody proves who the server is',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'anonymous');
      assert.deepEqual(await nginx(kit, bad), [...WEAK, STRONG]);
      assert.deepEqual(await nginx(kit, fixed), [STRONG]);
    },
  },
  {
    title: 'nginx: a suite that is named can be negotiated, until the fix',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'named');
      assert.deepEqual(await nginx(kit, bad), ['AES128-SHA', STRONG]);
      assert.deepEqual(await nginx(kit, fixed), [STRONG]);
    },
  },
  {
    title: 'HAProxy: ciphers of a bind line and of global',
    needs: ['haproxy'],
    async run(kit) {
      for (const name of ['bind', 'global']) {
        const { bad, fixed } = kit.pair('haproxy', name);
        assert.deepEqual(await haproxy(kit, bad), [...WITHOUT_ANONYMOUS, STRONG], name);
        assert.deepEqual(await haproxy(kit, fixed), [STRONG], name);
      }
    },
  },
  {
    title: 'Apache: a class such as HIGH brings weak suites in, and the list of the policy none',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache', 'apache-class');
      assert.deepEqual(await apache(kit, bad), [...WITHOUT_ANONYMOUS, STRONG]);
      assert.deepEqual(await apache(kit, fixed), [STRONG]);
    },
  },
  {
    title: 'stunnel: a class such as HIGH brings weak suites in, and the list of the policy none',
    needs: ['stunnel'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      assert.deepEqual(await stunnel(kit, bad), [...WITHOUT_ANONYMOUS, STRONG]);
      assert.deepEqual(await stunnel(kit, fixed), [STRONG]);
      for (const files of kit.examples('stunnel', 'good')) assert.deepEqual(await stunnel(kit, files), [STRONG]);
    },
  },
  {
    title: 'Caddy opens the suite, until it is taken out; without a list nothing weak is open',
    needs: ['caddy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy', 'caddy');
      const several = kit.pair('caddy', 'caddy-several');
      assert.deepEqual([...(await caddy(kit, several.bad))], ['ECDHE-RSA-AES128-SHA', STRONG]);
      assert.deepEqual([...(await caddy(kit, several.fixed))], [STRONG]);
      assert.deepEqual([...(await caddy(kit, bad))], ['ECDHE-RSA-AES128-SHA', STRONG]);
      assert.deepEqual([...(await caddy(kit, fixed))], [STRONG]);
      for (const files of kit.examples('caddy', 'good')) assert.deepEqual([...(await caddy(kit, files))], [STRONG]);
    },
  },
];
