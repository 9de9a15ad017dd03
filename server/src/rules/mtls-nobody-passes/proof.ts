/** Owns the proof that nginx refuses to start without an authority for client certificates, and lets good ones in with it. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { clientCertificateProbe } from '../../../../test/kit/tls-probes.ts';

const REFUSED = /no ssl_client_certificate (or ssl_trusted_certificate )?for ssl_(verify_client|client_verify)/;

async function start(kit: ProofKit, files: Files) {
  const authority = await kit.authority();
  const { chain, key } = await authority.issue({ names: ['shop.example'] });
  return kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key, 'client-ca.pem': authority.certificate } });
}

async function provesGood(kit: ProofKit, files: Files): Promise<void> {
  const authority = await kit.authority();
  const client = await authority.issue({ commonName: 'client', usages: ['client'] });
  const own = { cert: client.chain, key: client.key };
  const server = await start(kit, files);
  const { none, good } = await clientCertificateProbe({
    port: server.port(443),
    servername: 'shop.example',
    good: own,
    foreign: own,
  });
  assert.deepEqual(none, { status: 400 });
  // There is no page to be served; what counts is that the certificate got through.
  assert.deepEqual(good, { status: 404 });
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx does not start without an authority, and lets a good certificate in with one',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'nothing');
      await assert.rejects(start(kit, bad), REFUSED);
      await provesGood(kit, fixed);
    },
  },
  {
    title: 'nginx before 1.27.2 wants ssl_client_certificate',
    needs: ['nginx'],
    versions: { nginx: { before: '1.27.2' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'trusted');
      await assert.rejects(start(kit, bad), REFUSED);
      await provesGood(kit, fixed);
    },
  },
  {
    title: 'nginx 1.27.2 and newer takes ssl_trusted_certificate',
    needs: ['nginx'],
    versions: { nginx: { from: '1.27.2' } },
    async run(kit) {
      for (const files of kit.examples('nginx', 'good')) await provesGood(kit, files);
    },
  },
  {
    title: 'Apache starts without an authority and lets no good certificate in, and one with it',
    needs: ['apache'],
    async run(kit) {
      const authority = await kit.authority();
      const { chain, key } = await authority.issue({ names: ['shop.example'] });
      const client = await authority.issue({ commonName: 'client', usages: ['client'] });
      const own = { cert: client.chain, key: client.key };
      const answer = async (files: Files) => {
        const pages = { '/var/www/html/index.html': 'hello', 'client-ca.pem': authority.certificate };
        const server = await kit.apache({ files: { ...files, ...pages, 'shop.pem': chain, 'shop.key': key } });
        const port = server.port(443);
        const probe = { port, servername: 'shop.example', path: '/index.html', good: own, foreign: own };
        return (await clientCertificateProbe(probe)).good;
      };
      for (const files of kit.examples('apache', 'bad')) assert.ok(!('status' in (await answer(files))));
      for (const files of kit.examples('apache', 'good')) assert.deepEqual(await answer(files), { status: 200 });
    },
  },
  {
    title: 'Caddy lets nobody in until it is told whom to trust',
    needs: ['caddy'],
    async run(kit) {
      const authority = await kit.authority();
      const server = await authority.issue({ names: ['shop.example'] });
      const client = await authority.issue({ commonName: 'client', usages: ['client'] });
      const good = { cert: client.chain, key: client.key };
      const seen = async (files: Files) => {
        const pems = { '/shop.pem': server.chain, '/shop.key': server.key, '/client-ca.pem': authority.certificate };
        const caddy = await kit.caddy({ files: { ...files, ...pems } });
        const target = { port: caddy.port(443), servername: 'shop.example', path: '/' };
        const { good: verdict } = await clientCertificateProbe({ ...target, good, foreign: good });
        return 'status' in verdict ? verdict.status : 'refused';
      };
      const { bad, fixed } = kit.pair('caddy');
      assert.deepEqual([await seen(bad), await seen(fixed)], ['refused', 200]);
      for (const files of kit.examples('caddy', 'good')) assert.equal(await seen(files), 200);
    },
  },
];
