/** Owns the ciphers of PKCS#12 containers: PBES2 with AES (RFC 8018) and the older one with triple DES (RFC 7292, B). */
import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { DER, type DerCursor, derCursor } from './der.ts';
import { oidOf } from './oids.ts';

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const TRIPLE_DES = '1.2.840.113549.1.12.1.3';

const PRFS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
]);

const AES: ReadonlyMap<string, { readonly name: string; readonly keyBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32 }],
]);

/** Java and OpenSSL write 2,048 to 10,000; password managers some hundred thousand, which take some tenths of a second. */
const PBKDF2_ROUNDS = 1_000_000;
const OLD_ROUNDS = 50_000;

/** The bytes behind an AlgorithmIdentifier's cipher; `password` for one that does not fit, `cipher` for one not known here. */
export function decrypted(
  algorithm: Uint8Array,
  secret: Uint8Array,
  password: string,
): Uint8Array | 'password' | 'cipher' {
  const fields = derCursor(algorithm).enter('the cipher', DER.sequence);
  const oid = oidOf(fields.contents(fields.next('the cipher', DER.oid))) ?? '';
  const parameters = fields.enter('the parameters', DER.sequence);
  const cipher =
    oid === PBES2 ? pbes2(parameters, password) : oid === TRIPLE_DES ? tripleDes(parameters, password) : undefined;
  if (cipher === undefined) return 'cipher';
  try {
    const decipher = createDecipheriv(cipher.name, cipher.key, cipher.iv);
    return new Uint8Array(Buffer.concat([decipher.update(secret), decipher.final()]));
  } catch {
    return 'password';
  }
}

interface Cipher {
  readonly name: string;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

function pbes2(parameters: DerCursor, password: string): Cipher | undefined {
  const derivation = parameters.enter('the key derivation', DER.sequence);
  const isPbkdf2 = oidOf(derivation.contents(derivation.next('the key derivation', DER.oid))) === PBKDF2;
  const fields = derivation.enter('its parameters', DER.sequence);
  const salt = fields.contents(fields.next('the salt', DER.octetString));
  const rounds = readNumber(fields);
  if (fields.has(DER.integer)) fields.next('the length of the key');
  const prf = fields.has(DER.sequence) ? fields.enter('the hash', DER.sequence) : undefined;
  const hash = prf === undefined ? 'sha1' : PRFS.get(oidOf(prf.contents(prf.next('the hash', DER.oid))) ?? '');
  const scheme = parameters.enter('the cipher', DER.sequence);
  const aes = AES.get(oidOf(scheme.contents(scheme.next('the cipher', DER.oid))) ?? '');
  const iv = scheme.contents(scheme.next('the initial vector', DER.octetString));
  if (parameters.source.failure !== undefined || !isPbkdf2 || hash === undefined || aes === undefined) return undefined;
  if (rounds < 1 || rounds > PBKDF2_ROUNDS || iv.length !== 16) return undefined;
  return { name: aes.name, key: pbkdf2Sync(password, salt, rounds, aes.keyBytes, hash), iv };
}

function tripleDes(parameters: DerCursor, password: string): Cipher | undefined {
  const salt = parameters.contents(parameters.next('the salt', DER.octetString));
  const rounds = readNumber(parameters);
  if (parameters.source.failure !== undefined || rounds < 1 || rounds > OLD_ROUNDS || salt.length > 1024)
    return undefined;
  const key = derivedBytes(1, 24, password, salt, rounds);
  return { name: 'des-ede3-cbc', key, iv: derivedBytes(2, 8, password, salt, rounds) };
}

function readNumber(fields: DerCursor): number {
  let number = 0;
  for (const byte of fields.contents(fields.next('the number of rounds', DER.integer))) number = number * 256 + byte;
  return number;
}

/** RFC 7292, B.2, with SHA-1: `id` is 1 for a key and 2 for an initial vector. */
function derivedBytes(id: number, length: number, password: string, salt: Uint8Array, rounds: number): Uint8Array {
  const block = 64;
  const diversifier = new Uint8Array(block).fill(id);
  // Big-endian UTF-16 with a NUL at its end.
  const encoded = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const input = Buffer.concat([filled(salt, block), filled(encoded, block)]);
  const out: Uint8Array[] = [];
  for (let have = 0; have < length; have += 20) {
    let hash = createHash('sha1').update(diversifier).update(input).digest();
    for (let round = 1; round < rounds; round++) hash = createHash('sha1').update(hash).digest();
    out.push(hash);
    // Every block of the input gets the repeated hash and 1 added.
    for (let start = 0; start < input.length; start += block) {
      let carry = 1;
      for (let i = block - 1; i >= 0; i--) {
        const sum = (input[start + i] ?? 0) + (hash[i % hash.length] ?? 0) + carry;
        input[start + i] = sum & 0xff;
        carry = sum >> 8;
      }
    }
  }
  return Buffer.concat(out).subarray(0, length);
}

/** Repeated to a multiple of a length. */
function filled(bytes: Uint8Array, multiple: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / multiple) * multiple);
  for (let i = 0; i < out.length; i++) out[i] = bytes[i % bytes.length] ?? 0;
  return out;
}
