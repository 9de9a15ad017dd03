/** Owns the proof that servers with the bad examples start and complete no handshake, and with the fixed ones do. */
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

async function apache(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

async function stunnel(kit: ProofKit, files: Files) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: starts, and nobody can connect, until the fix',
    needs: ['nginx'],
    async run(kit) {
      const closed = kit.pair('nginx', 'closed');
      assert.deepEqual(await nginx(kit, closed.bad), []);
      assert.deepEqual(await nginx(kit, closed.fixed), ['TLSv1.2', 'TLSv1.3']);
      const suites = kit.pair('nginx', 'suites');
      assert.deepEqual(await nginx(kit, suites.bad), []);
      assert.deepEqual(await nginx(kit, suites.fixed), ['TLSv1.2']);
    },
  },
  {
    title: 'nginx: starts with suites for another kind of key than its own, and nobody can connect, until the fix',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'keys');
      const scan = async (files: Files) => {
        const server = await kit.nginx({ files });
        return { versions: [...(await tlsScan({ port: server.port(443) }))], log: server.log() };
      };
      const before = await scan(bad);
      assert.deepEqual(before.versions, []);
      assert.match(before.log, /no shared cipher/);
      assert.deepEqual((await scan(fixed)).versions, ['TLSv1.2']);
    },
  },
  {
    title: 'HAProxy: starts, and nobody can connect, until the fix',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy');
      assert.deepEqual(await haproxy(kit, bad), []);
      assert.deepEqual(await haproxy(kit, fixed), ['TLSv1.2']);
    },
  },
  {
    title: 'Apache: starts, and nobody can connect, until the fix',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      assert.deepEqual(await apache(kit, bad), []);
      assert.deepEqual(await apache(kit, fixed), ['TLSv1.2', 'TLSv1.3']);
    },
  },
  {
    title: 'stunnel: starts, and nobody can connect, until the fix',
    needs: ['stunnel'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('stunnel')) {
        assert.deepEqual(await stunnel(kit, bad), [], name);
        const open = name === 'stunnel-suites' ? ['TLSv1.2'] : ['TLSv1.2', 'TLSv1.3'];
        assert.deepEqual(await stunnel(kit, fixed), open, name);
      }
      const [good = {}] = kit.examples('stunnel', 'good');
      assert.deepEqual(await stunnel(kit, good), ['TLSv1.2']);
    },
  },
];
