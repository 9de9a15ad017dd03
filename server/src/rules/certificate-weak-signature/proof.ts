/** Owns the proof of certificate-weak-signature: OpenSSL 3.0 does not load such a certificate, and clients do not take it. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { examples, type Files, filesOf, type Proof, type ProofKit } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';

const id = 'certificate-weak-signature';
const CHECKS = {
  nginx: nginxTest,
  haproxy: haproxyCheck,
  apache: apacheStarts,
  caddy: caddyValidate,
  stunnel: stunnelStarts,
};
const SAYS = {
  nginx: /ca md too weak/,
  haproxy: /unable to load SSL certificate/,
  apache: /ca md too weak/,
  // Go looks at no signature of its own certificate.
  caddy: undefined,
  stunnel: /ca md too weak/,
};

type Product = keyof typeof CHECKS;

/** The authority of the page's certificates, as a client trusts it. */
function authority(): string {
  const found = examples(id)
    .map(filesOf)
    .find((files) => 'certs/ca.pem' in files);
  return found?.['certs/ca.pem'] ?? '';
}

/** What a client says, or that the server does not start. */
async function outcome(kit: ProofKit, product: Product, files: Files, day: string): Promise<string> {
  const { ok, output } = await CHECKS[product]({ files });
  if (!ok) return SAYS[product]?.test(output) === true ? 'not loaded' : output;
  const server = await kit[product]({ files });
  return verdictOn({ port: server.port(443), name: 'shop.example.com', trust: authority(), day });
}

const proof = (product: Product): Proof => ({
  title: `${product} does not load the certificate, or a client refuses it; one with SHA-256 is taken`,
  needs: [product, 'openssl'],
  async run(kit) {
    for (const { day, files } of pageFiles(id, product, 'bad')) {
      const expected = ['not loaded', 'CA signature digest algorithm too weak'];
      expect(expected).toContain(await outcome(kit, product, files, day));
    }
    for (const { day, files } of pageFiles(id, product, 'good'))
      expect(await outcome(kit, product, files, day)).toBe('ok');
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx'),
  proof('haproxy'),
  proof('apache'),
  proof('caddy'),
  proof('stunnel'),
];
