/** Owns how PKCS#12 containers make keys of passwords: PBKDF2 (RFC 8018), and the older way of RFC 7292, B. */
import { createHash, pbkdf2Sync } from 'node:crypto';
import { DER, type DerCursor } from './der.ts';
import { oidOf } from './oids.ts';

/** Undefined is no password at all, which the older way tells from an empty one. */
export type Password = string | undefined;

/** What may still be spent on one container, in rounds of PBKDF2: a million of them take about a second. */
export interface Effort {
  rounds: number;
}

const PBKDF2 = '1.2.840.113549.1.5.12';

/** Java and OpenSSL write 2,048 to 100,000 rounds; password managers some hundred thousand. */
const MOST_ROUNDS = 1_000_000;
/** The older way has to ask the runtime for each round, which takes longer. */
const OLDER_ROUND = 4;

/** Hashes of HMAC, by its identifiers (RFC 8018, B.1). */
const PRFS: ReadonlyMap<string, Hash> = new Map([
  ['1.2.840.113549.2.7', { name: 'sha1', bytes: 20, block: 64 }],
  ['1.2.840.113549.2.8', { name: 'sha224', bytes: 28, block: 64 }],
  ['1.2.840.113549.2.9', { name: 'sha256', bytes: 32, block: 64 }],
  ['1.2.840.113549.2.10', { name: 'sha384', bytes: 48, block: 128 }],
  ['1.2.840.113549.2.11', { name: 'sha512', bytes: 64, block: 128 }],
]);

/** A hash with the length of what it gives and of what it takes at once. */
export interface Hash {
  readonly name: string;
  readonly bytes: number;
  readonly block: number;
}

export const SHA1: Hash = { name: 'sha1', bytes: 20, block: 64 };

export function hashOfHmac(oid: string | undefined): Hash | undefined {
  return oid === undefined ? undefined : PRFS.get(oid);
}

/** Whether so many rounds may be spent; what is taken is gone. */
function spend(effort: Effort, rounds: number): boolean {
  if (rounds < 1 || rounds > MOST_ROUNDS || rounds > effort.rounds) return false;
  effort.rounds -= rounds;
  return true;
}

/** A key by an AlgorithmIdentifier of PBKDF2 (RFC 8018, A.2), where the cursor enters it; undefined for others, and for too many rounds. */
export function pbkdf2Key(
  derivation: DerCursor,
  bytes: number,
  password: Password,
  effort: Effort,
): Uint8Array | undefined {
  const isPbkdf2 = oidOf(derivation.contents(derivation.next('the key derivation', DER.oid))) === PBKDF2;
  const fields = derivation.enter('its parameters', DER.sequence);
  const salt = fields.contents(fields.next('the salt', DER.octetString));
  const rounds = readNumber(fields);
  if (fields.has(DER.integer)) fields.next('the length of the key');
  const prf = fields.has(DER.sequence) ? fields.enter('the hash', DER.sequence) : undefined;
  const hash = prf === undefined ? SHA1 : hashOfHmac(oidOf(prf.contents(prf.next('the hash', DER.oid))));
  if (derivation.source.failure !== undefined || !isPbkdf2 || hash === undefined) return undefined;
  return spend(effort, rounds) ? pbkdf2Sync(password ?? '', salt, rounds, bytes, hash.name) : undefined;
}

/** What RFC 7292 (B.3) calls the purpose of bytes. */
const PURPOSES = { key: 1, vector: 2, mac: 3 } as const;

/** Bytes by RFC 7292, B.2; undefined for too many rounds. */
export function olderBytes(
  purpose: keyof typeof PURPOSES,
  length: number,
  password: Password,
  { salt, rounds }: { readonly salt: Uint8Array; readonly rounds: number },
  effort: Effort,
  hash = SHA1,
): Uint8Array | undefined {
  const blocks = Math.ceil(length / hash.bytes);
  if (salt.length > 1024 || !spend(effort, rounds * blocks * OLDER_ROUND)) return undefined;
  const diversifier = new Uint8Array(hash.block).fill(PURPOSES[purpose]);
  // Big-endian UTF-16 with a NUL at its end.
  const encoded = password === undefined ? Buffer.alloc(0) : Buffer.from(`${password}\0`, 'utf16le').swap16();
  const input = Buffer.concat([filled(salt, hash.block), filled(encoded, hash.block)]);
  const out: Uint8Array[] = [];
  for (let block = 0; block < blocks; block++) {
    let digest = createHash(hash.name).update(diversifier).update(input).digest();
    for (let round = 1; round < rounds; round++) digest = createHash(hash.name).update(digest).digest();
    out.push(digest);
    // Every block of the input gets the repeated hash and 1 added.
    for (let start = 0; start < input.length; start += hash.block) {
      let carry = 1;
      for (let i = hash.block - 1; i >= 0; i--) {
        const sum = (input[start + i] ?? 0) + (digest[i % digest.length] ?? 0) + carry;
        input[start + i] = sum & 0xff;
        carry = sum >> 8;
      }
    }
  }
  return Buffer.concat(out).subarray(0, length);
}

/** The salt and the number of rounds that the older ways are given: one where no number is written. */
export function readSalt(parameters: DerCursor): { readonly salt: Uint8Array; readonly rounds: number } {
  const salt = parameters.contents(parameters.next('the salt', DER.octetString));
  return { salt, rounds: parameters.has(DER.integer) ? readNumber(parameters) : 1 };
}

function readNumber(fields: DerCursor): number {
  let number = 0;
  for (const byte of fields.contents(fields.next('the number of rounds', DER.integer))) number = number * 256 + byte;
  return number;
}

/** Repeated to a multiple of a length. */
function filled(bytes: Uint8Array, multiple: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / multiple) * multiple);
  for (let i = 0; i < out.length; i++) out[i] = bytes[i % bytes.length] ?? 0;
  return out;
}
