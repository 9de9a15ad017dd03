/** Owns the reading of X.509 certificates into what findings speak of. */
import { DER, type DerCursor, derCursor, sameBytes, serialOf } from './der.ts';
import { type DistinguishedName, readIssuer, readName } from './distinguished-name.ts';
import { type Extensions, noExtensions, readExtensions } from './extensions.ts';
import { type PublicKey, readPublicKey } from './public-key.ts';
import { readEnvelope, type Signed, signatureNameAt } from './signed.ts';
import { timeOf } from './time.ts';

export interface Certificate extends Extensions {
  readonly kind: 'certificate';
  readonly der: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Lower-case hexadecimal, two digits a byte, without leading zero bytes; a minus before what RFC 5280 forbids. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Milliseconds since 1970; valid from this moment … */
  readonly notBefore: number;
  /** … up to and including this one. */
  readonly notAfter: number;
  /** OpenSSL's name, such as `sha256WithRSAEncryption`; the object identifier where it has none here. */
  readonly signatureAlgorithm: string;
  /** What the issuer signed, and how. */
  readonly signed: Signed;
  /** Whether the signature algorithm inside the signed body is the one beside the signature (RFC 5280, 4.1.1.2). */
  readonly signatureAgrees: boolean;
  readonly publicKey: PublicKey;
  /** Whether subject and issuer are the same name. */
  readonly selfIssued: boolean;
}

/** DER that is not what it should be, and the byte at which that shows. */
export interface UnreadableDer {
  readonly kind: 'unreadable';
  /** `time`: the structure is sound, and only a time is none; servers load such a certificate, clients refuse it. */
  readonly part: 'structure' | 'time';
  readonly message: string;
  readonly offset: number;
}

/**
 * Reads one certificate strictly: bytes behind it, BER, and times that are no date on the calendar are damage. An
 * extension that cannot be read leaves the certificate readable (`malformed`). Never throws.
 */
export function readCertificate(der: Uint8Array): Certificate | UnreadableDer {
  const file = derCursor(der);
  const certificate = file.enter('the certificate', DER.sequence);
  file.finish('the certificate');
  const [signed, fields, outerAlgorithm] = readEnvelope(certificate, 'the certificate');

  const version = fields.has(0xa0) ? readVersion(fields.enter('the version', 0xa0)) : 1;
  const serial = fields.contents(fields.next('the serial number', DER.integer));
  const algorithm = fields.next('the signature algorithm', DER.sequence);
  const issuer = readIssuer(fields, 'the issuer');
  const validity = fields.enter('the validity', DER.sequence);
  const notBefore = readTime(validity, 'notBefore');
  const notAfter = readTime(validity, 'notAfter');
  validity.finish('the validity');
  const subject = readName(fields, 'the subject');
  const publicKey = readPublicKey(fields);
  for (const uniqueId of [0x81, 0x82]) if (fields.has(uniqueId)) fields.next('a unique id');
  let found = noExtensions();
  if (fields.has(0xa3)) {
    const holder = fields.enter('the extensions', 0xa3);
    found = readExtensions(holder.enter('the extensions', DER.sequence));
    holder.finish('the extensions');
  }
  fields.finish('the certificate body');

  const { failure } = file.source;
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  const badTime = notBefore.time === undefined ? notBefore : notAfter;
  if (notBefore.time === undefined || notAfter.time === undefined) {
    return { kind: 'unreadable', part: 'time', offset: badTime.offset, message: `${badTime.what} is not a valid time` };
  }
  return {
    kind: 'certificate',
    der,
    version,
    serial: serialOf(serial),
    subject,
    issuer,
    notBefore: notBefore.time,
    notAfter: notAfter.time,
    signatureAlgorithm: signatureNameAt(fields, algorithm),
    signed,
    signatureAgrees: fields.same(algorithm, outerAlgorithm),
    publicKey,
    selfIssued: sameBytes(subject.der, issuer.der),
    // One by one: a spread of so many makes an object that is slow to make and large to keep.
    extensions: found.extensions,
    san: found.san,
    isCA: found.isCA,
    pathLength: found.pathLength,
    keyUsage: found.keyUsage,
    extendedKeyUsage: found.extendedKeyUsage,
    subjectKeyId: found.subjectKeyId,
    authorityKeyId: found.authorityKeyId,
    authorityIssuer: found.authorityIssuer,
    authoritySerial: found.authoritySerial,
    ocspUris: found.ocspUris,
    issuerUris: found.issuerUris,
    crlUris: found.crlUris,
    policies: found.policies,
    policyMappings: found.policyMappings,
    policyConstraints: found.policyConstraints,
    inhibitAnyPolicy: found.inhibitAnyPolicy,
    nameConstraints: found.nameConstraints,
    tlsFeatures: found.tlsFeatures,
    scts: found.scts,
    malformed: found.malformed,
  };
}

/** The number is one less than the version; one that no X.509 has is given as it is. */
function readVersion(holder: DerCursor): number {
  const bytes = holder.contents(holder.next('the version', DER.integer));
  holder.finish('the version');
  return bytes.length === 1 ? (bytes[0] ?? 0) + 1 : 0;
}

function readTime(cursor: DerCursor, what: string) {
  const node = cursor.next(what);
  return { what, offset: node.start, time: timeOf(node.tag, cursor.source.bytes, node.content, node.end) };
}
