/** Owns the proof of key-encrypted: without a terminal, neither server starts with a key whose password it is not told. */
import { expect } from 'vitest';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';

/** The password of the page's key. */
const PASSWORD = 'example\n';

export const proofs: readonly Proof[] = [
  {
    title: 'nginx does not start without the password, and does with it',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const [bad = {}] = kit.examples('nginx', 'bad');
      const { ok, output } = await nginxTest({ files: bad });
      expect(ok).toBe(false);
      expect(output).toMatch(/cannot load certificate key/);
      const [good = {}] = kit.examples('nginx', 'good');
      const server = await kit.nginx({ files: { ...good, 'certs/passwords': PASSWORD } });
      expect(await peerChain({ port: server.port(443) })).toHaveLength(1);
    },
  },
  {
    title: 'HAProxy does not start with an encrypted key, and does with an open one',
    needs: ['haproxy', 'openssl'],
    async run(kit) {
      const [bad = {}] = kit.examples('haproxy', 'bad');
      const { ok, output } = await haproxyCheck({ files: bad });
      expect(ok).toBe(false);
      expect(output).toMatch(/No Private Key found|unable to load private key/);
      const [good = {}] = kit.examples('haproxy', 'good');
      const server = await kit.haproxy({ files: good });
      expect(await peerChain({ port: server.port(443) })).toHaveLength(1);
    },
  },
  {
    title: 'Apache does not start without a program that tells the password, and does with one',
    needs: ['apache', 'openssl'],
    async run(kit) {
      const [bad = {}] = kit.examples('apache', 'bad');
      const { ok, output } = await apacheStarts({ files: bad });
      expect(ok).toBe(false);
      expect(output).toMatch(/Private key not found|AH02564: Failed to configure encrypted/);
      const [good = {}] = kit.examples('apache', 'good');
      // The program is told whose key it is, and that it is one for RSA whatever it is: `echo` knows this password.
      const authority = await kit.authority();
      const shop = await authority.issue({ names: ['shop.example.com'], passphrase: 'shop.example.com:443 RSA' });
      const text = (good['apache2.conf'] ?? '').replace(/exec:\S+/, 'exec:/bin/echo');
      const server = await kit.apache({
        files: {
          'apache2.conf': text.replace(/(ServerName \S+)/, '$1:443'),
          'certs/shop.pem': shop.certificate,
          'certs/shop.key': shop.key,
        },
      });
      expect(await peerChain({ port: server.port(443) })).toHaveLength(1);
    },
  },
  {
    title: 'Caddy does not start with an encrypted key, and does with an open one',
    needs: ['caddy', 'openssl'],
    async run(kit) {
      const [bad = {}] = kit.examples('caddy', 'bad');
      const { ok, output } = await caddyValidate({ files: bad });
      expect(ok).toBe(false);
      expect(output).toMatch(
        /tls: failed to (parse private key|find .* in key input)|encrypted private keys are not supported/,
      );
      const [good = {}] = kit.examples('caddy', 'good');
      const server = await kit.caddy({ files: good });
      expect(await peerChain({ port: server.port(443), servername: 'shop.example.com' })).toHaveLength(1);
    },
  },
  {
    title: 'stunnel does not start with an encrypted key, and does with an open one',
    needs: ['stunnel', 'openssl'],
    async run(kit) {
      const [bad = {}] = kit.examples('stunnel', 'bad');
      const { ok, output } = await stunnelStarts({ files: bad });
      expect(ok).toBe(false);
      expect(output).toMatch(/Wrong pass(phrase|word)/);
      const [good = {}] = kit.examples('stunnel', 'good');
      const server = await kit.stunnel({ files: good });
      expect(await peerChain({ port: server.port(443) })).toHaveLength(1);
    },
  },
];
