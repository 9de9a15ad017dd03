/** Owns the proof of certificate-self-signed: only a client that knows the very certificate takes it. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import type { Proof, ProofKit } from '../../../../test/kit/proof.ts';

const id = 'certificate-self-signed';
const name = 'shop.example.com';

const proof = (language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel'): Proof => ({
  title: `${language} presents the certificate; a client that trusts others refuses it, one that was given it does not`,
  needs: [language, 'openssl'],
  async run(kit: ProofKit) {
    const [good] = pageFiles(id, language, 'good');
    const foreign = good?.files['certs/shop.pem'] ?? '';
    for (const { day, files } of pageFiles(id, language, 'bad')) {
      const port = (await kit[language]({ files })).port(443);
      expect(await verdictOn({ port, name, trust: foreign, day })).toMatch(/^self[- ]signed certificate$/);
      expect(await verdictOn({ port, name, trust: files['certs/shop.pem'] ?? '', day })).toBe('ok');
    }
    const port = (await kit[language]({ files: good?.files ?? {} })).port(443);
    expect(await verdictOn({ port, name, trust: foreign, day: good?.day ?? '' })).toBe('ok');
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx'),
  proof('haproxy'),
  proof('apache'),
  proof('caddy'),
  proof('stunnel'),
];
