/** Owns the proof of certificate-expiring: nothing is wrong on the day of the finding, and all is three weeks later. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import type { Proof, ProofKit } from '../../../../test/kit/proof.ts';

const DAY = 86_400_000;

/** What a client says on the day of the example and three weeks later. */
async function verdicts(
  kit: ProofKit,
  language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel',
  kind: 'bad' | 'good',
): Promise<string[][]> {
  const out: string[][] = [];
  for (const { day, files } of pageFiles('certificate-expiring', language, kind)) {
    const server = await kit[language]({ files });
    const client = { port: server.port(443), name: 'shop.example.com', trust: files['certs/shop.pem'] ?? '' };
    const later = new Date(Date.parse(day) + 21 * DAY).toISOString();
    out.push([await verdictOn({ ...client, day }), await verdictOn({ ...client, day: later })]);
  }
  return out;
}

const proof = (language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel'): Proof => ({
  title: `${language}: a client that accepts the certificate today refuses it three weeks later`,
  needs: [language, 'openssl'],
  async run(kit) {
    expect(await verdicts(kit, language, 'bad')).toEqual([['ok', 'certificate has expired']]);
    expect(await verdicts(kit, language, 'good')).toEqual([['ok', 'ok']]);
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx'),
  proof('haproxy'),
  proof('apache'),
  proof('caddy'),
  proof('stunnel'),
];
