/** Owns the proof of certificate-name-mismatch: a client refuses a certificate that does not cover the name it asked for. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** What a client says that asks for a name, and trusts all certificates of the example. */
async function verdict(kit: ProofKit, files: Files, name: string, day: string): Promise<string> {
  const server = await kit.nginx({ files });
  const trust = Object.values(files).join('');
  return verdictOn({ port: server.port(443), name, trust, day });
}

const id = 'certificate-name-mismatch';
const names = ['shop.example.com', 'www.shop.example.com'];

/** The example's names are refused until the right certificate is named. */
const otherNames = (language: 'apache' | 'caddy' | 'stunnel', asked: readonly string[]): Proof => ({
  title: `${language} presents a certificate for other names, and a client refuses it until the right one is named`,
  needs: [language, 'openssl'],
  async run(kit) {
    const [bad] = pageFiles(id, language, 'bad');
    const { fixed } = kit.pair(language);
    const said = async (files: Files, name: string) => {
      const server = await kit[language]({ files });
      const trust = Object.values(files).join('');
      return verdictOn({ port: server.port(443), name, trust, day: bad?.day ?? '' });
    };
    for (const name of asked) {
      expect(await said(bad?.files ?? {}, name)).toBe('hostname mismatch');
      expect(await said(fixed, name)).toBe('ok');
    }
  },
});

export const proofs: readonly Proof[] = [
  {
    title: 'nginx presents a certificate for other names, and a client refuses it until the right one is named',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const [bad] = pageFiles(id, 'nginx', 'bad').filter((example) => example.name === 'other');
      const { fixed } = kit.pair('nginx', 'other');
      for (const name of names) {
        expect(await verdict(kit, bad?.files ?? {}, name, bad?.day ?? '')).toBe('hostname mismatch');
        expect(await verdict(kit, fixed, name, bad?.day ?? '')).toBe('ok');
      }
    },
  },
  {
    title: 'a name of a wildcard that the certificate does not have is refused; covered names are not',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const [bad] = pageFiles(id, 'nginx', 'bad').filter((example) => example.name === 'wildcard');
      expect(await verdict(kit, bad?.files ?? {}, 'new.shop.example.com', bad?.day ?? '')).toBe('hostname mismatch');
      const [good] = pageFiles(id, 'nginx', 'good').filter((example) => example.name === 'covered');
      for (const name of names) expect(await verdict(kit, good?.files ?? {}, name, good?.day ?? '')).toBe('ok');
    },
  },
  otherNames('apache', names),
  otherNames('caddy', names),
  otherNames('stunnel', names.slice(0, 1)),
];
