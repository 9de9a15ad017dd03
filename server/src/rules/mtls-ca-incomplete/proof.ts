/** Owns the proof of whom nginx lets in with which file of authorities. */
import assert from 'node:assert/strict';
import { type Authority, createAuthority, type Issued } from '../../../../test/kit/authority.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { type ClientVerdict, clientCertificateProbe } from '../../../../test/kit/tls-probes.ts';

interface Made {
  readonly root: Authority;
  readonly issuer: Authority;
  readonly client: Issued;
}

async function make(expired = false): Promise<Made> {
  const day = 86_400_000;
  const dates = { notBefore: new Date(Date.now() - 30 * day), notAfter: new Date(Date.now() - day) };
  const root = await createAuthority(expired ? dates : {});
  const issuer = await root.intermediate();
  return { root, issuer, client: await issuer.issue({ commonName: 'client', usages: ['client'] }) };
}

/** What the client gets where these are the authorities, and what nginx logs of it. */
async function verdict(
  kit: ProofKit,
  page: Files,
  { client }: Made,
  authorities: Files,
): Promise<{ got: ClientVerdict; log: string }> {
  const shop = await (await kit.authority()).issue({ names: ['shop.example'] });
  const files = { ...page, 'shop.pem': shop.chain, 'shop.key': shop.key, ...authorities };
  const server = await kit.nginx({ files });
  const own = { cert: client.certificate, key: client.key };
  const { good } = await clientCertificateProbe({
    port: server.port(443),
    servername: 'shop.example',
    good: own,
    foreign: own,
  });
  return { got: good, log: server.log() };
}

/** There is no page to be served; what counts is that the certificate got through. */
const IN = { status: 404 };
const OUT = { status: 400 };

export const proofs: readonly Proof[] = [
  {
    title:
      'without the root nobody gets in, with it behind its authority or in ssl_trusted_certificate the client does',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'root');
      const made = await make();
      const { issuer, root } = made;
      const refused = await verdict(kit, bad, made, { 'clients.pem': issuer.certificate });
      assert.deepEqual(refused.got, OUT);
      assert.match(refused.log, /verify error: \(2:unable to get issuer certificate\)/);
      const whole = { 'clients.pem': issuer.certificate + root.certificate };
      assert.deepEqual((await verdict(kit, fixed, made, whole)).got, IN);
      const apart = kit.examples('nginx', 'good').at(-1) ?? {};
      const two = { 'clients.pem': issuer.certificate, 'root.pem': root.certificate };
      assert.deepEqual((await verdict(kit, apart, made, two)).got, IN);
    },
  },
  {
    title: "a client's own certificate is no authority",
    needs: ['nginx'],
    async run(kit) {
      const [, page = {}] = kit.examples('nginx', 'bad');
      const made = await make();
      const refused = await verdict(kit, page, made, { 'clients.pem': made.client.certificate });
      assert.deepEqual(refused.got, OUT);
      assert.match(refused.log, /verify error: \((?:20|21):unable to/);
    },
  },
  {
    title: 'an expired root keeps clients out whose own certificates are valid',
    needs: ['nginx'],
    async run(kit) {
      const [, , page = {}] = kit.examples('nginx', 'bad');
      const made = await make(true);
      const whole = { 'clients.pem': made.issuer.certificate + made.root.certificate };
      const refused = await verdict(kit, page, made, whole);
      assert.deepEqual(refused.got, OUT);
      assert.match(refused.log, /verify error: \(10:certificate has expired\)/);
    },
  },
  {
    title: 'HAProxy refuses the client without the root, and takes it with the root',
    needs: ['haproxy'],
    async run(kit) {
      const made = await make();
      const shop = await (await kit.authority()).issue({ names: ['shop.example'] });
      const backend = await kit.httpBackend();
      const own = { cert: made.client.certificate, key: made.client.key };
      const gets = async (page: Files, authorities: string) => {
        const server = await kit.haproxy({
          files: { ...page, 'shop.pem': shop.bundle, 'clients.pem': authorities },
          backends: { '127.0.0.1:3000': backend.port },
        });
        const { good } = await clientCertificateProbe({ port: server.port(443), good: own, foreign: own });
        return 'status' in good ? good.status : 'refused';
      };
      const { bad, fixed } = kit.pair('haproxy');
      assert.equal(await gets(bad, made.issuer.certificate), 'refused');
      assert.equal(await gets(fixed, made.issuer.certificate + made.root.certificate), 200);
    },
  },
  {
    title: 'Apache ends the handshake of the client without the root, and takes it with the root',
    needs: ['apache'],
    async run(kit) {
      const made = await make();
      const shop = await (await kit.authority()).issue({ names: ['shop.example'] });
      const own = { cert: made.client.certificate, key: made.client.key };
      const gets = async (page: Files, authorities: string, logs?: RegExp) => {
        const server = await kit.apache({
          files: { ...page, 'shop.pem': shop.chain, 'shop.key': shop.key, 'clients.pem': authorities },
        });
        const port = server.port(443);
        const { good } = await clientCertificateProbe({ port, path: '/none', good: own, foreign: own });
        if (logs !== undefined) await server.logged(logs);
        return 'status' in good ? good.status : 'refused';
      };
      const { bad, fixed } = kit.pair('apache');
      const { root, issuer } = made;
      const words = /AH02039: Certificate Verification: Error \(2\): unable to get issuer certificate/;
      assert.equal(await gets(bad, issuer.certificate, words), 'refused');
      assert.equal(await gets(fixed, issuer.certificate + root.certificate), 404);
    },
  },
];
