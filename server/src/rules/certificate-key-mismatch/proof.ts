/** Owns the proof of certificate-key-mismatch: what nginx and HAProxy do with a key that does not fit, and what clients get. */
import { expect } from 'vitest';
import { verdictOn } from '../../../../test/certificate-rules/client.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';

const name = 'shop.example.com';
const day = '2026-11-23';

async function handshake(kit: ProofKit, files: Files): Promise<{ readonly verdict: string; readonly log: string }> {
  const server = await kit.nginx({ files });
  const trust = files['certs/shop.pem'] ?? '';
  return { verdict: await verdictOn({ port: server.port(443), name, trust, day }), log: server.log() };
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx refuses a foreign key of the same type',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'foreign');
      const verdict = await nginxTest({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('key values mismatch');
      expect((await handshake(kit, fixed)).verdict).toBe('ok');
    },
  },
  {
    title: 'nginx accepts a key of another type without a word, and every handshake fails',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'type');
      const verdict = await nginxTest({ files: bad });
      expect(verdict.ok).toBe(true);
      expect(verdict.output).not.toMatch(/\[(warn|error|emerg)\]/);
      const failed = await handshake(kit, bad);
      expect(failed.verdict).toBe('handshake failure');
      expect(failed.log).toMatch(/no suitable signature algorithm|no shared cipher/);
      expect((await handshake(kit, fixed)).verdict).toBe('ok');
    },
  },
  {
    title: 'HAProxy refuses a bundle whose key is foreign',
    needs: ['haproxy', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'bundle');
      const verdict = await haproxyCheck({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('inconsistencies between private key and certificate');
      const server = await kit.haproxy({ files: fixed });
      const trust = fixed['certs/renewed.pem'] ?? '';
      expect(await verdictOn({ port: server.port(443), name, trust, day })).toBe('ok');
    },
  },
  {
    title: 'HAProxy starts with a foreign key in a `crt-store`, and handshakes fail',
    needs: ['haproxy', 'openssl'],
    versions: { haproxy: { from: '3.0' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'store');
      const verdict = await haproxyCheck({ files: bad });
      expect(verdict.ok, verdict.output).toBe(true);
      expect(verdict.output).not.toMatch(/WARNING|ALERT/);
      const trust = fixed['certs/shop.pem'] ?? '';
      const verdictOf = async (files: Files) => {
        const server = await kit.haproxy({ files });
        return verdictOn({ port: server.port(443), name, trust, day });
      };
      expect(await verdictOf(bad)).toBe('handshake failure');
      expect(await verdictOf(fixed)).toBe('ok');
    },
  },
  {
    title: 'Apache does not start with a foreign key, and does with the right one',
    needs: ['apache', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      await expect(kit.apache({ files: bad })).rejects.toThrow(/AH02565/);
      const server = await kit.apache({ files: fixed });
      const trust = fixed['certs/shop.pem'] ?? '';
      expect(await verdictOn({ port: server.port(443), name, trust, day })).toBe('ok');
    },
  },
  {
    title: 'Caddy refuses a foreign key, and starts with the right one',
    needs: ['caddy', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy');
      const verdict = await caddyValidate({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('private key does not match public key');
      const server = await kit.caddy({ files: fixed });
      const trust = fixed['/etc/caddy/certs/shop.pem'] ?? '';
      expect(await verdictOn({ port: server.port(443), name, trust, day })).toBe('ok');
    },
  },
  {
    title: 'stunnel does not start with a key of another type',
    needs: ['stunnel'],
    async run(kit) {
      const [authority, { fixed }] = [await kit.authority(), kit.pair('stunnel')];
      const { key } = await authority.issue({ names: [name], key: 'rsa2048' });
      const { ok, output } = await stunnelStarts({ files: { ...fixed, 'certs/shop.key': key } });
      expect(ok).toBe(false);
      expect(output).toContain('Private key does not match the certificate');
    },
  },
  {
    title: 'stunnel does not start with a foreign key, and does with the right one',
    needs: ['stunnel', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      const { ok, output } = await stunnelStarts({ files: bad });
      expect(ok).toBe(false);
      expect(output).toMatch(/Private key does not match the certificate|key values mismatch/);
      const server = await kit.stunnel({ files: fixed });
      const trust = fixed['certs/shop.pem'] ?? '';
      expect(await verdictOn({ port: server.port(443), name, trust, day })).toBe('ok');
    },
  },
];
