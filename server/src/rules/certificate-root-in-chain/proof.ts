/** Owns the proof of certificate-root-in-chain: what is in the file goes over the wire. */
import { expect } from 'vitest';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';

const KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n/;
const PAIRS = { nginx: 'root', haproxy: 'root-bundle', apache: 'apache-root' } as const;

const proof = (language: 'nginx' | 'haproxy' | 'apache'): Proof => ({
  title: `${language} sends the root along until it is taken out`,
  needs: [language, 'openssl'],
  async run(kit: ProofKit) {
    const { bad, fixed } = kit.pair(language, PAIRS[language]);
    const key = KEY.exec(kit.pair('haproxy').bad['certs/shop.pem'] ?? '')?.[0] ?? '';
    const sent = async (files: Files) => {
      const server = await kit[language]({ files: { ...files, 'certs/shop.key': key } });
      return (await peerChain({ port: server.port(443), servername: 'shop.example.com' })).map(({ raw }) => raw);
    };
    const [before, after] = [await sent(bad), await sent(fixed)];
    expect(before).toHaveLength(3);
    expect(after).toHaveLength(2);
    // The others stay as they are.
    expect(after.every((one) => before.some((other) => other.equals(one)))).toBe(true);
  },
});

export const proofs: readonly Proof[] = [proof('nginx'), proof('haproxy'), proof('apache')];
