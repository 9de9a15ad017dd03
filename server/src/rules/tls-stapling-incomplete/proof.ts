/** Owns the proof of what keeps nginx from stapling, with a responder whose answers are good. */
import assert from 'node:assert/strict';
import { apacheTest } from '../../../../test/kit/apache.ts';
import type { Issued } from '../../../../test/kit/authority.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { isStapled } from '../../../../test/kit/ocsp.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const NAME = 'shop.example';

/** A certificate with its issuer, and a responder that vouches for it: as its issuer, or as somebody whom the issuer lets. */
async function issue(kit: ProofKit, signer: 'issuer' | 'delegate') {
  const root = await kit.authority();
  const issuer = await root.intermediate();
  const responder = await kit.ocspResponder();
  const shop = await issuer.issue({ names: [NAME], ocsp: responder.url });
  const delegate: Pick<Issued, 'certificate' | 'key'> =
    signer === 'issuer' ? issuer : await issuer.issue({ commonName: 'responder', usages: ['ocsp'] });
  await responder.vouch(shop.certificate, issuer.certificate, delegate);
  const trusted = { 'trusted.pem': `${issuer.certificate}${root.certificate}` };
  return { shop, issuer, responder, trusted };
}

/** Asks until something is stapled, or until the log says why nothing will be. */
async function stapled(kit: ProofKit, files: Files, why: RegExp): Promise<boolean | string> {
  const server = await kit.nginx({ files });
  const port = server.port(443);
  for (;;) {
    if (await isStapled(port, NAME)) return true;
    const said = why.exec(server.log())?.[0];
    // Once more, now that it has been said.
    if (said !== undefined) return (await isStapled(port, NAME)) || said;
  }
}

const files = (page: Files, { shop }: { shop: Issued }, certificate: 'leaf' | 'chain'): Files => ({
  ...page,
  'shop.pem': certificate === 'leaf' ? shop.certificate : shop.chain,
  'shop.key': shop.key,
});

export const proofs: readonly Proof[] = [
  {
    title: 'without the issuer nothing is stapled; with it behind the certificate, or trusted, the answer is',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const [bad = {}] = kit.examples('nginx', 'bad');
      const made = await issue(kit, 'issuer');
      const why = /"ssl_stapling" ignored, issuer certificate not found/;
      assert.equal(await stapled(kit, files(bad, made, 'leaf'), why), why.source);
      assert.equal(await stapled(kit, files(bad, made, 'chain'), why), true);
      const [good = {}] = kit.examples('nginx', 'good');
      assert.equal(await stapled(kit, { ...files(good, made, 'leaf'), ...made.trusted }, why), true);
    },
  },
  {
    title: 'answers are verified up to a root, unless the issuer signed them and is sent along',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const [, noRoot = {}, unverified = {}] = kit.examples('nginx', 'bad');
      const why = /OCSP_basic_verify\(\) failed/;
      const [own, others] = [await issue(kit, 'issuer'), await issue(kit, 'delegate')];
      const onlyIssuer = { 'trusted.pem': own.issuer.certificate };
      assert.equal(
        await stapled(kit, { ...files(noRoot, own, 'leaf'), ...onlyIssuer }, why),
        'OCSP_basic_verify() failed',
      );
      assert.equal(await stapled(kit, { ...files(noRoot, own, 'leaf'), ...own.trusted }, why), true);
      assert.equal(await stapled(kit, files(unverified, own, 'chain'), why), true);
      assert.equal(await stapled(kit, files(unverified, others, 'chain'), why), 'OCSP_basic_verify() failed');
      const [good = {}] = kit.examples('nginx', 'good');
      assert.equal(await stapled(kit, { ...files(good, others, 'chain'), ...others.trusted }, why), true);
    },
  },
  {
    title: 'responders are asked over plain HTTP only',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'https');
      const made = await issue(kit, 'issuer');
      const why = /"ssl_stapling" ignored, invalid URL prefix/;
      const at = (page: Files, scheme: string) => {
        const url = made.responder.url.replace('http:', `${scheme}:`);
        const text = (page['nginx.conf'] ?? '').replace(`${scheme}://ocsp.ca.example/`, url);
        return files({ ...page, 'nginx.conf': text }, made, 'chain');
      };
      assert.equal(await stapled(kit, at(bad, 'https'), why), why.source);
      assert.equal(await stapled(kit, at(fixed, 'http'), why), true);
    },
  },
  {
    title: 'a certificate that is read in the handshake gets nothing, without a word',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const page = kit.examples('nginx', 'bad').find((one) => one['nginx.conf']?.includes('$ssl_server_name')) ?? {};
      const made = await issue(kit, 'issuer');
      const { chain, key } = made.shop;
      const server = await kit.nginx({
        files: { ...page, [`${NAME}.pem`]: chain, [`${NAME}.key`]: key },
      });
      for (let i = 0; i < 3; i++) assert.equal(await isStapled(server.port(443), NAME), false);
      assert.equal(made.responder.asked(), 0);
      assert.doesNotMatch(server.log(), /ssl_stapling/);
    },
  },
  {
    title: 'nginx 1.29.1 and newer do not start with compressed certificates and stapling',
    needs: ['nginx', 'openssl'],
    versions: { nginx: { from: '1.29.1' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'compression');
      const made = await issue(kit, 'issuer');
      const refused = await nginxTest({ files: files(bad, made, 'chain') });
      assert.equal(refused.ok, false);
      assert.match(refused.output, /"ssl_stapling" is incompatible with "ssl_certificate_compression"/);
      assert.equal((await nginxTest({ files: files(fixed, made, 'chain') })).ok, true);
    },
  },
  {
    title: 'Apache takes stapling without a cache with `-t`, and does not start; with the cache it does',
    needs: ['apache'],
    async run(kit) {
      const root = await kit.authority();
      const { chain, key } = await root.issue({ names: [NAME] });
      const own = { 'shop.pem': chain, 'shop.key': key };
      for (const { bad, fixed } of kit.pairs('apache')) {
        assert.ok((await apacheTest({ files: { ...bad, ...own } })).ok);
        await assert.rejects(kit.apache({ files: { ...bad, ...own } }), /does not start/);
        await kit.apache({ files: { ...fixed, ...own } });
      }
    },
  },
];
