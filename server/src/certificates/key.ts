/** Owns private keys: what they are and which public key belongs to them. Nothing secret is kept. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { UnreadableDer } from './certificate.ts';
import { DER, type DerCursor, derCursor, derElement } from './der.ts';
import { KEY, oidOf } from './oids.ts';
import type { PemBlock } from './pem.ts';
import { headerProblem } from './pem-header.ts';
import { type PublicKey, publicKeyOf, RSA_ALGORITHM } from './public-key.ts';

/** What may be known of a private key. */
export interface PrivateKey {
  readonly kind: 'key';
  readonly encrypted: boolean;
  /** As in PublicKey; undefined where encryption hides it. */
  readonly algorithm: string | undefined;
  readonly bits: number | undefined;
  readonly curve: string | undefined;
  /** Undefined for encrypted keys, and where it cannot be computed. */
  readonly publicKey: PublicKey | undefined;
}

/** Labels that OpenSSL reads private keys from, and the algorithm that a label promises. */
const KEY_LABELS: ReadonlyMap<string, string | undefined> = new Map([
  ['PRIVATE KEY', undefined],
  ['ENCRYPTED PRIVATE KEY', undefined],
  ['RSA PRIVATE KEY', 'RSA'],
  ['EC PRIVATE KEY', 'EC'],
  ['DSA PRIVATE KEY', 'DSA'],
]);

const EC_OID = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);

/** Whether a block with this label is a private key for OpenSSL. */
export function isKeyLabel(label: string): boolean {
  return KEY_LABELS.has(label);
}

/** Reads a PKCS#1, SEC 1 or PKCS#8 key from a block with a key label. Never throws. */
export function readPrivateKey(block: Pick<PemBlock, 'label' | 'header' | 'bytes'>): PrivateKey | UnreadableDer {
  const { label, header, bytes } = block;
  if (header !== '' && headerProblem(header) === undefined) return encryptedKey(KEY_LABELS.get(label));
  // OpenSSL goes by the contents where the label fits several forms, and does not look at bytes behind the key.
  const fields = derCursor(bytes).enter('the private key', DER.sequence);
  if (label === 'ENCRYPTED PRIVATE KEY' && fields.has(DER.sequence)) {
    fields.next('the encryption', DER.sequence);
    fields.next('the encrypted key', DER.octetString);
    return fields.source.failure === undefined ? encryptedKey(undefined) : unreadable(fields);
  }
  fields.next('the version', DER.integer);
  const promised = KEY_LABELS.get(label);
  const isPkcs8 = promised === undefined || fields.has(DER.sequence);
  const key = isPkcs8 ? readPkcs8(fields, bytes) : readOlder(fields, promised, bytes);
  if (key === undefined || fields.source.failure !== undefined) return unreadable(fields);
  if (promised === undefined || promised === key.algorithm) return key;
  return { kind: 'unreadable', part: 'structure', offset: 0, message: `it is a key for ${key.algorithm}` };
}

/** What a label with an algorithm promises: PKCS#1 or SEC 1, or DSA's form. */
function readOlder(fields: DerCursor, algorithm: string, bytes: Uint8Array): PrivateKey | undefined {
  switch (algorithm) {
    case 'RSA':
      return withPublicKey(rsaPublicKey(fields, RSA_ALGORITHM));
    case 'EC':
      return readEcKey(fields, undefined) ?? withPublicKey(computed(bytes, 'sec1'));
    default:
      fields.next('the prime', DER.integer);
      return { kind: 'key', encrypted: false, algorithm, bits: undefined, curve: undefined, publicKey: undefined };
  }
}

/** PKCS#8 (RFC 5958) behind its version: algorithm, private key, attributes, public key. */
function readPkcs8(fields: DerCursor, bytes: Uint8Array): PrivateKey | undefined {
  const algorithmNode = fields.next('the algorithm', DER.sequence);
  const algorithm = fields.whole(algorithmNode);
  const parameters = fields.inside(algorithmNode);
  const oid = oidOf(parameters.contents(parameters.next('the algorithm', DER.oid)));
  const inner = derCursor(fields.contents(fields.next('the private key', DER.octetString)));
  if (fields.has(0xa0)) fields.next('the attributes');
  const attached = fields.has(0x81) ? fields.contents(fields.next('the public key')) : undefined;
  if (fields.source.failure !== undefined) return undefined;
  if (oid === KEY.rsa || oid === KEY.rsaPss) {
    const numbers = inner.enter('the private key', DER.sequence);
    numbers.next('the version', DER.integer);
    return withPublicKey(rsaPublicKey(numbers, algorithm));
  }
  if (oid === KEY.ec) {
    const numbers = inner.enter('the private key', DER.sequence);
    numbers.next('the version', DER.integer);
    const key = readEcKey(numbers, algorithm);
    if (key !== undefined) return key;
    if (numbers.source.failure !== undefined) return undefined;
  }
  const given = attached === undefined ? undefined : publicKeyOf(subjectPublicKey(algorithm, attached));
  const found = withPublicKey(given ?? computed(bytes, 'pkcs8'));
  if (found !== undefined) return found;
  const described = publicKeyOf(subjectPublicKey(algorithm, Uint8Array.of(0)));
  return described === undefined ? undefined : { ...keyFields(described), publicKey: undefined };
}

/** An RSAPrivateKey behind its version: only the modulus and the public exponent are looked at. */
function rsaPublicKey(fields: DerCursor, algorithm: Uint8Array): PublicKey | undefined {
  const modulus = fields.whole(fields.next('the modulus', DER.integer));
  const exponent = fields.whole(fields.next('the exponent', DER.integer));
  for (const secret of ['d', 'p', 'q', 'd mod p-1', 'd mod q-1', 'the coefficient']) fields.next(secret, DER.integer);
  if (fields.source.failure !== undefined) return undefined;
  return publicKeyOf(subjectPublicKey(algorithm, Uint8Array.of(0), derElement(DER.sequence, modulus, exponent)));
}

/** An ECPrivateKey (RFC 5915) behind its version; undefined where it does not hold its public key. */
function readEcKey(fields: DerCursor, outerAlgorithm: Uint8Array | undefined): PrivateKey | undefined {
  fields.next('the private number', DER.octetString);
  let algorithm = outerAlgorithm;
  if (fields.has(0xa0)) {
    const parameters = fields.contents(fields.next('the curve'));
    algorithm ??= derElement(DER.sequence, derElement(DER.oid, EC_OID), parameters);
  }
  const point = fields.has(0xa1) ? fields.enter('the public key', 0xa1) : undefined;
  const bits = point?.contents(point.next('the public key', DER.bitString));
  fields.finish('the private key');
  if (fields.source.failure !== undefined || algorithm === undefined || bits === undefined) return undefined;
  return withPublicKey(publicKeyOf(subjectPublicKey(algorithm, bits)));
}

/** Lets the runtime's library compute a public key; undefined where it does not know the algorithm. */
function computed(bytes: Uint8Array, type: 'pkcs8' | 'sec1'): PublicKey | undefined {
  try {
    const key = createPrivateKey({ key: Buffer.from(bytes), format: 'der', type });
    return publicKeyOf(new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })));
  } catch {
    return undefined;
  }
}

function subjectPublicKey(algorithm: Uint8Array, ...bits: readonly Uint8Array[]): Uint8Array {
  return derElement(DER.sequence, algorithm, derElement(DER.bitString, ...bits));
}

function withPublicKey(publicKey: PublicKey | undefined): PrivateKey | undefined {
  return publicKey === undefined ? undefined : { ...keyFields(publicKey), publicKey };
}

function keyFields({ algorithm, bits, curve }: PublicKey): Omit<PrivateKey, 'publicKey'> {
  return { kind: 'key', encrypted: false, algorithm, bits, curve };
}

function encryptedKey(algorithm: string | undefined): PrivateKey {
  return { kind: 'key', encrypted: true, algorithm, bits: undefined, curve: undefined, publicKey: undefined };
}

function unreadable(cursor: DerCursor): UnreadableDer {
  const { message, offset } = cursor.source.failure ?? { message: 'the private key cannot be read', offset: 0 };
  return { kind: 'unreadable', part: 'structure', message, offset };
}
