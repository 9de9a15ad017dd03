/** Owns the proof that nothing is stapled to a certificate without a responder's address, and something to one with it. */
import assert from 'node:assert/strict';
import { isStapled } from '../../../../test/kit/ocsp.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const NAME = 'shop.example';
const IGNORED = /"ssl_stapling" ignored, no OCSP responder URL in the certificate/;

/** What is stapled once the responder was asked, if it ever is, with a certificate that names it or none. */
async function seen(kit: ProofKit, files: Files, live: boolean) {
  const issuer = await (await kit.authority()).intermediate();
  const responder = await kit.ocspResponder();
  const options = { names: [NAME], ...(live ? { ocsp: responder.url } : {}) };
  const { certificate, chain, key } = await issuer.issue(options);
  await responder.vouch(certificate, issuer.certificate, issuer);
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  const port = server.port(443);
  let stapled = await isStapled(port, NAME);
  // The first handshake lets nginx ask, later ones get the answer.
  while (live && !stapled) stapled = await isStapled(port, NAME);
  stapled ||= await isStapled(port, NAME);
  return { stapled, asked: responder.asked() > 0, ignored: IGNORED.test(server.log()) };
}

/** The same before HAProxy, which asks by itself soon after its start, whether or not there are handshakes. */
async function haproxySees(kit: ProofKit, files: Files, live: boolean) {
  const issuer = await (await kit.authority()).intermediate();
  const responder = await kit.ocspResponder();
  const { certificate, bundle } = await issuer.issue({ names: [NAME], ...(live ? { ocsp: responder.url } : {}) });
  await responder.vouch(certificate, issuer.certificate, issuer);
  const list = files['shop.list'];
  const server = await kit.haproxy({
    files: { ...files, ...(list === undefined ? {} : { '/shop.list': list }), '/shop.pem': bundle },
  });
  const port = server.port(443);
  let stapled = await isStapled(port, NAME);
  while (live && !stapled) stapled = await isStapled(port, NAME);
  return { stapled, asked: responder.asked() > 0, warns: /OCSP/i.test(server.log()) };
}

/** The same before Apache, which asks while the handshake waits. */
async function apacheSees(kit: ProofKit, files: Files, live: boolean) {
  const issuer = await (await kit.authority()).intermediate();
  const responder = await kit.ocspResponder();
  const { certificate, chain, key } = await issuer.issue({ names: [NAME], ...(live ? { ocsp: responder.url } : {}) });
  await responder.vouch(certificate, issuer.certificate, issuer);
  const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key } });
  const port = server.port(443);
  let stapled = await isStapled(port, NAME);
  while (live && !stapled) stapled = await isStapled(port, NAME);
  return { stapled, asked: responder.asked() > 0, says: /AH02218/.test(server.log()) };
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx ignores stapling for a certificate without an address, with a warning that the fix takes away',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      for (const name of ['server', 'all']) {
        const { bad, fixed } = kit.pair('nginx', name);
        assert.deepEqual(await seen(kit, bad, false), { stapled: false, asked: false, ignored: true });
        assert.deepEqual(await seen(kit, fixed, false), { stapled: false, asked: false, ignored: false });
      }
    },
  },
  {
    title: 'with an address in the certificate, the same lines staple',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad } = kit.pair('nginx', 'all');
      assert.deepEqual(await seen(kit, bad, true), { stapled: true, asked: true, ignored: false });
    },
  },
  {
    title: 'HAProxy staples nothing to a certificate without an address, and says nothing; to one with it, it does',
    needs: ['haproxy', 'openssl'],
    versions: { haproxy: { from: '3.0' } },
    async run(kit) {
      for (const name of ['haproxy-list', 'haproxy-all']) {
        const { bad, fixed } = kit.pair('haproxy', name);
        const dead = { stapled: false, asked: false, warns: false };
        assert.deepEqual(await haproxySees(kit, bad, false), dead, name);
        assert.deepEqual(await haproxySees(kit, fixed, false), dead, name);
        const { stapled, asked } = await haproxySees(kit, bad, true);
        assert.deepEqual({ stapled, asked }, { stapled: true, asked: true }, name);
      }
    },
  },
  {
    title:
      'Apache staples nothing to a certificate without an address, and says so in its log; to one with it, it does',
    needs: ['apache', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      assert.deepEqual(await apacheSees(kit, bad, false), { stapled: false, asked: false, says: true });
      assert.deepEqual(await apacheSees(kit, fixed, false), { stapled: false, asked: false, says: false });
      assert.deepEqual(await apacheSees(kit, bad, true), { stapled: true, asked: true, says: false });
    },
  },
];
