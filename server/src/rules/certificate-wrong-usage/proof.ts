/** Owns the proof of certificate-wrong-usage: the server presents the certificate, and who verifies it refuses its purpose. */
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import { certificateByExtensions } from '../../../../test/certificate-rules/extension-file.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Proof, ProofKit } from '../../../../test/kit/proof.ts';

const id = 'certificate-wrong-usage';
const name = 'shop.example.com';
const REFUSED = /^(unsuitable|unsupported) certificate purpose$/;

const proof = (language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel'): Proof => ({
  title: `${language} presents a certificate for clients, and a client refuses it`,
  needs: [language, 'openssl'],
  async run(kit: ProofKit) {
    const verdict = async (kind: 'bad' | 'good') => {
      const [example] = pageFiles(id, language, kind);
      const port = (await kit[language]({ files: example?.files ?? {} })).port(443);
      const trust = example?.files['certs/shop.pem'] ?? '';
      return verdictOn({ port, name, trust, day: example?.day ?? '' });
    };
    expect(await verdict('bad')).toMatch(REFUSED);
    expect(await verdict('good')).toBe('ok');
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx'),
  proof('haproxy'),
  proof('apache'),
  proof('caddy'),
  proof('stunnel'),
  {
    title: 'nginx takes the certificate of an authority, and a key usage that does not fit, without a word',
    needs: ['nginx'],
    async run() {
      for (const { name: title, files } of pageFiles(id, 'nginx', 'bad')) {
        if (title !== 'authority' && title !== 'key-usage') continue;
        const { ok, output } = await nginxTest({ files });
        expect(ok).toBe(true);
        expect(output).not.toMatch(/\[(warn|error|emerg)\]/);
      }
    },
  },
  {
    title: 'openssl makes certificates with these usages, and says nothing',
    needs: ['openssl'],
    async run(kit) {
      const [authority, side, keyUsage] = kit.examples('openssl', 'bad').map(certificateByExtensions);
      expect(authority?.ca).toBe(true);
      expect(side?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
      expect(keyUsage?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
      const [good = {}] = kit.examples('openssl', 'good');
      expect(certificateByExtensions(good).ca).toBe(false);
    },
  },
  {
    title: 'a server certificate that a client shows is refused, and one for clients is not',
    needs: ['nginx'],
    async run(kit) {
      const authority = await kit.authority();
      const { chain, key } = await authority.issue({ names: [name] });
      const server = await kit.nginx({
        files: {
          'nginx.conf': `events {} http { server { listen 443 ssl; server_name ${name};
            ssl_certificate shop.pem; ssl_certificate_key shop.key;
            ssl_client_certificate ca.pem; ssl_verify_client on; return 204; } }`,
          'shop.pem': chain,
          'shop.key': key,
          'ca.pem': authority.certificate,
        },
      });
      const status = async (usage: 'server' | 'client') => {
        const own = await authority.issue({ commonName: 'proxy.example.com', usages: [usage] });
        return (await httpProbe({ port: server.port(443), tls: { cert: own.certificate, key: own.key } })).status;
      };
      expect(await status('server')).toBe(400);
      expect(server.log()).toMatch(/26:(unsuitable|unsupported) certificate purpose/);
      expect(await status('client')).toBe(204);
    },
  },
];
