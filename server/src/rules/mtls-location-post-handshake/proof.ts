/** Owns the proof that TLS 1.3 clients are refused where a location asks for a certificate, and get in where the host does. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** What a client with a good certificate is answered, by the TLS version that it offers. */
async function answered(kit: ProofKit, files: Files, version: 'TLSv1.2' | 'TLSv1.3') {
  const authority = await kit.authority();
  const { chain, key } = await authority.issue({ names: ['shop.example'] });
  const client = await authority.issue({ commonName: 'client', usages: ['client'] });
  const pages = { '/var/www/html/admin/index.html': 'hello', 'clients.pem': authority.certificate };
  const server = await kit.apache({ files: { ...files, ...pages, 'shop.pem': chain, 'shop.key': key } });
  const tls = { servername: 'shop.example', version, cert: client.chain, key: client.key };
  return (await httpProbe({ port: server.port(443), path: '/admin/index.html', tls })).status;
}

export const proofs: readonly Proof[] = [
  {
    title: 'Apache renegotiates with TLS 1.2, answers TLS 1.3 clients with 403, and takes them where the host asks',
    needs: ['apache'],
    async run(kit) {
      for (const files of kit.examples('apache', 'bad')) {
        assert.equal(await answered(kit, files, 'TLSv1.2'), 200);
        assert.equal(await answered(kit, files, 'TLSv1.3'), 403);
      }
      for (const files of kit.examples('apache', 'good')) assert.equal(await answered(kit, files, 'TLSv1.3'), 200);
    },
  },
];
