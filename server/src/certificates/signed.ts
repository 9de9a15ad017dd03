/** Owns the outer form of all that is signed in X.509 (certificates, requests, revocation lists): what, how, the signature. */
import { DER, type DerCursor, type DerNode, derCursor } from './der.ts';
import { HASHES, KEY, PLAIN_KEYS, SIGNATURE_ALGORITHMS } from './oids.ts';

/** Views of the DER that they were read from. */
export interface Signed {
  /** What the signature is over, with tag and length. */
  readonly content: Uint8Array;
  /** The AlgorithmIdentifier beside the signature, with tag and length. */
  readonly algorithm: Uint8Array;
  /** Empty where its bits are no whole bytes, which no algorithm makes. */
  readonly signature: Uint8Array;
}

/** Reads what is signed to its end; `what` names it. The cursor stands at the first field of the content, the node is the algorithm beside it. */
export function readEnvelope(fields: DerCursor, what: string): readonly [Signed, DerCursor, DerNode] {
  const content = fields.next(`the body of ${what}`, DER.sequence);
  const algorithm = fields.next('the signature algorithm', DER.sequence);
  const bits = fields.next('the signature', DER.bitString);
  fields.finish(what);
  return [new Envelope(fields.source.bytes, content, algorithm, bits), fields.inside(content), algorithm];
}

/** What is signed, cut out when somebody wants to verify it: most certificates are never verified. */
class Envelope implements Signed {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #algorithm: number;
  readonly #end: number;
  readonly #bits: number;
  readonly #bitsEnd: number;

  /** The three elements follow each other. */
  constructor(bytes: Uint8Array, content: DerNode, algorithm: DerNode, bits: DerNode) {
    this.#bytes = bytes;
    this.#start = content.start;
    this.#algorithm = algorithm.start;
    this.#end = algorithm.end;
    this.#bits = bits.content;
    this.#bitsEnd = bits.end;
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#algorithm);
  }

  get algorithm(): Uint8Array {
    return this.#bytes.subarray(this.#algorithm, this.#end);
  }

  get signature(): Uint8Array {
    const bits = this.#bytes.subarray(this.#bits, this.#bitsEnd);
    // The first byte counts the unused bits of the last one.
    return bits.subarray(bits[0] === 0 ? 1 : bits.length);
  }
}

/** OpenSSL's name of a signature's AlgorithmIdentifier; the object identifier where it has none here. */
export function signatureName(algorithm: Uint8Array): string {
  return nameIn(derCursor(algorithm).enter('the signature algorithm', DER.sequence));
}

/** The same for one that a cursor has read. */
export function signatureNameAt(fields: DerCursor, algorithm: DerNode): string {
  return nameIn(fields.apart(algorithm.content, algorithm.end));
}

function nameIn(fields: DerCursor): string {
  const oid = algorithmOid(fields);
  return SIGNATURE_ALGORITHMS.get(oid) ?? PLAIN_KEYS.get(oid)?.name ?? oid;
}

/**
 * The hash that a signature is made over, as in `SHA-256`; undefined where the algorithm has none of its own (Ed25519,
 * ML-DSA) and where it is not known. RSASSA-PSS names it in its parameters, SHA-1 where they are silent (RFC 4055, 3.1).
 */
export function signatureHash(algorithm: Uint8Array): string | undefined {
  const outer = derCursor(algorithm).enter('the signature algorithm', DER.sequence);
  const oid = algorithmOid(outer);
  if (oid !== KEY.rsaPss) {
    const found = /(md2|md5|sha\d+)/i.exec(SIGNATURE_ALGORITHMS.get(oid) ?? '')?.[1];
    return found?.toUpperCase().replace(/^SHA/, 'SHA-');
  }
  const fields = outer.enter('the parameters', DER.sequence);
  if (!fields.has(0xa0)) return fields.source.failure === undefined ? 'SHA-1' : undefined;
  return HASHES.get(algorithmOid(fields.enter('the hash', 0xa0).enter('the hash', DER.sequence)));
}

/** The object identifier of an AlgorithmIdentifier at whose first field the cursor stands; empty where there is none. */
function algorithmOid(fields: DerCursor): string {
  return fields.oid(fields.next('the algorithm', DER.oid)) ?? '';
}
