/** Owns the ciphers of PKCS#12 containers: PBES2 with AES (RFC 8018), and the older ones with triple DES and RC2 (RFC 7292, C). */
import { createDecipheriv } from 'node:crypto';
import { DER, type DerCursor, derCursor } from './der.ts';
import { oidOf } from './oids.ts';
import { type Effort, olderBytes, type Password, pbkdf2Key, readSalt } from './pkcs12-derivation.ts';
import { rc2Decrypted } from './rc2.ts';

const PBES2 = '1.2.840.113549.1.5.13';

interface Scheme {
  readonly name: string;
  readonly keyBytes: number;
}

/** Under PBES2, by the cipher's own identifier. */
const CIPHERS: ReadonlyMap<string, Scheme & { readonly ivBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16, ivBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24, ivBytes: 16 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32, ivBytes: 16 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8 }],
]);

/** RC2 is what OpenSSL 1, macOS and older Windows put certificates under. */
const OLDER: ReadonlyMap<string, Scheme> = new Map([
  ['1.2.840.113549.1.12.1.3', { name: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.5', { name: 'rc2', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.6', { name: 'rc2', keyBytes: 5 }],
]);

interface Cipher {
  readonly name: string;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** The bytes behind an AlgorithmIdentifier's cipher; `password` for one that does not fit, `cipher` for one that is not tried. */
export function decrypted(
  algorithm: Uint8Array,
  secret: Uint8Array,
  password: Password,
  effort: Effort,
): Uint8Array | 'password' | 'cipher' {
  const fields = derCursor(algorithm).enter('the cipher', DER.sequence);
  const oid = oidOf(fields.contents(fields.next('the cipher', DER.oid))) ?? '';
  const parameters = fields.enter('the parameters', DER.sequence);
  const cipher = oid === PBES2 ? pbes2(parameters, password, effort) : older(oid, parameters, password, effort);
  if (cipher === undefined) return 'cipher';
  try {
    return cipher.name === 'rc2' ? byRc2(secret, cipher) : byRuntime(secret, cipher);
  } catch {
    return 'password';
  }
}

/** Throws where the padding is wrong. */
function byRuntime(secret: Uint8Array, { name, key, iv }: Cipher): Uint8Array {
  const decipher = createDecipheriv(name, key, iv);
  return new Uint8Array(Buffer.concat([decipher.update(secret), decipher.final()]));
}

function byRc2(secret: Uint8Array, { key, iv }: Cipher): Uint8Array | 'password' {
  const padded = rc2Decrypted(secret, key, key.length * 8, iv);
  const count = padded.at(-1) ?? 0;
  const isPadded = count >= 1 && count <= 8 && padded.subarray(-count).every((byte) => byte === count);
  return isPadded && padded.length === secret.length ? padded.subarray(0, -count) : 'password';
}

function pbes2(parameters: DerCursor, password: Password, effort: Effort): Cipher | undefined {
  const derivation = parameters.enter('the key derivation', DER.sequence);
  const scheme = parameters.enter('the cipher', DER.sequence);
  const cipher = CIPHERS.get(oidOf(scheme.contents(scheme.next('the cipher', DER.oid))) ?? '');
  const iv = scheme.contents(scheme.next('the initial vector', DER.octetString));
  if (parameters.source.failure !== undefined || cipher === undefined || iv.length !== cipher.ivBytes) return undefined;
  const key = pbkdf2Key(derivation, cipher.keyBytes, password, effort);
  return key && { name: cipher.name, key, iv };
}

function older(oid: string, parameters: DerCursor, password: Password, effort: Effort): Cipher | undefined {
  const scheme = OLDER.get(oid);
  const salt = readSalt(parameters);
  if (parameters.source.failure !== undefined || scheme === undefined) return undefined;
  const key = olderBytes('key', scheme.keyBytes, password, salt, effort);
  const iv = key && olderBytes('vector', 8, password, salt, effort);
  return key && iv && { name: scheme.name, key, iv };
}
