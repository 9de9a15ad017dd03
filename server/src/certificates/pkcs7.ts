/** Owns PKCS#7 bundles (`.p7b`): signed data without a signature, which only carries certificates and CRLs. */
import { derOfBer } from './ber.ts';
import { type Certificate, readCertificate, type UnreadableDer } from './certificate.ts';
import { DER, derCursor } from './der.ts';
import { oidOf } from './oids.ts';

export interface CertificateBundle {
  /** In the order of the file; what is no readable certificate is left out. */
  readonly certificates: readonly Certificate[];
  /** How many members are no certificates that can be read. */
  readonly unreadable: number;
  readonly revocationLists: number;
}

/** RFC 2315, 14. */
export const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** A bundle of some hundred certificates is a trust store; with more than this it is something else. */
const LIMIT = 10_000;

/** Reads signed data in DER or BER. Never throws. */
export function readBundle(bytes: Uint8Array): CertificateBundle | UnreadableDer {
  const file = derCursor(derOfBer(bytes) ?? bytes);
  const info = file.enter('the bundle', DER.sequence);
  const typeNode = info.next('the content type', DER.oid);
  if (oidOf(info.contents(typeNode)) !== SIGNED_DATA) info.fail(typeNode.start, 'the content is no signed data');
  const fields = info.enter('the content', 0xa0).enter('the signed data', DER.sequence);
  fields.next('the version', DER.integer);
  fields.next('the hashes', DER.set);
  fields.next('the signed content', DER.sequence);
  const certificates: Certificate[] = [];
  let unreadable = 0;
  if (fields.has(0xa0)) {
    const members = fields.enter('the certificates', 0xa0);
    while (members.more && certificates.length + unreadable < LIMIT) {
      const read = readCertificate(members.whole(members.next('a certificate')));
      if (read.kind === 'certificate') certificates.push(read);
      else unreadable++;
    }
  }
  let revocationLists = 0;
  if (fields.has(0xa1)) {
    const members = fields.enter('the revocation lists', 0xa1);
    for (; members.more; revocationLists++) members.next('a revocation list');
  }
  const { failure } = file.source;
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  return { certificates, unreadable, revocationLists };
}
