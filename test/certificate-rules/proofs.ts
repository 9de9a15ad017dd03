/** Owns proofs that several certificate rules share: what a client says on a day, and what goes over the wire. */
import { expect } from 'vitest';
import type { RuleId } from '../../server/src/rules/ids.generated.ts';
import type { Files, Proof, ProofKit } from '../kit/proof.ts';
import { peerChain } from '../kit/tls-probes.ts';
import { pageFiles, verdictOn } from './client.ts';

const NAME = 'shop.example.com';
const LANGUAGES = ['nginx', 'haproxy', 'apache', 'caddy', 'stunnel'] as const;
type Language = (typeof LANGUAGES)[number];

/** A client that trusts the very certificate says `words` of the bad examples on their day, and nothing of the good ones. */
export function verdictProofs(rule: RuleId, words: string): readonly Proof[] {
  const verdicts = async (kit: ProofKit, language: Language, kind: 'bad' | 'good'): Promise<Set<string>> => {
    const said = new Set<string>();
    for (const { day, files } of pageFiles(rule, language, kind)) {
      const server = await kit[language]({ files });
      said.add(await verdictOn({ port: server.port(443), name: NAME, trust: files['certs/shop.pem'] ?? '', day }));
    }
    return said;
  };
  return LANGUAGES.map((language) => ({
    title: `${language} starts with the certificate; a client that verifies it on the day of the example refuses it`,
    needs: [language, 'openssl'],
    async run(kit) {
      expect(await verdicts(kit, language, 'bad')).toEqual(new Set([words]));
      expect(await verdicts(kit, language, 'good')).toEqual(new Set(['ok']));
    },
  }));
}

const KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n/;

/** Three certificates go over the wire, and two once `what` is taken out; `pairs` are the examples. */
export function needlessProofs(what: string, pairs: Readonly<Record<Language, string>>): readonly Proof[] {
  return LANGUAGES.map((language) => ({
    title: `${language} sends ${what}`,
    needs: [language, 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair(language, pairs[language]);
      const key = KEY.exec(kit.pair('haproxy').bad['certs/shop.pem'] ?? '')?.[0] ?? '';
      const sent = async (files: Files) => {
        const server = await kit[language]({ files: { ...files, 'certs/shop.key': key } });
        return (await peerChain({ port: server.port(443), servername: NAME })).map(({ raw }) => raw);
      };
      const [before, after] = [await sent(bad), await sent(fixed)];
      expect(before).toHaveLength(3);
      expect(after).toHaveLength(2);
      // The others stay as they are.
      expect(after.every((one) => before.some((other) => other.equals(one)))).toBe(true);
    },
  }));
}
