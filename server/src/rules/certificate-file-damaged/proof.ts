/** Owns the proof of certificate-file-damaged: what nginx and HAProxy say of damaged files is what the finding says. */
import { expect } from 'vitest';
import { pageFiles } from '../../../../test/certificate-rules/client.ts';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { examples, type Files, filesOf, type Proof } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';
import { lintExample } from '../../../../test/rules/harness.ts';

const id = 'certificate-file-damaged';

const name = 'shop.example.com';
const END = '-----END CERTIFICATE-----';

/** The page's whole certificate and its key, beside a configuration. */
function whole(language: 'caddy' | 'stunnel'): { readonly files: Files; readonly certificate: string } {
  const [good] = pageFiles(id, language, 'good');
  const files = good?.files ?? {};
  const text = files['certs/shop.pem'] ?? '';
  return { files, certificate: text.slice(text.indexOf('-----BEGIN')) };
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx refuses each damaged file in the words that the finding quotes, and takes what is repaired',
    needs: ['nginx'],
    async run() {
      const damaged = examples(id).filter(({ kind, language }) => kind === 'bad' && language === 'nginx');
      expect(damaged.length).toBeGreaterThan(2);
      const files = new Map(pageFiles(id, 'nginx', 'bad').map((one) => [one.name, one.files]));
      for (const example of damaged) {
        const finding = lintExample(example)
          .findingsOf(id)
          .find(({ at }) => at.file.endsWith('nginx.conf'));
        const words = /"([^"]+)"\)$/.exec(finding?.message ?? '')?.[1];
        const verdict = await nginxTest({ files: files.get(example.name) ?? {} });
        expect(verdict.ok, example.name).toBe(false);
        // What is said of authorities for clients depends on the version.
        if (example.name !== 'clients') expect(verdict.output, example.name).toContain(words ?? 'no words');
      }
      const repaired = examples(id).filter(({ kind, language }) => kind === 'fixed' && language === 'nginx');
      for (const example of repaired) {
        const key = pageFiles(id, 'nginx', 'good')[0]?.files['certs/shop.key'] ?? '';
        const verdict = await nginxTest({ files: { 'certs/shop.key': key, ...filesOf(example) } });
        expect(verdict, example.name).toMatchObject({ ok: true });
      }
    },
  },
  {
    title: 'HAProxy before 2.7 ends the chain without a word at a damaged block',
    needs: ['haproxy', 'openssl'],
    versions: { haproxy: { before: '2.7' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'chain');
      const lengthOf = async (files: typeof bad) => {
        const server = await kit.haproxy({ files });
        return (await peerChain({ port: server.port(443) })).length;
      };
      expect(await lengthOf(bad)).toBe(1);
      expect(await lengthOf(fixed)).toBe(2);
    },
  },
  {
    title: 'HAProxy does not start with a damaged block in the chain from 2.7 on',
    needs: ['haproxy'],
    versions: { haproxy: { from: '2.7' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'chain');
      const verdict = await haproxyCheck({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('unable to load certificate chain from file');
      expect(await haproxyCheck({ files: fixed })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'Apache does not start with a damaged file, and does with the repaired one',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      const key = pageFiles(id, 'apache', 'good')[0]?.files['certs/shop.key'] ?? '';
      const withKey = (files: typeof bad) => ({ 'certs/shop.key': key, ...files });
      const verdict = await apacheStarts({ files: withKey(bad) });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toMatch(/AH0256[12]: Failed to configure certificate/);
      expect(await apacheStarts({ files: withKey(fixed) })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'Caddy does not start with a damaged certificate, and does with the repaired one',
    needs: ['caddy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy');
      const { files } = whole('caddy');
      const verdict = await caddyValidate({ files: { ...files, ...bad } });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('failed to find any PEM data in certificate input');
      expect(await caddyValidate({ files: { ...files, ...fixed } })).toMatchObject({ ok: true });
    },
  },
  {
    title:
      'Caddy takes blank lines, passes over damaged blocks behind the first, and sends what is no certificate inside',
    needs: ['caddy', 'openssl'],
    async run(kit) {
      const { files, certificate } = whole('caddy');
      const sent = async (text: string) => {
        const server = await kit.caddy({ files: { ...files, 'certs/shop.pem': text } });
        return (await peerChain({ port: server.port(443), servername: name })).length;
      };
      const lines = certificate.split('\n');
      expect(await sent(lines.toSpliced(3, 0, '').join('\n'))).toBe(1);
      expect(await sent(certificate + certificate.replace(END, END.slice(1)))).toBe(1);
      // A client cannot read them, and gives up.
      expect(await sent(certificate + lines.toSpliced(3, 1).join('\n'))).toBe(0);
    },
  },
  {
    title: 'stunnel does not start with a damaged certificate, and does with the repaired one',
    needs: ['stunnel'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      const { files } = whole('stunnel');
      expect(await stunnelStarts({ files: { ...files, ...bad } })).toMatchObject({ ok: false });
      expect(await stunnelStarts({ files: { ...files, ...fixed } })).toMatchObject({ ok: true });
    },
  },
  ...(['5.75', '5.82'] as const).map(
    (version): Proof => ({
      title: `stunnel ${version === '5.75' ? 'up to 5.74 does not start with a damaged block behind its certificate' : 'from 5.82 on passes over a damaged block behind its certificate'}`,
      needs: ['stunnel'],
      versions: { stunnel: version === '5.75' ? { before: version } : { from: version } },
      async run() {
        const { files, certificate } = whole('stunnel');
        const chain = certificate + certificate.replace(END, END.slice(1));
        expect(await stunnelStarts({ files: { ...files, 'certs/shop.pem': chain } })).toMatchObject({
          ok: version === '5.82',
        });
      },
    }),
  ),
];
