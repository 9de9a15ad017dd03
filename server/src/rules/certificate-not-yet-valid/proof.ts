/** Owns the proof of certificate-not-yet-valid: what a client says of a certificate whose time has not come. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import type { Proof, ProofKit } from '../../../../test/kit/proof.ts';

const id = 'certificate-not-yet-valid';
const name = 'shop.example.com';

async function verdicts(
  kit: ProofKit,
  language: 'nginx' | 'haproxy' | 'apache',
  kind: 'bad' | 'good',
): Promise<string[]> {
  const out: string[] = [];
  for (const { day, files } of pageFiles(id, language, kind)) {
    const server = await kit[language]({ files });
    const trust = files['certs/shop.pem'] ?? '';
    out.push(await verdictOn({ port: server.port(443), name, trust, day }));
  }
  return out;
}

const proof = (language: 'nginx' | 'haproxy' | 'apache'): Proof => ({
  title: `${language} starts with the certificate; a client that verifies it on the day of the example refuses it`,
  needs: [language, 'openssl'],
  async run(kit) {
    const bad = await verdicts(kit, language, 'bad');
    expect(new Set(bad)).toEqual(new Set(['certificate is not yet valid']));
    const good = await verdicts(kit, language, 'good');
    expect(new Set(good)).toEqual(new Set(['ok']));
  },
});

export const proofs: readonly Proof[] = [proof('nginx'), proof('haproxy'), proof('apache')];
