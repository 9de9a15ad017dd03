/** Owns the proof of what servers do with names that OpenSSL does not know, and that they refuse lists without a suite. */
import assert from 'node:assert/strict';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { suiteScan } from '../../../../test/kit/tls-probes.ts';

const SUITES = ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'AES128-GCM-SHA256'];

async function nginx(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, SUITES);
}

async function haproxy(kit: ProofKit, files: Files) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.haproxy({ files: { ...files, '/shop.pem': bundle } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, SUITES);
}

async function apache(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, SUITES);
}

async function stunnel(kit: ProofKit, files: Files) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
  return suiteScan({ port: server.port(443), servername: 'shop.example' }, SUITES);
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: a misspelt suite is not there, and nobody says so; spelt as meant it is',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'misspelt');
      assert.deepEqual(await nginx(kit, bad), SUITES.slice(1, 2));
      assert.deepEqual(await nginx(kit, fixed), SUITES.slice(0, 2));
    },
  },
  {
    title: 'nginx: taking out what the library does not have changes nothing',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'gone');
      assert.deepEqual(await nginx(kit, bad), SUITES.slice(0, 1));
      assert.deepEqual(await nginx(kit, fixed), SUITES.slice(0, 1));
    },
  },
  {
    title: 'nginx: refuses to start with a list that leaves no suite, or that cannot be read',
    needs: ['nginx'],
    async run(kit) {
      for (const [name, says] of [
        ['nothing', /no cipher match/],
        ['unreadable', /invalid command/],
      ] as const) {
        const { bad, fixed } = kit.pair('nginx', name);
        await assert.rejects(nginx(kit, bad), says, name);
        assert.deepEqual(await nginx(kit, fixed), SUITES.slice(0, 2), name);
      }
    },
  },
  {
    title: 'HAProxy: drops what the library does not know, too',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy');
      assert.deepEqual(await haproxy(kit, bad), SUITES.slice(1, 2));
      assert.deepEqual(await haproxy(kit, fixed), SUITES.slice(0, 2));
    },
  },
  {
    title: 'Apache: a misspelt suite is not there; spelt as meant it is',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      assert.deepEqual(await apache(kit, bad), SUITES.slice(1, 2));
      assert.deepEqual(await apache(kit, fixed), SUITES.slice(0, 2));
    },
  },
  {
    title:
      'stunnel: a misspelt suite is not there; spelt as meant it is, and a list without a suite keeps it from starting',
    needs: ['stunnel'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      assert.deepEqual(await stunnel(kit, bad), SUITES.slice(1, 2));
      assert.deepEqual(await stunnel(kit, fixed), SUITES.slice(0, 2));
      const nothing = (fixed['stunnel.conf'] ?? '').replace(/^ciphers = .*$/m, 'ciphers = NONSENSE');
      await assert.rejects(stunnel(kit, { 'stunnel.conf': nothing }), /no cipher match/);
    },
  },
  {
    title: 'Caddy refuses names that it does not know, and takes the fixed examples',
    needs: ['caddy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy', 'caddy');
      const [before, after] = [await caddyValidate({ files: bad }), await caddyValidate({ files: fixed })];
      assert.match(before.output, /cipher suite not supported: 'ECDHE-RSA-AES256-GCM-SHA384'/);
      assert.deepEqual([before.ok, after.ok], [false, true]);
    },
  },
  {
    title: 'Caddy 2.11 refuses suites without forward secrecy',
    needs: ['caddy'],
    versions: { caddy: { from: '2.11' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy', 'caddy-dropped');
      assert.deepEqual(
        [(await caddyValidate({ files: bad })).ok, (await caddyValidate({ files: fixed })).ok],
        [false, true],
      );
    },
  },
];
