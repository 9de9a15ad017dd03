/** Owns which certificates and keys a file without any PEM block holds: one in DER, a bundle, or a container that opens. */
import type { Certificate } from './certificate.ts';
import type { PrivateKey } from './key.ts';
import type { PemObject } from './objects.ts';
import type { ReadFile } from './store.ts';

/** The certificates of a file without any PEM block, in its order. */
export function bareCertificates({ pem, keystore }: ReadFile): readonly Certificate[] {
  if (keystore !== undefined) return keystore.certificates.map(({ certificate }) => certificate);
  return pem.object === undefined ? [] : certificatesIn(pem.object);
}

/** The keys of a file without any PEM block. */
export function bareKeys({ pem: { object }, keystore }: ReadFile): readonly PrivateKey[] {
  if (keystore !== undefined) return keystore.keys;
  return object?.kind === 'key' ? [object.key] : [];
}

/** The certificates of one object. */
export function certificatesIn(object: PemObject | { readonly kind: 'damaged' }): readonly Certificate[] {
  switch (object.kind) {
    case 'certificate':
      return [object.certificate];
    case 'bundle':
      return object.bundle.certificates;
    default:
      return [];
  }
}
