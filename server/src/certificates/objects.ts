/** Owns what a PEM block or a binary file can hold: one decoded form for hovers, outlines, lists and rules. */
import { type Certificate, readCertificate, type UnreadableDer } from './certificate.ts';
import { DER, derCursor } from './der.ts';
import { isKeyLabel, type PrivateKey, readPrivateKey } from './key.ts';
import { type OpensshKey, readOpensshKey } from './openssh-key.ts';
import { type Parameters, readDhParameters, readEcParameters } from './parameters.ts';
import type { PemBlock } from './pem.ts';
import { type CertificateBundle, readBundle } from './pkcs7.ts';
import { type PublicKey, publicKeyOf, rsaPublicKeyOf } from './public-key.ts';
import { type CertificateRequest, readRequest } from './request.ts';
import { type RevocationList, readRevocationList } from './revocation-list.ts';

/** Holds no secret bytes, whatever the block holds. */
export type PemObject =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'key'; readonly key: PrivateKey }
  | { readonly kind: 'request'; readonly request: CertificateRequest }
  | { readonly kind: 'revocation-list'; readonly list: RevocationList }
  | { readonly kind: 'public-key'; readonly publicKey: PublicKey }
  | { readonly kind: 'parameters'; readonly parameters: Parameters }
  | { readonly kind: 'bundle'; readonly bundle: CertificateBundle }
  | { readonly kind: 'openssh-key'; readonly key: OpensshKey }
  /** A block of a kind that nothing here reads, such as `PGP MESSAGE`. */
  | { readonly kind: 'other' };

export type ObjectKind = PemObject['kind'];

/** Names of the kinds, for sentences. */
export const OBJECT_NAMES: Readonly<Record<ObjectKind, string>> = {
  certificate: 'certificate',
  key: 'private key',
  request: 'certificate request',
  'revocation-list': 'revocation list',
  'public-key': 'public key',
  parameters: 'parameters',
  bundle: 'PKCS#7 bundle',
  'openssh-key': 'OpenSSH private key',
  other: 'block',
};

/**
 * Labels by what OpenSSL's `check_pem` (crypto/pem/pem_lib.c) lets them stand for. X509_AUX takes the three labels of
 * certificates; the first two are equal.
 */
const LABELS: ReadonlyMap<string, ObjectKind> = new Map<string, ObjectKind>([
  ['CERTIFICATE', 'certificate'],
  ['X509 CERTIFICATE', 'certificate'],
  ['TRUSTED CERTIFICATE', 'certificate'],
  ['CERTIFICATE REQUEST', 'request'],
  ['NEW CERTIFICATE REQUEST', 'request'],
  ['X509 CRL', 'revocation-list'],
  ['PUBLIC KEY', 'public-key'],
  ['RSA PUBLIC KEY', 'public-key'],
  ['DH PARAMETERS', 'parameters'],
  ['X9.42 DH PARAMETERS', 'parameters'],
  ['EC PARAMETERS', 'parameters'],
  ['PKCS7', 'bundle'],
  ['PKCS #7 SIGNED DATA', 'bundle'],
  ['CMS', 'bundle'],
  ['OPENSSH PRIVATE KEY', 'openssh-key'],
]);

/** What a block with this label holds. */
export function kindOfLabel(label: string): ObjectKind {
  return isKeyLabel(label) ? 'key' : (LABELS.get(label) ?? 'other');
}

/** Decodes a block by its label. OpenSSL looks at the first element alone, whatever follows it. Never throws. */
export function readObject(block: Pick<PemBlock, 'label' | 'header' | 'bytes'>): PemObject | UnreadableDer {
  const { label, bytes } = block;
  const kind = kindOfLabel(label);
  switch (kind) {
    case 'certificate': {
      const certificate = readCertificate(firstElement(bytes));
      return certificate.kind === 'unreadable' ? certificate : { kind, certificate };
    }
    case 'key': {
      const key = readPrivateKey(block);
      return key.kind === 'unreadable' ? key : { kind, key };
    }
    case 'request': {
      const request = readRequest(firstElement(bytes));
      return 'kind' in request ? request : { kind, request };
    }
    case 'revocation-list': {
      const list = readRevocationList(firstElement(bytes));
      return 'kind' in list ? list : { kind, list };
    }
    case 'public-key': {
      const first = firstElement(bytes);
      const publicKey = label === 'RSA PUBLIC KEY' ? rsaPublicKeyOf(first) : publicKeyOf(first);
      if (publicKey !== undefined) return { kind, publicKey };
      return { kind: 'unreadable', part: 'structure', offset: 0, message: 'there is no key' };
    }
    case 'parameters': {
      const parameters = label === 'EC PARAMETERS' ? readEcParameters(bytes) : readDhParameters(firstElement(bytes));
      return parameters.kind === 'unreadable' ? parameters : { kind, parameters };
    }
    case 'bundle': {
      const bundle = readBundle(bytes);
      return 'kind' in bundle ? bundle : { kind, bundle };
    }
    case 'openssh-key': {
      const key = readOpensshKey(bytes);
      return 'kind' in key ? key : { kind, key };
    }
    case 'other':
      return { kind };
  }
}

/** The first DER element: trust settings, or garbage, may follow it. */
export function firstElement(bytes: Uint8Array): Uint8Array {
  const cursor = derCursor(bytes);
  const node = cursor.next('the block', DER.sequence);
  return cursor.source.failure === undefined && node.end < bytes.length ? cursor.whole(node) : bytes;
}
