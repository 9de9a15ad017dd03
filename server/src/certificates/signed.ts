/** Owns the outer form of all that is signed in X.509: what was signed, how, and the signature. */
import { DER, derCursor } from './der.ts';

/** Views of the DER that they were read from. */
export interface Signed {
  /** What the signature is over, with tag and length. */
  readonly content: Uint8Array;
  /** The AlgorithmIdentifier beside the signature, with tag and length. */
  readonly algorithm: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes a certificate, a request or a CRL apart; undefined for what is none of them. */
export function readSigned(der: Uint8Array): Signed | undefined {
  const file = derCursor(der);
  const fields = file.enter('the signed data', DER.sequence);
  const content = fields.whole(fields.next('the content', DER.sequence));
  const algorithm = fields.whole(fields.next('the algorithm', DER.sequence));
  const bits = fields.contents(fields.next('the signature', DER.bitString));
  fields.finish('the signed data');
  // The first byte counts the unused bits of the last one; signatures are whole bytes.
  if (file.source.failure !== undefined || bits[0] !== 0) return undefined;
  return { content, algorithm, signature: bits.subarray(1) };
}
