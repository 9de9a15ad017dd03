/** Owns public keys: what a SubjectPublicKeyInfo says, and when two of them are the same key. */
import { DER, type DerCursor, derCursor, derElement, hexOf, sameBytes } from './der.ts';
import { CURVES, KEY, PLAIN_KEYS } from './oids.ts';

export interface PublicKey {
  /** The SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** `RSA`, `RSA-PSS`, `DSA`, `EC`, `Ed25519`, `Ed448`, `ML-DSA-44`, …; the object identifier where it has no name here. */
  readonly algorithm: string;
  /** Bits of the modulus, or of the curve's order; undefined where that says nothing or cannot be read. */
  readonly bits: number | undefined;
  /** OpenSSL's name of the curve (`prime256v1`), its object identifier, or `explicit`; undefined without a curve. */
  readonly curve: string | undefined;
}

/** `rsaEncryption` with its NULL. */
export const RSA_ALGORITHM = derElement(
  DER.sequence,
  derElement(DER.oid, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01)),
  derElement(DER.null),
);

/** What only comparing needs: the numbers of the key, free of how they were written down. */
interface KeyParts {
  readonly key: PublicKey;
  /** Equal for equal keys of one algorithm; undefined where the key cannot be read. */
  identity(): string | undefined;
}

/** Reads the next element of a cursor as a SubjectPublicKeyInfo. Damage inside the key itself leaves `bits` undefined. */
export function readPublicKey(cursor: DerCursor): PublicKey {
  const node = cursor.next('the public key', DER.sequence);
  return partsOf(cursor.whole(node), cursor.inside(node)).key;
}

/** Reads a SubjectPublicKeyInfo that stands alone; undefined where it is none. */
export function publicKeyOf(spki: Uint8Array): PublicKey | undefined {
  const cursor = derCursor(spki);
  const key = readPublicKey(cursor);
  cursor.finish('the public key');
  return cursor.source.failure === undefined ? key : undefined;
}

/** A public key that is written as PKCS#1 alone (`RSA PUBLIC KEY`); undefined for what is none. */
export function rsaPublicKeyOf(der: Uint8Array): PublicKey | undefined {
  const fields = derCursor(der).enter('the public key', DER.sequence);
  fields.next('the modulus', DER.integer);
  fields.next('the exponent', DER.integer);
  fields.finish('the public key');
  if (fields.source.failure !== undefined) return undefined;
  return publicKeyOf(derElement(DER.sequence, RSA_ALGORITHM, derElement(DER.bitString, Uint8Array.of(0), der)));
}

/** The numbers of an RSA key, unsigned and without the DER around them; undefined for other keys and unreadable ones. */
export function rsaNumbers({
  spki,
  algorithm,
}: PublicKey): { readonly modulus: Uint8Array; readonly exponent: Uint8Array } | undefined {
  if (algorithm !== 'RSA' && algorithm !== 'RSA-PSS') return undefined;
  const fields = derCursor(spki).enter('the public key', DER.sequence);
  fields.next('the key algorithm', DER.sequence);
  const bits = fields.contents(fields.next('the key bits', DER.bitString));
  const numbers = derCursor(bits.subarray(1)).enter('the key', DER.sequence);
  const modulus = numbers.contents(numbers.next('the modulus', DER.integer));
  const exponent = numbers.contents(numbers.next('the exponent', DER.integer));
  return numbers.source.failure === undefined ? { modulus, exponent } : undefined;
}

/** Whether two keys of the same algorithm are one; undefined where one of them cannot be read. */
export function samePublicKey(a: PublicKey, b: PublicKey): boolean | undefined {
  if (sameBytes(a.spki, b.spki)) return true;
  if (isNamed(a.curve) && isNamed(b.curve) && a.curve !== b.curve) return false;
  const one = partsOf(a.spki, derCursor(a.spki).enter('the public key', DER.sequence)).identity();
  const other = partsOf(b.spki, derCursor(b.spki).enter('the public key', DER.sequence)).identity();
  return one === undefined || other === undefined ? undefined : one === other;
}

/**
 * A word that is the same for all ways to write one key down: to look keys and certificates up by. Equal words are
 * probably one key, and `samePublicKey` is sure of it.
 */
export function publicKeyWord({ spki, algorithm }: PublicKey): string {
  const { identity } = partsOf(spki, derCursor(spki).enter('the public key', DER.sequence));
  return `${algorithm} ${identity() ?? hexOf(spki)}`;
}

function isNamed(curve: string | undefined): boolean {
  return curve !== undefined && curve !== 'explicit';
}

function partsOf(spki: Uint8Array, fields: DerCursor): KeyParts {
  const algorithm = fields.enter('the key algorithm', DER.sequence);
  const oid = algorithm.oid(algorithm.next('the key algorithm', DER.oid)) ?? '';
  const bitString = fields.next('the key bits', DER.bitString);
  fields.finish('the public key');
  // The first byte counts the unused bits of the last one.
  const inBits = { ...bitString, content: Math.min(bitString.content + 1, bitString.end) };
  const plain = PLAIN_KEYS.get(oid);
  if (plain !== undefined) {
    return {
      key: { spki, algorithm: plain.name, bits: plain.bits, curve: undefined },
      identity: () => fields.hex(inBits),
    };
  }
  switch (oid) {
    case KEY.rsa:
    case KEY.rsaPss: {
      const name = oid === KEY.rsa ? 'RSA' : 'RSA-PSS';
      const numbers = fields.apart(inBits.content, inBits.end).enter('the key', DER.sequence);
      const modulus = numbers.next('the modulus', DER.integer);
      const exponent = numbers.next('the exponent', DER.integer);
      const readable = numbers.source.failure === undefined;
      const bits = readable ? bitLength(numbers.contents(modulus)) : undefined;
      return {
        key: { spki, algorithm: name, bits, curve: undefined },
        identity: () => (readable ? `${numbers.hex(modulus)} ${numbers.hex(exponent)}` : undefined),
      };
    }
    case KEY.dsa: {
      const { bits } = dsaParameters(algorithm);
      return { key: { spki, algorithm: 'DSA', bits, curve: undefined }, identity: () => fields.hex(inBits) };
    }
    case KEY.ec: {
      const { curve, bits } = curveOf(algorithm);
      return { key: { spki, algorithm: 'EC', bits, curve }, identity: () => pointIdentity(fields.contents(inBits)) };
    }
    default:
      return { key: { spki, algorithm: oid, bits: undefined, curve: undefined }, identity: () => undefined };
  }
}

/** Reads the parameters of a DSA algorithm, at which the cursor stands; they may be absent. */
function dsaParameters(algorithm: DerCursor): { readonly bits: number | undefined } {
  if (!algorithm.has(DER.sequence)) return { bits: undefined };
  const numbers = apart(algorithm).enter('the DSA parameters', DER.sequence);
  const prime = numbers.contents(numbers.next('the prime', DER.integer));
  return { bits: numbers.source.failure === undefined ? bitLength(prime) : undefined };
}

/** Reads the parameters of an EC algorithm, at which the cursor stands; undefined fields where there are none. */
export function curveOf(algorithm: DerCursor): {
  readonly curve: string | undefined;
  readonly bits: number | undefined;
} {
  if (algorithm.has(DER.oid)) {
    const oid = algorithm.oid(algorithm.next('the curve', DER.oid)) ?? '';
    const named = CURVES.get(oid);
    return { curve: named?.name ?? oid, bits: named?.bits };
  }
  if (!algorithm.has(DER.sequence)) return { curve: undefined, bits: undefined };
  // SpecifiedECDomain of SEC 1, C.2: version, field, curve, base, order, cofactor.
  const domain = apart(algorithm).enter('the curve', DER.sequence);
  domain.next('the version', DER.integer);
  domain.next('the field', DER.sequence);
  domain.next('the curve', DER.sequence);
  domain.next('the base point', DER.octetString);
  const order = domain.contents(domain.next('the order', DER.integer));
  return { curve: 'explicit', bits: domain.source.failure === undefined ? bitLength(order) : undefined };
}

/** A cursor over the next element that fails alone: what is wrong in there leaves the rest of a certificate readable. */
function apart(cursor: DerCursor): DerCursor {
  return derCursor(cursor.whole(cursor.next('the parameters')));
}

/** A point by its x coordinate and the parity of y, which all its forms have in common (SEC 1, 2.3.3). */
function pointIdentity(point: Uint8Array): string | undefined {
  const form = point[0] ?? 0;
  if (form === 2 || form === 3) return `${form & 1} ${hexOf(point.subarray(1))}`;
  if ((form !== 4 && form !== 6 && form !== 7) || point.length % 2 === 0) return undefined;
  return `${(point[point.length - 1] ?? 0) & 1} ${hexOf(point.subarray(1, (point.length + 1) / 2))}`;
}

/** Bits of an unsigned integer, leading zeros not counted. */
export function bitLength(integer: Uint8Array): number {
  let first = 0;
  while (integer[first] === 0) first++;
  const top = integer[first];
  return top === undefined ? 0 : (integer.length - first) * 8 - Math.clz32(top) + 24;
}
