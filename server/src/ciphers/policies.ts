/** Owns Mozilla's server side TLS guidelines: which protocols, suites and groups each of its policies has. */
import type { TlsVersion } from './levels.ts';

export interface Policy {
  readonly protocols: readonly TlsVersion[];
  /** OpenSSL's names, in the guideline's order; none where only TLS 1.3 is allowed. */
  readonly suites: readonly string[];
  readonly tls13Suites: readonly string[];
  readonly groups: readonly string[];
  /** Whether the server's order decides. */
  readonly serverOrder: boolean;
  /** Bits of Diffie-Hellman parameters, where suites need them. */
  readonly dhBits: number | undefined;
}

export interface Guideline {
  /** As in `https://ssl-config.mozilla.org/guidelines/<version>.json`. */
  readonly version: string;
  readonly policies: Readonly<Record<'modern' | 'intermediate', Policy>>;
}

const TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const ECDHE = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];
const DHE = ['DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES256-GCM-SHA384', 'DHE-RSA-CHACHA20-POLY1305'];
const CURVES = ['X25519', 'prime256v1', 'secp384r1'];

function guideline(version: string, suites: readonly string[], groups: readonly string[]): Guideline {
  const common = { tls13Suites: TLS13, groups, serverOrder: false };
  return {
    version,
    policies: {
      modern: { ...common, protocols: ['TLSv1.3'], suites: [], dhBits: undefined },
      intermediate: { ...common, protocols: ['TLSv1.2', 'TLSv1.3'], suites, dhBits: 2048 },
    },
  };
}

/** Guideline 5.7, for libraries without X25519MLKEM768. */
export const MOZILLA_5_7 = guideline('5.7', [...ECDHE, ...DHE], CURVES);

/** Guideline 6.0: no more DHE, and the hybrid group first, which needs OpenSSL 3.5. */
export const MOZILLA_6_0 = guideline('6.0', ECDHE, ['X25519MLKEM768', ...CURVES]);
