/** Owns the security level: which suites, protocols and keys it lets through (ssl_security_default_callback, ssl/ssl_cert.c). */
import { type Library, since } from './libraries.ts';
import type { Suite } from './suites.ts';

/** From 0, where nearly anything goes, to 5. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5;

export type TlsVersion = 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

const BITS: Readonly<Record<Level, number>> = { 0: 0, 1: 80, 2: 112, 3: 128, 4: 192, 5: 256 };

/**
 * The level where nothing sets one: OpenSSL's own, and that of Debian and Ubuntu, which build with
 * `-DOPENSSL_TLS_SECURITY_LEVEL=2` (1.1.1: `CipherString = DEFAULT@SECLEVEL=2` in openssl.cnf). CHANGES.md of 3.2:
 * 1 became 2. 1.0.2 has no levels, which is what 0 means.
 */
export function defaultLevel(library: Library): { readonly upstream: Level; readonly debian: Level } {
  if (library === '1.0.2') return { upstream: 0, debian: 0 };
  return { upstream: since(library, '3.2') ? 2 : 1, debian: 2 };
}

/** The suites that may be negotiated at a level, in their order. */
export function allowedAt(level: Level, suites: readonly Suite[]): readonly Suite[] {
  return suites.filter((suite) => suiteAllowed(level, suite));
}

function suiteAllowed(level: Level, suite: Suite): boolean {
  if (level === 0) return true;
  if (suite.strength < BITS[level] || suite.authentication === 'NULL' || suite.mac === 'MD5') return false;
  if (level >= 4 && suite.mac === 'SHA1') return false;
  if (level >= 2 && suite.encryption === 'RC4') return false;
  return level < 3 || suite.forwardSecret;
}

/**
 * Whether a protocol can be negotiated at a level. OpenSSL 3.0 still lets TLS 1.0 and 1.1 through at level 1, but
 * signs their handshakes with digests that it counts below 80 bits, so that they fail, with RSA key exchange too (seen
 * on 3.0.19 and 3.5.7); since 3.2 at the latest it says so.
 */
export function protocolAllowedAt(level: Level, protocol: TlsVersion, library: Library): boolean {
  switch (protocol) {
    case 'SSLv3':
      return since(library, '3.0') ? level === 0 : level < 2;
    case 'TLSv1':
      return since(library, '3.0') ? level === 0 : level < 3;
    case 'TLSv1.1':
      return since(library, '3.0') ? level === 0 : level < 4;
    case 'TLSv1.2':
    case 'TLSv1.3':
      return true;
  }
}

/**
 * Whether a certificate's key is strong enough, from its algorithm (`RSA`, `EC`, …) and its bits, or undefined where
 * the algorithm is not known here. The strength of a modulus is that of NIST SP 800-57, in steps
 * (BN_security_bits, crypto/bn/bn_lib.c); for RSA OpenSSL 3 is a little more generous between the usual sizes.
 */
export function keyAllowedAt(level: Level, algorithm: string, bits: number): boolean | undefined {
  switch (algorithm) {
    case 'RSA':
    case 'RSA-PSS':
    case 'DSA':
      return BITS[level] <= modulusStrength(bits);
    case 'EC':
      return BITS[level] <= Math.min(256, Math.floor(bits / 2));
    case 'Ed25519':
      return level <= 3;
    case 'Ed448':
      return level <= 4;
    default:
      return undefined;
  }
}

const MODULUS: readonly (readonly [number, number])[] = [
  [15360, 256],
  [7680, 192],
  [3072, 128],
  [2048, 112],
  [1024, 80],
];

function modulusStrength(bits: number): number {
  return MODULUS.find(([modulus]) => bits >= modulus)?.[1] ?? 0;
}
