/** Owns the proof of certificate-san-missing: the server is content, OpenSSL's own client too, and a check by RFC 9525 is not. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import { certificateByExtensions } from '../../../../test/certificate-rules/extension-file.ts';
import type { Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';

const id = 'certificate-san-missing';
const name = 'shop.example.com';

async function presentedNames(
  kit: ProofKit,
  language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel',
  kind: 'bad' | 'good',
) {
  const out = [];
  for (const { day, files } of pageFiles(id, language, kind)) {
    const port = (await kit[language]({ files })).port(443);
    const [leaf] = await peerChain({ port, servername: name });
    const old = await verdictOn({ port, name, trust: files['certs/shop.pem'] ?? '', day });
    out.push({ old, strict: leaf?.checkHost(name, { subject: 'never' }) });
  }
  return out;
}

const proof = (language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel'): Proof => ({
  title: `${language} presents the certificate; a client that looks at alternative names only does not find the name`,
  needs: [language, 'openssl'],
  async run(kit) {
    // OpenSSL falls back to the common name where its caller does not forbid it.
    for (const verdict of await presentedNames(kit, language, 'bad'))
      expect(verdict).toEqual({ old: 'ok', strict: undefined });
    for (const verdict of await presentedNames(kit, language, 'good'))
      expect(verdict).toEqual({ old: 'ok', strict: name });
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx'),
  proof('haproxy'),
  proof('apache'),
  proof('caddy'),
  proof('stunnel'),
  {
    title: 'openssl makes certificates without the names, and says nothing',
    needs: ['openssl'],
    async run(kit) {
      const found = kit.examples('openssl', 'bad').map((files) => certificateByExtensions(files).subjectAltName);
      expect(found).toEqual([undefined, 'DNS:www.shop.example.com', 'DNS:api.corp.internal, DNS:10.0.0.5']);
      const [good = {}] = kit.examples('openssl', 'good');
      const right = certificateByExtensions(good);
      expect(right.subjectAltName).toBe('DNS:api.corp.internal, IP Address:10.0.0.5');
      expect(right.checkIP('10.0.0.5')).toBe('10.0.0.5');
      const [, , address = {}] = kit.examples('openssl', 'bad');
      expect(certificateByExtensions(address).checkIP('10.0.0.5')).toBeUndefined();
    },
  },
];
