/** Owns the proof that clients of an authority two below the root get in with a depth of 2 only. */
import assert from 'node:assert/strict';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { type ClientVerdict, clientCertificateProbe } from '../../../../test/kit/tls-probes.ts';

/** What a client of the authority that many below the root gets, and what nginx logs of it. */
async function verdict(kit: ProofKit, files: Files, below: number): Promise<{ got: ClientVerdict; log: string }> {
  const root = await kit.authority();
  let authority = root;
  let bundle = root.certificate;
  for (let i = 0; i < below; i++) {
    authority = await authority.intermediate({ commonName: `authority ${i + 1}` });
    bundle = authority.certificate + bundle;
  }
  const shop = await root.issue({ names: ['shop.example'] });
  const client = await authority.issue({ commonName: 'client', usages: ['client'] });
  const server = await kit.nginx({
    files: { ...files, 'shop.pem': shop.chain, 'shop.key': shop.key, 'clients.pem': bundle },
  });
  const own = { cert: client.certificate, key: client.key };
  const { good } = await clientCertificateProbe({
    port: server.port(443),
    servername: 'shop.example',
    good: own,
    foreign: own,
  });
  return { got: good, log: server.log() };
}

export const proofs: readonly Proof[] = [
  {
    title: 'two authorities below the root are one too many for the default, and not for the fix',
    needs: ['nginx'],
    async run(kit) {
      for (const name of ['default', 'written']) {
        const { bad, fixed } = kit.pair('nginx', name);
        const refused = await verdict(kit, bad, 2);
        assert.deepEqual(refused.got, { status: 400 });
        assert.match(refused.log, /verify error: \(2:unable to get issuer certificate\)/);
        // There is no page to be served; what counts is that the certificate got through.
        assert.deepEqual((await verdict(kit, fixed, 2)).got, { status: 404 });
        assert.deepEqual((await verdict(kit, bad, 1)).got, { status: 404 });
      }
    },
  },
  {
    title: 'Apache counts the root: one authority below it is too many for the default, and not for the fix',
    needs: ['apache'],
    async run(kit) {
      const root = await kit.authority();
      const shop = await root.issue({ names: ['shop.example'] });
      /** What a client of the authority that many below the root gets. */
      const asked = async (page: Files, below: number, logs?: RegExp) => {
        let authority = root;
        let bundle = root.certificate;
        for (let i = 0; i < below; i++) {
          authority = await authority.intermediate({ commonName: `authority ${i + 1}` });
          bundle = authority.certificate + bundle;
        }
        const client = await authority.issue({ commonName: 'client', usages: ['client'] });
        const server = await kit.apache({
          files: { ...page, 'shop.pem': shop.chain, 'shop.key': shop.key, 'clients.pem': bundle },
        });
        const own = { cert: client.certificate, key: client.key };
        const port = server.port(443);
        const { good } = await clientCertificateProbe({ port, path: '/none', good: own, foreign: own });
        if (logs !== undefined) await server.logged(logs);
        return 'status' in good ? good.status : 'refused';
      };
      for (const [name, below] of [
        ['apache-default', 1],
        ['apache-written', 2],
      ] as const) {
        const { bad, fixed } = kit.pair('apache', name);
        const words = /AH02040: Certificate Verification: Certificate Chain too long/;
        assert.equal(await asked(bad, below, words), 'refused', name);
        assert.equal(await asked(bad, below - 1), 404, name);
        assert.equal(await asked(fixed, below), 404, name);
      }
    },
  },
];
