/** Owns the question whether certificates and private keys belong together. */
import type { Certificate } from './certificate.ts';
import type { PrivateKey } from './key.ts';
import { samePublicKey } from './public-key.ts';

/** `other-type`: the key is of another algorithm than the certificate's. `unknown`: encrypted, or not computable. */
export type KeyMatch = 'match' | 'mismatch' | 'other-type' | 'unknown';

/** Whether a private key belongs to a certificate. */
export function keyMatch(certificate: Pick<Certificate, 'publicKey'>, key: PrivateKey): KeyMatch {
  if (key.algorithm === undefined) return 'unknown';
  if (key.algorithm !== certificate.publicKey.algorithm) return 'other-type';
  if (key.publicKey === undefined) return 'unknown';
  const same = samePublicKey(certificate.publicKey, key.publicKey);
  return same === undefined ? 'unknown' : same ? 'match' : 'mismatch';
}

/** What one certificate finds in a set of keys. */
export interface SetMatch {
  readonly result: KeyMatch;
  /** The index of the key that matches; undefined for other results. */
  readonly key: number | undefined;
}

/**
 * Matches several certificates of one server against all its keys, whatever their order: OpenSSL keeps them by type.
 * The best result of each certificate, in their order: a key that belongs to it, or one that may, or a foreign key of
 * its type, or only keys of other types.
 */
export function matchSets(
  certificates: readonly Pick<Certificate, 'publicKey'>[],
  keys: readonly PrivateKey[],
): readonly SetMatch[] {
  return certificates.map((certificate) => {
    const results = keys.map((key) => keyMatch(certificate, key));
    const key = results.indexOf('match');
    if (key >= 0) return { result: 'match', key };
    const rest = (['unknown', 'mismatch', 'other-type'] as const).find((result) => results.includes(result));
    return { result: rest ?? 'unknown', key: undefined };
  });
}
