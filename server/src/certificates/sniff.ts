/** Owns files without any PEM block: what they are by their bytes, and the object in those that hold one in DER. */
import { readCertificate, type UnreadableDer } from './certificate.ts';
import { DER } from './der.ts';
import { readPrivateKey } from './key.ts';
import type { PemObject } from './objects.ts';
import { oidOf } from './oids.ts';
import { readBundle, SIGNED_DATA } from './pkcs7.ts';
import { publicKeyOf } from './public-key.ts';
import { readRequest } from './request.ts';
import { readRevocationList } from './revocation-list.ts';

export type FileKind =
  | 'empty'
  | 'certificate-der'
  | 'key-der'
  | 'public-key-der'
  | 'request-der'
  | 'revocation-list-der'
  | 'pkcs12'
  | 'pkcs7'
  | 'utf-16'
  | 'openssh-key'
  | 'binary'
  | 'text';

/** A file without any PEM block. */
export interface BareFile {
  readonly content: FileKind;
  /** What it holds in DER; a PKCS#12 container is opened by `readKeystore`. */
  readonly object: PemObject | undefined;
  /** Why what certainly starts as a certificate, request or revocation list in DER cannot be read. */
  readonly unreadable: UnreadableDer | undefined;
}

/** Data, which a PKCS#12 file holds (RFC 7292, 4). */
const DATA = '1.2.840.113549.1.7.1';
/** How an OpenSSH public key starts. */
const OPENSSH = /^\s*(ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+ AAAA/;
const KEY_LABELS = ['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'];

/** What the bytes of a whole file are. Never throws. */
export function readBareFile(bytes: Uint8Array): BareFile {
  const object = bytes[0] === DER.sequence ? readDer(bytes) : undefined;
  if (object !== undefined) return { content: CONTENTS[object.kind] ?? 'binary', object, unreadable: undefined };
  const content = containerOf(bytes) ?? sniffText(bytes);
  if (!isSignedShape(bytes)) return { content, object: undefined, unreadable: undefined };
  return { content: 'binary', object: undefined, unreadable: whyUnreadable(bytes) };
}

function containerOf(bytes: Uint8Array): FileKind | undefined {
  if (bytes[0] !== DER.sequence) return undefined;
  return isKeystore(bytes) ? 'pkcs12' : isBundle(bytes) ? 'pkcs7' : undefined;
}

const CONTENTS: Partial<Record<PemObject['kind'], FileKind>> = {
  certificate: 'certificate-der',
  key: 'key-der',
  'public-key': 'public-key-der',
  request: 'request-der',
  'revocation-list': 'revocation-list-der',
  bundle: 'pkcs7',
};

function sniffText(bytes: Uint8Array): FileKind {
  if (bytes.length === 0) return 'empty';
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'utf-16';
  const head = bytes.subarray(0, 1024);
  const ascii = new TextDecoder('latin1').decode(head);
  // UTF-16 without a mark: every other byte of a hyphen, letter or line end is NUL.
  if (/^\0?(?:[\t\n\r -~]\0){4}/.test(ascii)) return 'utf-16';
  if (OPENSSH.test(ascii)) return 'openssh-key';
  if (ascii.trim() === '' && bytes.length <= 1024) return 'empty';
  return head.includes(0) ? 'binary' : 'text';
}

/** Each reader gives up at the first element that does not fit, so that trying them all costs little. */
function readDer(bytes: Uint8Array): PemObject | undefined {
  const certificate = readCertificate(bytes);
  if (certificate.kind === 'certificate') return { kind: 'certificate', certificate };
  const request = readRequest(bytes);
  if (!('kind' in request)) return { kind: 'request', request };
  const list = readRevocationList(bytes);
  if (!('kind' in list)) return { kind: 'revocation-list', list };
  const publicKey = publicKeyOf(bytes);
  if (publicKey !== undefined) return { kind: 'public-key', publicKey };
  if (isBundle(bytes)) return bundleIn(bytes);
  for (const label of KEY_LABELS) {
    const key = readPrivateKey({ label, header: '', bytes });
    if (key.kind === 'key') return { kind: 'key', key };
  }
  return undefined;
}

function bundleIn(bytes: Uint8Array): PemObject | undefined {
  const bundle = readBundle(bytes);
  return 'kind' in bundle ? undefined : { kind: 'bundle', bundle };
}

/** Containers of Windows and Java have indefinite lengths, which the cursor refuses: only their start is looked at. */
function isBundle(bytes: Uint8Array): boolean {
  const at = contentStart(bytes);
  const oid = bytes[at] === DER.oid ? bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)) : undefined;
  return oid !== undefined && oidOf(oid) === SIGNED_DATA;
}

/** PFX: version 3, then a ContentInfo. */
function isKeystore(bytes: Uint8Array): boolean {
  const at = contentStart(bytes);
  if (bytes[at] !== DER.integer || bytes[at + 1] !== 1 || bytes[at + 2] !== 3) return false;
  if (bytes[at + 3] !== DER.sequence) return false;
  const info = at + 3 + contentStart(bytes.subarray(at + 3));
  const oid = oidOf(bytes.subarray(info + 2, info + 2 + (bytes[info + 1] ?? 0)));
  return bytes[info] === DER.oid && (oid === DATA || oid === SIGNED_DATA);
}

/** Where the contents of the element start that the bytes start with. */
function contentStart(bytes: Uint8Array): number {
  const first = bytes[1] ?? 0;
  return first > 0x80 ? 2 + (first & 0x7f) : 2;
}

/** How everything signed starts: two sequences, the outer one with a length of two or three bytes. */
function isSignedShape(bytes: Uint8Array): boolean {
  const at = contentStart(bytes);
  return (
    bytes[0] === DER.sequence &&
    at >= 4 &&
    at <= 5 &&
    bytes[at] === DER.sequence &&
    bytes[at + 1] === 0x82 &&
    bytes.length > 64
  );
}

/** What goes wrong in the reader that gets furthest. */
function whyUnreadable(bytes: Uint8Array): UnreadableDer | undefined {
  const start = contentStart(bytes);
  const end = bytes.subarray(2, start).reduce((length, byte) => length * 256 + byte, 0) + start;
  if (end > bytes.length) {
    const message = `the file ends after ${bytes.length} of ${end} bytes`;
    return { kind: 'unreadable', part: 'structure', offset: bytes.length, message };
  }
  const reads = [readCertificate(bytes), readRequest(bytes), readRevocationList(bytes)];
  const failures = reads.flatMap((read) => ('kind' in read && read.kind === 'unreadable' ? [read] : []));
  return failures.sort((a, b) => b.offset - a.offset)[0];
}
