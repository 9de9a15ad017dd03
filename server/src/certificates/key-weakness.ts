/** Owns what is wrong with a public key, whatever it is used for. */
import { hexOf } from './der.ts';
import { type PublicKey, rsaNumbers } from './public-key.ts';
import { publishedKey } from './published-keys.ts';
import { type RsaFault, rsaFault } from './rsa-faults.ts';

/**
 * `broken`: its private half is known or can be found. `short`: too short for today. `refused`: servers load it, and no
 * client of today agrees on it. `unread`: clients do not read it. `strange`: some clients read it, and browsers do not.
 * `unusual`: nothing is wrong with it, but Chrome has no signature algorithm for it (BoringSSL, kVerifySignatureAlgorithms).
 */
export interface KeyWeakness {
  readonly kind: 'broken' | 'short' | 'refused' | 'unread' | 'strange' | 'unusual';
  /** What is wrong, behind `its key `. */
  readonly says: string;
}

const LEAST_RSA = 2048;
/** BoringSSL's limit (kMaxExponentBits in rsa_impl). */
const MOST_EXPONENT_BITS = 33;
/** The limit of Go's crypto/tls (maxRSAKeySize). */
const MOST_RSA = 8192;

const FAULTS: Readonly<Record<RsaFault, string>> = {
  exponent: 'has an exponent that protects nothing',
  'small-factor': 'has a modulus with a small factor, so anybody can compute its private half',
  roca: 'was made by a library whose keys can be factored (CVE-2017-15361, "ROCA")',
  'close-primes': 'is a product of two primes so close that anybody can compute its private half (CVE-2022-26320)',
};

const known = new WeakMap<PublicKey, { readonly weakness: KeyWeakness | undefined }>();

export function keyWeakness(key: PublicKey): KeyWeakness | undefined {
  let found = known.get(key);
  if (found === undefined) {
    found = { weakness: find(key) };
    known.set(key, found);
  }
  return found.weakness;
}

function find(key: PublicKey): KeyWeakness | undefined {
  const owner = publishedKey(key);
  if (owner !== undefined)
    return { kind: 'broken', says: `is published with its private half: it is the key of ${owner}` };
  switch (key.algorithm) {
    case 'RSA':
    case 'RSA-PSS':
      return rsaWeakness(key);
    case 'EC':
      return curveWeakness(key);
    case 'DSA':
      return { kind: 'refused', says: 'is of DSA, which no client of today agrees on' };
    case 'Ed25519':
    case 'Ed448':
      return { kind: 'unusual', says: `is of ${key.algorithm}` };
    default:
      return undefined;
  }
}

function rsaWeakness(key: PublicKey): KeyWeakness | undefined {
  const { bits } = key;
  const numbers = rsaNumbers(key);
  if (bits === undefined || numbers === undefined) return undefined;
  // Larger numbers are no keys, and take long to look at.
  if (bits > 2 * MOST_RSA) return { kind: 'strange', says: `has ${bits} bits, which hardly any client reads` };
  const exponent = BigInt(`0x0${hexOf(numbers.exponent.subarray(0, MOST_RSA / 4))}`);
  const fault = rsaFault(BigInt(`0x0${hexOf(numbers.modulus)}`), exponent);
  if (fault !== undefined) return { kind: 'broken', says: FAULTS[fault] };
  if (bits < LEAST_RSA) return { kind: 'short', says: `has ${bits} bits, and RSA needs ${LEAST_RSA}` };
  if (exponent >> BigInt(MOST_EXPONENT_BITS) !== 0n)
    return { kind: 'strange', says: `has an exponent of more than ${MOST_EXPONENT_BITS} bits, which Chrome refuses` };
  if (bits > MOST_RSA)
    return { kind: 'strange', says: `has ${bits} bits, and programs in Go refuse more than ${MOST_RSA}` };
  return undefined;
}

function curveWeakness({ curve, bits }: PublicKey): KeyWeakness | undefined {
  if (curve === 'explicit')
    return {
      kind: 'unread',
      says: 'spells its curve out instead of naming it, which browsers, Go and OpenSSL 3 refuse',
    };
  if (bits !== undefined && bits < 224) return { kind: 'short', says: `has ${bits} bits, and a curve needs 256` };
  if (curve === 'secp224r1' || curve === 'secp256k1')
    return {
      kind: 'refused',
      says: `is on the curve \`${curve}\`, for which TLS has no signature that clients of today agree on`,
    };
  if (curve === 'secp521r1') return { kind: 'unusual', says: 'is on the curve `secp521r1` (P-521)' };
  if (curve?.startsWith('brainpool') === true)
    return { kind: 'strange', says: `is on the curve \`${curve}\`, which browsers do not know` };
  return undefined;
}
