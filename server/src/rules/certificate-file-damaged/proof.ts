/** Owns the proof of certificate-file-damaged: what nginx and HAProxy say of damaged files is what the finding says. */
import { expect } from 'vitest';
import { pageFiles } from '../../../../test/certificate-rules/client.ts';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { examples, filesOf, type Proof } from '../../../../test/kit/proof.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';
import { lintExample } from '../../../../test/rules/harness.ts';

const id = 'certificate-file-damaged';

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
];
