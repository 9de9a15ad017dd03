/** Owns the proof that nginx takes such a configuration and that no TLS handshake completes, until `listen` says `ssl`. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { tlsScan } from '../../../../test/kit/tls-probes.ts';

async function start(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  return kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
}

/** How many versions of TLS complete a handshake. */
async function spoken(port: number): Promise<number> {
  return (await tlsScan({ port, servername: 'shop.example' })).size;
}

async function startApache(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  return kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
}

async function startHaproxy(kit: ProofKit, files: Files, port = 0) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
  return kit.haproxy({ files: { ...files, 'shop.pem': bundle }, backends: { '127.0.0.1:3000': port } });
}

export const proofs: readonly Proof[] = [
  {
    title: 'port 443 without `ssl` completes no handshake and answers plain requests; with it, the other way round',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'port');
      const before = (await start(kit, bad)).port(443);
      assert.equal(await spoken(before), 0);
      assert.notEqual((await httpProbe({ port: before })).status, 400);
      const after = (await start(kit, fixed)).port(443);
      assert.ok((await spoken(after)) > 0);
      assert.equal((await httpProbe({ port: after })).status, 400);
    },
  },
  {
    title: 'a certificate alone opens no TLS',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'certificate');
      assert.equal(await spoken((await start(kit, bad)).port(80)), 0);
      assert.ok((await spoken((await start(kit, fixed)).port(443))) > 0);
      const unwritten = kit.examples('nginx', 'bad').find((files) => !files['nginx.conf']?.includes('listen '));
      assert.ok(unwritten !== undefined);
      assert.equal(await spoken((await start(kit, unwritten)).port(80)), 0);
    },
  },
  {
    title: 'one `ssl` counts for all servers on a socket',
    needs: ['nginx'],
    async run(kit) {
      const shared = kit.examples('nginx', 'good').find((files) => files['nginx.conf']?.includes('default_server'));
      assert.ok(shared !== undefined);
      const main = shared['nginx.conf']?.replace(/\nstream \{[\s\S]*$/, '') ?? '';
      assert.ok((await spoken((await start(kit, { 'nginx.conf': main })).port(443))) > 0);
    },
  },
  {
    title: 'Apache: no handshake completes with the bad examples, with the fixed and good ones it does',
    needs: ['apache'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('apache')) {
        const port = name === 'apache-off' ? 443 : 8443;
        assert.equal(await spoken((await startApache(kit, bad)).port(port)), 0, name);
        assert.ok((await spoken((await startApache(kit, fixed)).port(port))) > 0, name);
      }
      for (const files of kit.examples('apache', 'good'))
        for (const port of [443, 8443]) assert.ok((await spoken((await startApache(kit, files)).port(port))) > 0);
    },
  },
  {
    title: 'HAProxy: no handshake completes with the bad examples, with the fixed and good ones it does',
    needs: ['haproxy'],
    async run(kit) {
      const { port: backend } = await kit.httpBackend();
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        const port = name === 'haproxy' ? 443 : 8443;
        const before = (await startHaproxy(kit, bad, backend)).port(port);
        assert.equal(await spoken(before), 0, name);
        assert.equal((await httpProbe({ port: before })).status, 200, name);
        assert.ok((await spoken((await startHaproxy(kit, fixed, backend)).port(port))) > 0, name);
      }
      for (const files of kit.examples('haproxy', 'good'))
        assert.ok((await spoken((await startHaproxy(kit, files, backend)).port(443))) > 0);
    },
  },
];
