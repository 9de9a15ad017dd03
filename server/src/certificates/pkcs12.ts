/** Owns PKCS#12 containers (`.p12`, `.pfx`, RFC 7292): the certificates in them, where the password opens them. */
import { derOfBer } from './ber.ts';
import { type Certificate, readCertificate, type UnreadableDer } from './certificate.ts';
import { DER, type DerCursor, derCursor } from './der.ts';
import { stringOf } from './distinguished-name.ts';
import { oidOf } from './oids.ts';
import { decrypted } from './pkcs12-cipher.ts';

/** Keys in it are counted, never opened. */
export interface Keystore {
  readonly certificates: readonly { readonly certificate: Certificate; readonly name: string | undefined }[];
  readonly keys: number;
  /**
   * Why a part stays closed: the password is another one; the cipher is one that libraries have dropped (RC2, RC4) or
   * none that is known here. Undefined where all could be looked at.
   */
  readonly closed: 'password' | 'cipher' | undefined;
}

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const BAG = '1.2.840.113549.1.12.10.1.';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
/** Safes in safes. */
const DEPTH = 4;
/** Containers have two; each can want a key that takes some time to derive. */
const PARTS = 8;
const BAGS = 10_000;

interface Contents {
  readonly certificates: { certificate: Certificate; name: string | undefined }[];
  keys: number;
  bags: number;
  closed: Keystore['closed'];
}

/**
 * Reads a container in DER or BER. The password is the empty one unless given; deriving its key takes as long as the
 * container wants, up to about a second, so nobody calls this for every file. Never throws.
 */
export function readKeystore(bytes: Uint8Array, password = ''): Keystore | UnreadableDer {
  const file = derCursor(derOfBer(bytes) ?? bytes);
  const fields = file.enter('the container', DER.sequence);
  fields.next('the version', DER.integer);
  const content = contentOf(fields);
  const found: Contents = { certificates: [], keys: 0, bags: 0, closed: undefined };
  if (content?.type === DATA) {
    const parts = derCursor(content.data).enter('the parts', DER.sequence);
    for (let count = 0; parts.more && count < PARTS; count++) readPart(parts, password, found);
    if (parts.source.failure !== undefined) return { kind: 'unreadable', part: 'structure', ...parts.source.failure };
  }
  const { failure } = file.source;
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  const { certificates, keys, closed } = found;
  return { certificates, keys, closed };
}

/** A ContentInfo with data; undefined for other contents. */
function contentOf(cursor: DerCursor): { readonly type: string; readonly data: Uint8Array } | undefined {
  const info = cursor.enter('the content', DER.sequence);
  const type = oidOf(info.contents(info.next('the content type', DER.oid))) ?? '';
  if (!info.more) return undefined;
  const value = info.enter('the content', 0xa0);
  if (type === DATA) return { type, data: value.contents(value.next('the data', DER.octetString)) };
  return { type, data: value.whole(value.next('the content')) };
}

function readPart(parts: DerCursor, password: string, found: Contents): void {
  const content = contentOf(parts);
  if (content?.type === DATA) readSafe(content.data, found, 0);
  if (content?.type !== ENCRYPTED_DATA) return;
  const fields = derCursor(content.data).enter('the encrypted data', DER.sequence);
  fields.next('the version', DER.integer);
  const info = fields.enter('the encrypted content', DER.sequence);
  info.next('the content type', DER.oid);
  const algorithm = info.whole(info.next('the cipher', DER.sequence));
  const secret = info.has(0xa0)
    ? piecesOf(info.enter('the secret', 0xa0))
    : info.contents(info.next('the secret', 0x80));
  if (info.source.failure !== undefined) return;
  const opened = decrypted(algorithm, secret, password);
  // A wrong password can leave bytes that only look decrypted.
  if (typeof opened === 'string' || !readSafe(opened, found, 0))
    found.closed ??= opened === 'cipher' ? 'cipher' : 'password';
}

/** An implicitly tagged octet string that BER wrote in pieces. */
function piecesOf(pieces: DerCursor): Uint8Array {
  const parts: Uint8Array[] = [];
  while (pieces.more) parts.push(pieces.contents(pieces.next('a piece', DER.octetString)));
  return new Uint8Array(Buffer.concat(parts));
}

/** Whether the bytes are a safe to their end. */
function readSafe(bytes: Uint8Array, found: Contents, depth: number): boolean {
  const file = derCursor(bytes);
  const bags = file.enter('the safe', DER.sequence);
  file.finish('the safe');
  while (bags.more && found.bags++ < BAGS) {
    const fields = bags.enter('a bag', DER.sequence);
    const type = oidOf(fields.contents(fields.next('the kind of a bag', DER.oid))) ?? '';
    const value = fields.enter('what a bag holds', 0xa0);
    if (type === `${BAG}1` || type === `${BAG}2`) found.keys++;
    if (type === `${BAG}3`) readCertificateBag(value, fields, found);
    if (type === `${BAG}6` && depth < DEPTH) readSafe(value.whole(value.next('a safe')), found, depth + 1);
  }
  return file.source.failure === undefined;
}

function readCertificateBag(value: DerCursor, fields: DerCursor, found: Contents): void {
  const bag = value.enter('a certificate', DER.sequence);
  const isX509 = oidOf(bag.contents(bag.next('its kind', DER.oid))) === X509_CERTIFICATE;
  const holder = bag.enter('a certificate', 0xa0);
  const certificate = readCertificate(holder.contents(holder.next('a certificate', DER.octetString)));
  if (isX509 && certificate.kind === 'certificate') found.certificates.push({ certificate, name: nameOf(fields) });
}

/** The name that people gave a bag, where the cursor stands at its attributes. */
function nameOf(fields: DerCursor): string | undefined {
  if (!fields.has(DER.set)) return undefined;
  const attributes = fields.enter('the attributes', DER.set);
  while (attributes.more) {
    const attribute = attributes.enter('an attribute', DER.sequence);
    const isName = oidOf(attribute.contents(attribute.next('the attribute', DER.oid))) === FRIENDLY_NAME;
    const values = attribute.enter('its values', DER.set);
    if (isName && values.more) return stringOf(values, values.next('the name'));
  }
  return undefined;
}
