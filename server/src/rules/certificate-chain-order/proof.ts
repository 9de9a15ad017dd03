/** Owns the proof of certificate-chain-order: servers take the first certificate for their own, and send the others as they stand. */
import { X509Certificate } from 'node:crypto';
import { expect } from 'vitest';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';
import { peerChain } from '../../../../test/kit/tls-probes.ts';

const KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+-----END PRIVATE KEY-----\n/;
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function withKey(files: Files, kit: ProofKit): Files {
  const key = KEY.exec(kit.pair('haproxy').bad['certs/shop.pem'] ?? '')?.[0] ?? '';
  return { ...files, 'certs/shop.key': key };
}

/** The subjects of a file, in its order. */
function subjectsIn(files: Files): string[] {
  return (files['certs/shop.pem']?.match(BLOCK) ?? []).map((block) => new X509Certificate(block).subject);
}

async function sent(
  kit: ProofKit,
  language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel',
  files: Files,
): Promise<string[]> {
  const server = await kit[language]({ files });
  return (await peerChain({ port: server.port(443), servername: 'shop.example.com' })).map(({ subject }) => subject);
}

export const proofs: readonly Proof[] = [
  {
    title: "nginx takes an authority's certificate that comes first for its own, and blames the key",
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'reversed');
      const { ok, output } = await nginxTest({ files: withKey(bad, kit) });
      expect(ok).toBe(false);
      expect(output).toContain('key values mismatch');
      expect(await sent(kit, 'nginx', withKey(fixed, kit))).toEqual(subjectsIn(fixed));
    },
  },
  {
    title: 'nginx sends the certificates behind its own as they stand',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'upper-first');
      expect(await sent(kit, 'nginx', withKey(bad, kit))).toEqual(subjectsIn(bad));
      expect(await sent(kit, 'nginx', withKey(fixed, kit))).toEqual(subjectsIn(fixed));
      expect(subjectsIn(bad)).not.toEqual(subjectsIn(fixed));
    },
  },
  {
    title: "HAProxy refuses a bundle with an authority's certificate in front, and sends a stranger along",
    needs: ['haproxy', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'reversed-bundle');
      const { ok, output } = await haproxyCheck({ files: bad });
      expect(ok).toBe(false);
      expect(output).toContain('inconsistencies between private key and certificate');
      expect(await sent(kit, 'haproxy', fixed)).toEqual(subjectsIn(fixed));
      const stranger = kit.pair('haproxy', 'stranger');
      expect(await sent(kit, 'haproxy', stranger.bad)).toEqual(subjectsIn(stranger.bad));
      expect(await sent(kit, 'haproxy', stranger.fixed)).toEqual(subjectsIn(stranger.fixed));
    },
  },
  {
    title: "Apache takes an authority's certificate that comes first for its own, and does not start",
    needs: ['apache', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      const { ok, output } = await apacheStarts({ files: withKey(bad, kit) });
      expect(ok).toBe(false);
      expect(output).toMatch(/AH02565.*do not match/);
      expect(await sent(kit, 'apache', withKey(fixed, kit))).toEqual(subjectsIn(fixed));
    },
  },
  {
    title: "Caddy takes an authority's certificate that comes first for its own, and does not start",
    needs: ['caddy', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy');
      const { ok, output } = await caddyValidate({ files: withKey(bad, kit) });
      expect(ok).toBe(false);
      expect(output).toContain('private key does not match public key');
      expect(await sent(kit, 'caddy', withKey(fixed, kit))).toEqual(subjectsIn(fixed));
    },
  },
  {
    title: "stunnel takes an authority's certificate that comes first for its own, and does not start",
    needs: ['stunnel', 'openssl'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      const { ok, output } = await stunnelStarts({ files: withKey(bad, kit) });
      expect(ok).toBe(false);
      expect(output).toMatch(/Private key does not match the certificate|key values mismatch/);
      expect(await sent(kit, 'stunnel', withKey(fixed, kit))).toEqual(subjectsIn(fixed));
    },
  },
];
