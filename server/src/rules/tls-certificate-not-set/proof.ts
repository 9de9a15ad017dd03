/** Owns the proof that nginx does not start without the certificate, and what takes its place. */
import assert from 'node:assert/strict';
import { apacheTest } from '../../../../test/kit/apache.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { tlsScan } from '../../../../test/kit/tls-probes.ts';

async function start(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  return kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop-rsa.pem': chain, 'shop.key': key } });
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx refuses the configuration where no certificate or no key reaches the listener, and says so',
    needs: ['nginx'],
    async run(kit) {
      for (const files of kit.examples('nginx', 'bad'))
        await assert.rejects(
          start(kit, files),
          /no "ssl_certificate" is defined for the "listen \.\.\. ssl" directive|no "ssl_certificate_key" is defined for certificate/,
        );
    },
  },
  {
    title: 'a certificate that is inherited, lent by the default server, or not needed is enough',
    needs: ['nginx'],
    async run(kit) {
      const [lent, inherited, refused] = kit.examples('nginx', 'good');
      assert.ok(lent !== undefined && inherited !== undefined && refused !== undefined);
      const versions = async (files: Files, servername: string) =>
        (await tlsScan({ port: (await start(kit, files)).port(443), servername })).size;
      assert.ok((await versions(lent, 'www.shop.example')) > 0);
      assert.ok((await versions(inherited, 'shop.example')) > 0);
      assert.equal(await versions(refused, 'shop.example'), 0);
    },
  },
  {
    title: 'a server that refuses handshakes needs none, and leaves those of other names alone',
    needs: ['nginx'],
    async run(kit) {
      const server = await start(kit, kit.pair('nginx', 'catch-all').fixed);
      assert.equal((await tlsScan({ port: server.port(443), servername: 'other.example' })).size, 0);
      assert.ok((await tlsScan({ port: server.port(443), servername: 'shop.example' })).size > 0);
    },
  },
  {
    title:
      'Caddy without automatic HTTPS ends handshakes with an alert; plain HTTP and a file of a certificate are as they are',
    needs: ['caddy'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const certificate = { '/shop.pem': chain, '/shop.key': key };
      const backends = { '127.0.0.1:3000': (await kit.httpBackend()).port };
      const scan = async (files: Files) => {
        const server = await kit.caddy({ files: { ...files, ...certificate }, backends });
        return (await tlsScan({ port: server.port(443), servername: 'shop.example' })).size;
      };
      const [bad] = kit.examples('caddy', 'bad');
      const [plain, given] = kit.examples('caddy', 'good');
      assert.ok(bad !== undefined && plain !== undefined && given !== undefined);
      assert.equal(await scan(bad), 0);
      const internal = { Caddyfile: bad.Caddyfile?.replace('reverse_proxy', 'tls internal\n    reverse_proxy') ?? '' };
      assert.equal(await scan(internal), 0);
      assert.ok((await scan(given)) > 0);
      const server = await kit.caddy({ files: plain, backends });
      assert.equal((await httpProbe({ port: server.port(80), path: '/', host: 'shop.example' })).status, 200);
    },
  },
  {
    title: 'Apache accepts it with `-t`, and does not start; a certificate of the main server is enough',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const certificate = { 'shop.pem': chain, 'shop.key': key };
      for (const files of kit.examples('apache', 'bad')) {
        assert.ok((await apacheTest({ files })).ok);
        await assert.rejects(kit.apache({ files }), /does not start/);
      }
      for (const files of kit.examples('apache', 'good')) {
        const server = await kit.apache({ files: { ...files, ...certificate } });
        assert.ok((await tlsScan({ port: server.port(443), servername: 'shop.example' })).size > 0);
      }
    },
  },
  {
    title: 'HAProxy refuses the configuration where no certificate reaches the listener, and takes the good one',
    needs: ['haproxy'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      for (const files of kit.examples('haproxy', 'bad'))
        await assert.rejects(kit.haproxy({ files }), /no SSL certificate specified for bind/);
      for (const files of kit.examples('haproxy', 'good')) {
        const server = await kit.haproxy({ files: { ...files, 'shop.pem': bundle } });
        assert.ok((await tlsScan({ port: server.port(443), servername: 'shop.example' })).size > 0);
      }
    },
  },
  {
    title: 'stunnel does not start without a certificate for a server, and takes one that is there for all services',
    needs: ['stunnel'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      for (const files of kit.examples('stunnel', 'bad'))
        await assert.rejects(kit.stunnel({ files }), /TLS server needs a certificate/);
      for (const files of kit.examples('stunnel', 'good')) {
        const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
        assert.ok((await tlsScan({ port: server.port(443), servername: 'shop.example' })).size > 0);
      }
    },
  },
];
