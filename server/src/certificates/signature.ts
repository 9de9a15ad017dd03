/** Owns the verification of signatures, with the same answer on every runtime. */
import { constants, createPublicKey, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto';
import { DER, type DerCursor, derCursor, derElement } from './der.ts';
import { HASHES, KEY, oidOf } from './oids.ts';
import { type PublicKey, RSA_ALGORITHM } from './public-key.ts';
import type { Signed } from './signed.ts';

/**
 * `unsupported`: of an algorithm, or with parameters, that not every runtime of this program verifies alike; also a
 * signature of another kind than the key could make.
 */
export type SignatureCheck = 'good' | 'bad' | 'unsupported';

/** How a signature algorithm is asked for. */
interface Scheme {
  readonly key: 'RSA' | 'EC' | 'Ed25519' | 'runtime';
  /** Null where the algorithm has its own. */
  readonly hash: string | null;
  /** The salt of RSA-PSS, in bytes. */
  readonly salt?: number;
}

const MGF1 = '1.2.840.113549.1.1.8';

/** MD5 and older hashes are missing here: BoringSSL, on which VS Code's Node stands, verifies none of them. */
const SCHEMES: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['1.2.840.113549.1.1.5', { key: 'RSA', hash: 'sha1' }],
  ['1.2.840.113549.1.1.11', { key: 'RSA', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'RSA', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'RSA', hash: 'sha512' }],
  ['1.2.840.113549.1.1.14', { key: 'RSA', hash: 'sha224' }],
  ['1.2.840.10045.4.1', { key: 'EC', hash: 'sha1' }],
  ['1.2.840.10045.4.3.1', { key: 'EC', hash: 'sha224' }],
  ['1.2.840.10045.4.3.2', { key: 'EC', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'EC', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'EC', hash: 'sha512' }],
  ['1.3.101.112', { key: 'Ed25519', hash: null }],
  ['1.3.101.113', { key: 'runtime', hash: null }],
  ['2.16.840.1.101.3.4.3.17', { key: 'runtime', hash: null }],
  ['2.16.840.1.101.3.4.3.18', { key: 'runtime', hash: null }],
  ['2.16.840.1.101.3.4.3.19', { key: 'runtime', hash: null }],
]);

/** Curves of every runtime. */
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
/** The RSA keys that OpenSSL and BoringSSL both take (found by trying both): odd exponents of up to 33 bits, and these sizes. */
const MODULUS_BITS = { least: 512, most: 16_384 } as const;
const EXPONENT = { least: 3, most: 2 ** 33 } as const;

/**
 * Whether the key made the signature. Takes some hundredths of a millisecond with usual keys, at most some milliseconds.
 * `runtimeToo` lets the runtime verify what only some of them can (Ed448, ML-DSA). Never throws.
 */
export function checkSignature(signed: Signed, publicKey: PublicKey, runtimeToo = false): SignatureCheck {
  const scheme = schemeOf(signed.algorithm);
  if (scheme === undefined || (scheme.key === 'runtime' && !runtimeToo)) return 'unsupported';
  const key = keyFor(scheme, publicKey);
  if (key === undefined) return 'unsupported';
  const input: VerifyKeyObjectInput =
    scheme.salt === undefined ? { key } : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.salt };
  try {
    return verify(scheme.hash, signed.content, input, signed.signature) ? 'good' : 'bad';
  } catch {
    return 'unsupported';
  }
}

function schemeOf(algorithm: Uint8Array): Scheme | undefined {
  const fields = derCursor(algorithm).enter('the algorithm', DER.sequence);
  const oid = oidOf(fields.contents(fields.next('the algorithm', DER.oid))) ?? '';
  return oid === KEY.rsaPss ? pssScheme(fields) : SCHEMES.get(oid);
}

/** The parameters of RSA-PSS (RFC 4055, 3.1): both hashes must be one, as in all profiles. */
function pssScheme(algorithm: DerCursor): Scheme | undefined {
  const fields = algorithm.enter('the parameters', DER.sequence);
  const hash = fields.has(0xa0) ? hashOf(fields.enter('the hash', 0xa0)) : 'sha1';
  let maskHash: string | undefined = 'sha1';
  if (fields.has(0xa1)) {
    const mask = fields.enter('the mask', 0xa1).enter('the mask', DER.sequence);
    const isMgf1 = oidOf(mask.contents(mask.next('the mask', DER.oid))) === MGF1;
    maskHash = isMgf1 ? hashOf(mask) : undefined;
  }
  let salt = 20;
  if (fields.has(0xa2)) {
    const holder = fields.enter('the salt length', 0xa2);
    const bytes = holder.contents(holder.next('the salt length', DER.integer));
    if (bytes.length > 2) return undefined;
    salt = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  }
  if (fields.source.failure !== undefined || hash === undefined || hash !== maskHash) return undefined;
  return { key: 'RSA', hash, salt };
}

function hashOf(cursor: DerCursor): string | undefined {
  const fields = cursor.enter('the hash', DER.sequence);
  const name = HASHES.get(oidOf(fields.contents(fields.next('the hash', DER.oid))) ?? '');
  return name === 'MD5' ? undefined : name?.toLowerCase().replace('-', '');
}

const keyObjects = new WeakMap<Uint8Array, KeyObject>();

/** The runtime's form of a key; undefined where the key is of another kind or every runtime would not take it. */
function keyFor(scheme: Scheme, publicKey: PublicKey): KeyObject | undefined {
  const { algorithm, bits, curve, spki } = publicKey;
  const isRsa = algorithm === 'RSA' || algorithm === 'RSA-PSS';
  if (scheme.key === 'RSA') {
    if (!isRsa || (algorithm === 'RSA-PSS' && scheme.salt === undefined)) return undefined;
    if (bits === undefined || bits < MODULUS_BITS.least || bits > MODULUS_BITS.most) return undefined;
  } else if (scheme.key === 'EC') {
    if (algorithm !== 'EC' || curve === undefined || !CURVES.has(curve) || !hasPlainPoint(spki)) return undefined;
  } else if (scheme.key === 'Ed25519' ? algorithm !== 'Ed25519' : !/^(Ed448|ML-DSA-\d+)$/.test(algorithm)) {
    return undefined;
  }
  let key = keyObjects.get(spki);
  if (key === undefined) {
    const plain = isRsa ? plainRsa(spki) : spki;
    if (plain === undefined) return undefined;
    try {
      key = createPublicKey({ key: Buffer.from(plain), format: 'der', type: 'spki' });
    } catch {
      return undefined;
    }
    keyObjects.set(spki, key);
  }
  return key;
}

/** An RSA key under the plain identifier: BoringSSL knows no other. */
function plainRsa(spki: Uint8Array): Uint8Array | undefined {
  const bits = keyBits(spki);
  const numbers = derCursor(bits).enter('the key', DER.sequence);
  numbers.next('the modulus', DER.integer);
  const bytes = numbers.contents(numbers.next('the exponent', DER.integer));
  const exponent = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (numbers.source.failure !== undefined || exponent % 2 === 0) return undefined;
  if (exponent < EXPONENT.least || exponent > EXPONENT.most) return undefined;
  return derElement(DER.sequence, RSA_ALGORITHM, derElement(DER.bitString, Uint8Array.of(0), bits));
}

/** Whether a point is written in full or compressed; BoringSSL takes neither the hybrid form nor the point at infinity. */
function hasPlainPoint(spki: Uint8Array): boolean {
  return [2, 3, 4].includes(keyBits(spki)[0] ?? 0);
}

/** The key in a SubjectPublicKeyInfo; its first byte, which counts unused bits, is left out. */
function keyBits(spki: Uint8Array): Uint8Array {
  const fields = derCursor(spki).enter('the public key', DER.sequence);
  fields.next('the algorithm', DER.sequence);
  return fields.contents(fields.next('the key bits', DER.bitString)).subarray(1);
}
