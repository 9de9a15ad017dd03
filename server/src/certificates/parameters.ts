/** Owns the parameters of a key exchange that stand in a file: Diffie-Hellman's prime, or a curve. */
import type { UnreadableDer } from './certificate.ts';
import { DER, derCursor, hexOf } from './der.ts';
import { bitLength, curveOf } from './public-key.ts';

export interface DhParameters {
  readonly kind: 'dh';
  /** Bits of the prime. */
  readonly bits: number;
  /**
   * `ffdhe` or `modp` for the published primes of RFC 7919 and RFC 3526; they are known by how they start, which no
   * prime made by chance does. Undefined for a prime of one's own.
   */
  readonly family: 'ffdhe' | 'modp' | undefined;
  /** Two unsigned numbers, which are no secret. */
  readonly prime: Uint8Array;
  readonly generator: Uint8Array;
}

export interface EcParameters {
  readonly kind: 'ec';
  /** As in PublicKey. */
  readonly curve: string;
  readonly bits: number | undefined;
}

export type Parameters = DhParameters | EcParameters;

/** Both start with 64 set bits; then come the digits of e, or of pi. */
const FFDHE = 'ffffffffffffffffadf85458a2bb4a9a';
const MODP = 'ffffffffffffffffc90fdaa22168c234';

/** Reads `DH PARAMETERS` (PKCS#3) or `X9.42 DH PARAMETERS`, which both start with the prime and the generator. */
export function readDhParameters(der: Uint8Array): DhParameters | UnreadableDer {
  const file = derCursor(der);
  const fields = file.enter('the parameters', DER.sequence);
  const prime = fields.contents(fields.next('the prime', DER.integer));
  const generator = fields.contents(fields.next('the generator', DER.integer));
  while (fields.more) fields.next('a parameter');
  if (file.source.failure !== undefined) return { kind: 'unreadable', part: 'structure', ...file.source.failure };
  const start = hexOf(prime.subarray(prime[0] === 0 ? 1 : 0, 17));
  return {
    kind: 'dh',
    bits: bitLength(prime),
    family: start.startsWith(FFDHE) ? 'ffdhe' : start.startsWith(MODP) ? 'modp' : undefined,
    prime,
    generator,
  };
}

/** Reads `EC PARAMETERS`: the name of a curve, or one that is written out. */
export function readEcParameters(der: Uint8Array): EcParameters | UnreadableDer {
  const file = derCursor(der);
  const { curve, bits } = curveOf(file);
  const failure =
    file.source.failure ?? (curve === undefined ? { offset: 0, message: 'there is no curve' } : undefined);
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  return { kind: 'ec', curve: curve ?? '', bits };
}
