/** Owns the proof of certificate-chain-incomplete: a client that knows the root alone needs the certificate in between. */
import { expect } from 'vitest';
import { verdictOn } from '../../../../test/certificate-rules/client.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const name = 'shop.example.com';
const day = '2026-11-23';
const REFUSED = /^unable to (verify the first certificate|get local issuer certificate)$/;
const KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n/;

const proof = (language: 'nginx' | 'haproxy', title: string, name_: string, more = ''): Proof => ({
  title,
  needs: [language, 'openssl'],
  async run(kit: ProofKit) {
    const { bad, fixed } = kit.pair(language, name_);
    const key = KEY.exec(kit.pair('haproxy').bad['certs/shop.pem'] ?? '')?.[0] ?? '';
    const trust = bad['certs/root.pem'] ?? '';
    const verdict = async (files: Files) => {
      const config = language === 'nginx' ? 'nginx.conf' : 'haproxy.cfg';
      const text = (files[config] ?? '').replace(/( +)(ssl_certificate_key|bind :443 ssl)(.*)/, (line) =>
        language === 'nginx' ? `${line}\n${more}` : `${line} ${more}`,
      );
      const server = await kit[language]({ files: { ...files, [config]: text, 'certs/shop.key': key } });
      return verdictOn({ port: server.port(443), name, trust, day });
    };
    expect(await verdict(bad)).toMatch(REFUSED);
    expect(await verdict(fixed)).toBe('ok');
  },
});

/** What is in the file goes over the wire, as it is. */
const sentAsItIs = (language: 'caddy' | 'stunnel'): Proof => ({
  title: `${language} sends what is in the file, and a client refuses it until the chain is whole`,
  needs: [language, 'openssl'],
  async run(kit) {
    const { bad, fixed } = kit.pair(language);
    const key = KEY.exec(kit.pair('haproxy').bad['certs/shop.pem'] ?? '')?.[0] ?? '';
    const trust = bad['certs/root.pem'] ?? '';
    const said = async (files: Files) => {
      const server = await kit[language]({ files: { ...files, 'certs/shop.key': key } });
      return verdictOn({ port: server.port(443), name, trust, day });
    };
    expect(await said(bad)).toMatch(REFUSED);
    for (const files of [fixed, ...kit.examples(language, 'good')]) expect(await said(files)).toBe('ok');
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx', 'nginx sends what is in the file, and a client refuses it until the chain is whole', 'missing'),
  proof(
    'haproxy',
    'HAProxy sends what is in the file, and a client refuses it until the chain is whole',
    'missing-bundle',
  ),
  proof(
    'nginx',
    'nginx does not complete the chain from the certificates that it verifies clients and answers by',
    'missing',
    'ssl_trusted_certificate certs/issuing.pem; ssl_client_certificate certs/issuing.pem; ssl_verify_client optional;',
  ),
  proof(
    'haproxy',
    'HAProxy does not complete the chain from the certificates that it verifies clients by',
    'missing-bundle',
    'ca-file /etc/haproxy/certs/issuing.pem verify optional',
  ),
  {
    title:
      'Apache sends what is in the file, or what SSLCertificateChainFile names, and a client refuses it until the chain is whole',
    needs: ['apache', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      const key = KEY.exec(kit.pair('haproxy').bad['certs/shop.pem'] ?? '')?.[0] ?? '';
      const trust = bad['certs/root.pem'] ?? '';
      const said = async (files: Files) => {
        const server = await kit.apache({ files: { ...files, 'certs/shop.key': key } });
        return verdictOn({ port: server.port(443), name, trust, day });
      };
      expect(await said(bad)).toMatch(REFUSED);
      expect(await said(fixed)).toBe('ok');
      const apart = kit.examples('apache', 'bad').at(-1) ?? {};
      expect(await said(apart)).toMatch(REFUSED);
      for (const good of kit.examples('apache', 'good')) expect(await said(good)).toBe('ok');
      // Who verifies clients by it completes the chain with it as well.
      const text = (bad['apache2.conf'] ?? '').replace(
        'SSLEngine on',
        'SSLEngine on\nSSLCACertificateFile certs/issuing.pem',
      );
      expect(await said({ ...bad, 'apache2.conf': text })).toBe('ok');
    },
  },
  sentAsItIs('caddy'),
  sentAsItIs('stunnel'),
];
