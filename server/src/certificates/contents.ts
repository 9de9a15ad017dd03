/** Owns which certificates a file without any PEM block holds: one in DER, a bundle, or a container that opens without a password. */
import type { SourceFile } from '../files/store.ts';
import type { Certificate } from './certificate.ts';
import type { PemFile } from './file.ts';
import type { PemObject } from './objects.ts';
import { type Keystore, readKeystore } from './pkcs12.ts';

/** A container is opened once for each version of its file: that can take some tenths of a second. */
const opened = new WeakMap<PemFile, { readonly keystore: Keystore | undefined }>();

/** A PKCS#12 container as far as the empty password opens it; undefined for other files, and for what is none inside. */
function keystoreOf(pem: PemFile, source: Pick<SourceFile, 'bytes'>): Keystore | undefined {
  if (pem.content !== 'pkcs12') return undefined;
  let found = opened.get(pem);
  if (found === undefined) {
    const read = readKeystore(source.bytes);
    found = { keystore: 'kind' in read ? undefined : read };
    opened.set(pem, found);
  }
  return found.keystore;
}

/** The certificates of a file without any PEM block, in its order. */
export function bareCertificates(pem: PemFile, source: Pick<SourceFile, 'bytes'>): readonly Certificate[] {
  const keystore = keystoreOf(pem, source);
  if (keystore !== undefined) return keystore.certificates.map(({ certificate }) => certificate);
  return pem.object === undefined ? [] : certificatesIn(pem.object);
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
