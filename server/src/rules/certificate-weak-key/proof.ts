/** Owns the proof of certificate-weak-key: what servers load, and what becomes of handshakes. */
import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { expect } from 'vitest';
import { pageFiles, verdictOn } from '../../../../test/certificate-rules/client.ts';
import { chromiumPath, launchChromium } from '../../../../test/e2e/rig/chromium.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const id = 'certificate-weak-key';
const name = 'shop.example.com';
const day = '2026-11-23';

function example(language: string, kind: 'bad' | 'good', title: string): Files {
  const found = pageFiles(id, language, kind).find((one) => one.name === title);
  assert.ok(found);
  return found.files;
}

async function verdict(
  kit: ProofKit,
  language: 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel',
  files: Files,
): Promise<string> {
  const server = await kit[language]({ files });
  return verdictOn({ port: server.port(443), name, trust: files['certs/shop.pem'] ?? '', day });
}

/** The prime factors of a product of two primes that are close to each other. */
function factors(modulus: bigint): readonly [bigint, bigint] {
  let low = 1n;
  let high = modulus;
  while (low < high) {
    const middle = (low + high) / 2n;
    if (middle * middle < modulus) low = middle + 1n;
    else high = middle;
  }
  const rest = low * low - modulus;
  let [from, to] = [0n, rest];
  while (from < to) {
    const middle = (from + to) / 2n;
    if (middle * middle < rest) from = middle + 1n;
    else to = middle;
  }
  return [low - from, low + from];
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx does not load RSA with 1024 bits; P-256 is taken',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const { ok, output } = await nginxTest({ files: example('nginx', 'bad', 'short') });
      expect(ok).toBe(false);
      expect(output).toContain('ee key too small');
      expect(await verdict(kit, 'nginx', example('nginx', 'good', 'p256'))).toBe('ok');
    },
  },
  {
    title: 'nginx loads secp256k1 without a word, and no handshake succeeds',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const files = example('nginx', 'bad', 'curve');
      const { ok, output } = await nginxTest({ files });
      expect(ok).toBe(true);
      expect(output).not.toMatch(/\[(warn|error|emerg)\]/);
      expect(await verdict(kit, 'nginx', files)).toBe('handshake failure');
    },
  },
  {
    title:
      'Chromium gives up where the key is on a brainpool curve or of Ed25519, and gets as far as the certificate with P-256',
    needs: ['nginx', 'chromium'],
    async run(kit) {
      const path = chromiumPath();
      assert.ok(path);
      const browser = await launchChromium(path);
      try {
        const page = await (await browser.newContext()).newPage();
        const error = async (files: Files) => {
          const port = (await kit.nginx({ files })).port(443);
          return page.goto(`https://localhost:${port}/`).then(
            () => 'none',
            (reason: unknown) => String(reason),
          );
        };
        for (const title of ['brainpool', 'ed25519'])
          expect(await error(example('nginx', 'bad', title))).toContain('ERR_SSL_VERSION_OR_CIPHER_MISMATCH');
        expect(await error(example('nginx', 'good', 'p256'))).toContain('ERR_CERT_');
      } finally {
        await browser.close();
      }
    },
  },
  {
    title: 'HAProxy presents a key of two close primes, whose private half follows from what it presents',
    needs: ['haproxy', 'openssl'],
    async run(kit) {
      const files = example('haproxy', 'bad', 'close');
      expect(await verdict(kit, 'haproxy', files)).toBe('ok');
      const certificate = new X509Certificate(files['certs/shop.pem'] ?? '');
      const { n = '' } = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })).export({
        format: 'jwk',
      });
      const modulus = BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
      const [p, q] = factors(modulus);
      expect(p * q).toBe(modulus);
      expect(p).not.toBe(1n);
      expect(await verdict(kit, 'haproxy', example('haproxy', 'good', 'rsa'))).toBe('ok');
    },
  },
  {
    title: 'Apache does not start with RSA of 1024 bits; P-256 is taken',
    needs: ['apache', 'openssl'],
    async run(kit) {
      await expect(kit.apache({ files: example('apache', 'bad', 'apache-short') })).rejects.toThrow(/key too small/);
      expect(await verdict(kit, 'apache', example('apache', 'good', 'apache-p256'))).toBe('ok');
    },
  },
  {
    title: 'Caddy loads RSA of 1024 bits, and a client refuses it; P-256 is taken',
    needs: ['caddy', 'openssl'],
    async run(kit) {
      expect(await verdict(kit, 'caddy', example('caddy', 'bad', 'caddy-short'))).toBe('EE certificate key too weak');
      expect(await verdict(kit, 'caddy', example('caddy', 'good', 'caddy-p256'))).toBe('ok');
    },
  },
  {
    title: 'Caddy does not start with secp256k1',
    needs: ['caddy'],
    async run() {
      const { ok, output } = await caddyValidate({ files: example('caddy', 'bad', 'caddy-curve') });
      expect(ok).toBe(false);
      expect(output).toContain('unsupported elliptic curve');
    },
  },
  {
    title: 'stunnel does not start with RSA of 1024 bits; P-256 is taken',
    needs: ['stunnel', 'openssl'],
    async run(kit) {
      const short = example('stunnel', 'bad', 'stunnel-short');
      await expect(kit.stunnel({ files: short })).rejects.toThrow(/ee key too small/);
      expect(await verdict(kit, 'stunnel', example('stunnel', 'good', 'stunnel-p256'))).toBe('ok');
    },
  },
];
