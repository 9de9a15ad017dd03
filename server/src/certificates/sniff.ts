/** Owns the guess at what a file is that has no PEM block. */
import { readCertificate } from './certificate.ts';
import { DER, derCursor } from './der.ts';
import { oidOf } from './oids.ts';

export type FileKind =
  | 'empty'
  | 'certificate-der'
  | 'key-der'
  | 'pkcs12'
  | 'pkcs7'
  | 'utf-16'
  | 'openssh-key'
  | 'binary'
  | 'text';

/** RFC 2315 and RFC 7292: signed data, and the data that a PKCS#12 file holds. */
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
/** The start of the block in an OpenSSH private key, and how an OpenSSH public key starts. */
const OPENSSH = /^\s*(-----BEGIN OPENSSH PRIVATE KEY-----|(ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+ AAAA)/;

/** What the bytes of a whole file seem to be. Never throws. */
export function sniff(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return 'empty';
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
  const der = first === DER.sequence ? sniffDer(bytes) : undefined;
  if (der !== undefined) return der;
  const head = bytes.subarray(0, 1024);
  const ascii = new TextDecoder('latin1').decode(head);
  // UTF-16 without a mark: every other byte of a hyphen, letter or line end is NUL.
  if (/^\0?(?:[\t\n\r -~]\0){4}/.test(ascii)) return 'utf-16';
  if (OPENSSH.test(ascii)) return 'openssh-key';
  if (ascii.trim() === '' && bytes.length <= 1024) return 'empty';
  return head.includes(0) ? 'binary' : 'text';
}

function sniffDer(bytes: Uint8Array): FileKind | undefined {
  if (readCertificate(bytes).kind === 'certificate') return 'certificate-der';
  const file = derCursor(bytes);
  const fields = file.enter('the file', DER.sequence);
  if (fields.has(DER.oid)) {
    const oid = oidOf(fields.contents(fields.next('the content type')));
    return oid === SIGNED_DATA ? 'pkcs7' : undefined;
  }
  if (!fields.has(DER.integer)) return undefined;
  const version = fields.contents(fields.next('the version'))[0];
  if (version === 3 && fields.has(DER.sequence)) {
    const content = fields.enter('the content', DER.sequence);
    const oid = oidOf(content.contents(content.next('the content type', DER.oid)));
    return oid === DATA || oid === SIGNED_DATA ? 'pkcs12' : undefined;
  }
  // PKCS#8 goes on with its algorithm, PKCS#1 with the modulus, SEC 1 with the private number.
  const isKey = fields.has(DER.sequence) || fields.has(DER.integer) || fields.has(DER.octetString);
  fields.next('the key');
  return isKey && fields.more && (version === 0 || version === 1) ? 'key-der' : undefined;
}
