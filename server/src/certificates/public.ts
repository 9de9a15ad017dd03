/** Owns what is publicly trusted: a dated snapshot of the public roots, and whether a certificate is for the public. */
import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { chainOf } from './chain.ts';
import { folded } from './name-key.ts';
import { PUBLIC_ROOTS } from './public-roots.generated.ts';

export { SNAPSHOT_DATE } from './public-roots.generated.ts';

/** A root of the snapshot. Its key itself is not known, so nothing can be verified with it. */
export interface PublicRoot {
  /** SHA-256 of its SubjectPublicKeyInfo, in base64. */
  readonly keyHash: string;
  /** Its subject key identifier in lower-case hexadecimal; undefined where it has none. */
  readonly keyId: string | undefined;
  /** Its subject as RFC 4514 writes it. */
  readonly name: string;
}

/** The reserved policies of the CA/Browser Forum: extended, domain, organization, individual validated. */
const PUBLIC_POLICIES = new Set(['2.23.140.1.1', '2.23.140.1.2.1', '2.23.140.1.2.2', '2.23.140.1.2.3']);

let roots: readonly PublicRoot[] | undefined;

/** The roots of the snapshot, read when they are first asked for. */
export function publicRoots(): readonly PublicRoot[] {
  roots ??= PUBLIC_ROOTS.trim()
    .split('\n')
    .map((line) => {
      const [keyHash = '', keyId = '-', ...name] = line.split(' ');
      const hex = keyId === '-' ? undefined : Buffer.from(keyId, 'base64').toString('hex');
      return { keyHash, keyId: hex, name: name.join(' ') };
    });
  return roots;
}

/** The public root that has the key of this certificate, which may also be a cross-signed form of the root. */
export function publicRootOf({ publicKey }: Pick<Certificate, 'publicKey'>): PublicRoot | undefined {
  const hash = createHash('sha256').update(publicKey.spki).digest('base64');
  return publicRoots().find(({ keyHash }) => keyHash === hash);
}

/** The public root that the certificate names as its issuer, by name and by key identifier; no signature is verified. */
export function publicIssuerOf({
  issuer,
  authorityKeyId,
}: Pick<Certificate, 'issuer' | 'authorityKeyId'>): PublicRoot | undefined {
  if (authorityKeyId === undefined) return undefined;
  const root = publicRoots().find(({ keyId }) => keyId === authorityKeyId);
  return root !== undefined && folded(root.name) === folded(issuer.text) ? root : undefined;
}

/**
 * Whether a certificate is for the public, so that the rules of browsers for public authorities hold for it: it says so
 * itself (a policy of the CA/Browser Forum and embedded timestamps of certificate logs), or the certificates at hand
 * lead from it to a public root. Without any of these it counts as private.
 */
export function isPublic(leaf: Certificate, others: readonly Certificate[]): boolean {
  if (leaf.scts > 0 && leaf.policies.some((policy) => PUBLIC_POLICIES.has(policy))) return true;
  const path = others.length === 0 ? [leaf] : chainOf(leaf, others).path;
  return path.some((one) => publicRootOf(one) !== undefined || publicIssuerOf(one) !== undefined);
}
