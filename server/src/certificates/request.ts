/** Owns certificate requests (PKCS#10, RFC 2986): for whom, for which key, with which wishes. */
import type { UnreadableDer } from './certificate.ts';
import { DER, type DerCursor, derCursor } from './der.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { type Extensions, noExtensions, readExtensions } from './extensions.ts';
import { oidOf } from './oids.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { readEnvelope, type Signed, signatureName } from './signed.ts';

export interface CertificateRequest {
  readonly der: Uint8Array;
  readonly subject: DistinguishedName;
  readonly publicKey: PublicKey;
  /** What the certificate is wished to have. */
  readonly extensions: Extensions;
  /** OpenSSL's name. */
  readonly signatureAlgorithm: string;
  /** Signed with the key that the request is for. */
  readonly signed: Signed;
}

/** RFC 2985, 5.4.2, and what Microsoft's older tools write instead. */
const EXTENSION_REQUESTS = new Set(['1.2.840.113549.1.9.14', '1.3.6.1.4.1.311.2.1.14']);

/** Reads a request strictly, as `readCertificate` does. A challenge password in it is not kept. */
export function readRequest(der: Uint8Array): CertificateRequest | UnreadableDer {
  const file = derCursor(der);
  const request = file.enter('the request', DER.sequence);
  file.finish('the request');
  const [signed, fields] = readEnvelope(request, 'the request');
  fields.next('the version', DER.integer);
  const subject = readName(fields, 'the subject');
  const publicKey = readPublicKey(fields);
  // Old tools leave empty attributes out.
  const extensions = fields.has(0xa0) ? readAttributes(fields.enter('the attributes', 0xa0)) : noExtensions();
  fields.finish('the body of the request');
  const { failure } = file.source;
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  return { der, subject, publicKey, extensions, signatureAlgorithm: signatureName(signed.algorithm), signed };
}

function readAttributes(attributes: DerCursor): Extensions {
  let found: Extensions | undefined;
  while (attributes.more) {
    const attribute = attributes.enter('an attribute', DER.sequence);
    const oid = oidOf(attribute.contents(attribute.next('the attribute', DER.oid))) ?? '';
    const values = attribute.enter('the values of an attribute', DER.set);
    if (!EXTENSION_REQUESTS.has(oid) || found !== undefined) continue;
    found = readExtensions(values.enter('the extensions', DER.sequence));
  }
  return found ?? noExtensions();
}
