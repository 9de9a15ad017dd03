/** Owns the proof of what becomes of clients whose renewed certificates are for servers only. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { clientCertificateProbe } from '../../../../test/kit/tls-probes.ts';

/** Certificates of one authority before and after their renewal, in place of those that only a public one can issue. */
async function renewed(kit: ProofKit) {
  const authority = await kit.authority();
  const before = await authority.issue({ names: ['client.example'], usages: ['server', 'client'] });
  const after = await authority.issue({ names: ['client.example'], usages: ['server'] });
  const shop = await authority.issue({ names: ['shop.example'] });
  return { authority, shop, before, after };
}

type Started = { port(written: number): number };

/** What the same client gets with its old and its new certificate. */
async function answers(
  kit: ProofKit,
  start: (files: Files, pem: { chain: string; bundle: string; key: string }) => Promise<Started>,
) {
  const { authority, shop, before, after } = await renewed(kit);
  const server = await start({ 'clients.pem': authority.certificate }, shop);
  const port = server.port(443);
  const own = (one: typeof before) => ({ cert: one.certificate, key: one.key });
  const { good, foreign } = await clientCertificateProbe({
    port,
    servername: 'shop.example',
    path: '/none',
    good: own(before),
    foreign: own(after),
  });
  const status = (one: typeof good) => ('status' in one ? one.status : 'refused');
  return [status(good), status(foreign)];
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx lets the client in until its certificate is for servers only',
    needs: ['nginx'],
    async run(kit) {
      const [page = {}] = kit.examples('nginx', 'bad');
      const got = await answers(kit, (files, { chain, key }) =>
        kit.nginx({ files: { ...page, 'shop.pem': chain, 'shop.key': key, ...files } }),
      );
      assert.deepEqual(got, [404, 400]);
    },
  },
  {
    title: 'HAProxy ends the handshake of the client whose certificate is for servers only',
    needs: ['haproxy'],
    async run(kit) {
      const [page = {}] = kit.examples('haproxy', 'bad');
      const backend = await kit.httpBackend();
      const got = await answers(kit, (files, { bundle }) =>
        kit.haproxy({
          files: { ...page, 'shop.pem': bundle, ...files },
          backends: { '127.0.0.1:3000': backend.port },
        }),
      );
      assert.deepEqual(got, [200, 'refused']);
    },
  },
  {
    title: 'Apache ends the handshake of the client whose certificate is for servers only',
    needs: ['apache'],
    async run(kit) {
      const [page = {}] = kit.examples('apache', 'bad');
      const got = await answers(kit, (files, { chain, key }) =>
        kit.apache({ files: { ...page, 'shop.pem': chain, 'shop.key': key, ...files } }),
      );
      assert.deepEqual(got, [404, 'refused']);
    },
  },
];
