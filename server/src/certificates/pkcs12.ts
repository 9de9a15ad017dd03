/** Owns PKCS#12 containers (`.p12`, `.pfx`, RFC 7292): the certificates in them, where the password opens them. */
import { derOfBer } from './ber.ts';
import { type Certificate, readCertificate, type UnreadableDer } from './certificate.ts';
import { DER, type DerCursor, derCursor } from './der.ts';
import { stringOf } from './distinguished-name.ts';
import { type PrivateKey, readPrivateKey } from './key.ts';
import { keyMatch } from './match.ts';
import { oidOf } from './oids.ts';
import { decrypted } from './pkcs12-cipher.ts';
import type { Effort, Password } from './pkcs12-derivation.ts';
import { type MacCheck, macOf } from './pkcs12-mac.ts';

/** Holds nothing secret: of its keys, what `PrivateKey` says. */
export interface Keystore {
  readonly certificates: readonly { readonly certificate: Certificate; readonly name: string | undefined }[];
  /** The keys that could be opened. */
  readonly keys: readonly PrivateKey[];
  /** How many could not. */
  readonly closedKeys: number;
  /** Whether somebody without any password gets at the keys that could be opened. */
  readonly isOpenToAll: boolean;
  /**
   * Why a part stays closed: the password is another one; the cipher is not known here, or wants more rounds than are
   * tried. Undefined where all could be looked at.
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

/** Rounds of PBKDF2 for one container, whatever it and the passwords want: about two seconds. */
const MOST_ROUNDS = 2_000_000;
/** Libraries take both for no password, and the older way of deriving keys tells them apart. */
const NO_PASSWORD: readonly Password[] = ['', undefined];

interface Contents {
  readonly certificates: { certificate: Certificate; name: string | undefined }[];
  readonly keys: PrivateKey[];
  /** Those that nothing encrypts. */
  openKeys: number;
  closedKeys: number;
  bags: number;
  closed: Keystore['closed'];
}

/** A password with what it may still cost to derive keys of it. */
interface Opening {
  readonly password: Password;
  readonly effort: Effort;
}

/**
 * Reads a container in DER or BER with the first password that fits, the given ones before none. Deriving
 * keys takes as long as the container wants, within limits, so nobody calls this for every file. Never throws.
 */
export function readKeystore(bytes: Uint8Array, passwords: readonly string[] = []): Keystore | UnreadableDer {
  const file = derCursor(derOfBer(bytes) ?? bytes);
  const fields = file.enter('the container', DER.sequence);
  fields.next('the version', DER.integer);
  const content = contentOf(fields);
  const effort = { rounds: MOST_ROUNDS };
  const fits = content && macOf(fields, content.data, effort);
  const { failure } = file.source;
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  if (content?.type !== DATA)
    return { certificates: [], keys: [], closedKeys: 0, isOpenToAll: false, closed: undefined };
  let best: Keystore | undefined;
  for (const password of worthTrying([...passwords, ...NO_PASSWORD], fits)) {
    const read = readParts(content.data, { password, effort });
    if ('kind' in read || read.closed === 'cipher') return read;
    if (read.closed === undefined && read.closedKeys === 0) return read;
    if (best === undefined || isMoreOpen(read, best)) best = read;
  }
  return best ?? readParts(content.data, undefined);
}

/**
 * None where the check value fits none; the one that it fits first: contents may have a password of their own
 * (`openssl pkcs12 -twopass`). All, where nothing tells them apart.
 */
function worthTrying(candidates: readonly Password[], fits: MacCheck | undefined): readonly Password[] {
  if (fits === undefined) return candidates;
  let isTold = true;
  for (const password of candidates) {
    const is = fits(password);
    if (is === true) return [password, ...candidates.filter((other) => other !== password)];
    isTold &&= is === false;
  }
  return isTold ? [] : candidates;
}

function isMoreOpen(one: Keystore, other: Keystore): boolean {
  if (one.closed !== other.closed) return one.closed === undefined;
  return one.closedKeys < other.closedKeys;
}

/** What lies in the open, and what the password opens. */
function readParts(contents: Uint8Array, opening: Opening | undefined): Keystore | UnreadableDer {
  const found: Contents = { certificates: [], keys: [], openKeys: 0, closedKeys: 0, bags: 0, closed: undefined };
  const parts = derCursor(contents).enter('the parts', DER.sequence);
  for (let count = 0; parts.more && count < PARTS; count++) readPart(parts, opening, found);
  if (parts.source.failure !== undefined) return { kind: 'unreadable', part: 'structure', ...parts.source.failure };
  const { keys, closedKeys, closed } = found;
  const isOpenToAll = found.openKeys > 0 || (keys.length > 0 && !opening?.password);
  return { certificates: ownFirst(found), keys, closedKeys, isOpenToAll, closed };
}

/** The certificate that belongs to a key of the container comes first: programs write them in any order. */
function ownFirst({ certificates, keys }: Contents): Keystore['certificates'] {
  const isOwn = ({ certificate }: Contents['certificates'][number]): boolean =>
    keys.some((key) => keyMatch(certificate, key) === 'match');
  return [...certificates.filter(isOwn), ...certificates.filter((one) => !isOwn(one))];
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

function readPart(parts: DerCursor, opening: Opening | undefined, found: Contents): void {
  const content = contentOf(parts);
  if (content?.type === DATA) readSafe(content.data, opening, found, { depth: 0, isEncrypted: false });
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
  const opened = openedBy(algorithm, secret, opening);
  // A wrong password can leave bytes that only look decrypted.
  if (typeof opened === 'string' || !readSafe(opened, opening, found, { depth: 0, isEncrypted: true }))
    found.closed ??= opened === 'cipher' ? 'cipher' : 'password';
}

function openedBy(
  algorithm: Uint8Array,
  secret: Uint8Array,
  opening: Opening | undefined,
): ReturnType<typeof decrypted> {
  return opening === undefined ? 'password' : decrypted(algorithm, secret, opening.password, opening.effort);
}

/** An implicitly tagged octet string that BER wrote in pieces. */
function piecesOf(pieces: DerCursor): Uint8Array {
  const parts: Uint8Array[] = [];
  while (pieces.more) parts.push(pieces.contents(pieces.next('a piece', DER.octetString)));
  return new Uint8Array(Buffer.concat(parts));
}

/** Where a safe lies. */
interface SafePlace {
  readonly depth: number;
  readonly isEncrypted: boolean;
}

/** Whether the bytes are a safe to their end. */
function readSafe(bytes: Uint8Array, opening: Opening | undefined, found: Contents, place: SafePlace): boolean {
  const file = derCursor(bytes);
  const bags = file.enter('the safe', DER.sequence);
  file.finish('the safe');
  while (bags.more && found.bags++ < BAGS) {
    const fields = bags.enter('a bag', DER.sequence);
    const type = oidOf(fields.contents(fields.next('the kind of a bag', DER.oid))) ?? '';
    const value = fields.enter('what a bag holds', 0xa0);
    if (type === `${BAG}1`) {
      noteKey(value.whole(value.next('a key')), found);
      if (!place.isEncrypted) found.openKeys++;
    }
    if (type === `${BAG}2`) readClosedKey(value, opening, found);
    if (type === `${BAG}3`) readCertificateBag(value, fields, found);
    if (type === `${BAG}6` && place.depth < DEPTH)
      readSafe(value.whole(value.next('a safe')), opening, found, { ...place, depth: place.depth + 1 });
  }
  return file.source.failure === undefined;
}

/** A key that could not be opened is counted alone: a container whose certificates are read is not closed. */
function readClosedKey(value: DerCursor, opening: Opening | undefined, found: Contents): void {
  const fields = value.enter('a key', DER.sequence);
  const algorithm = fields.whole(fields.next('the cipher', DER.sequence));
  const secret = fields.contents(fields.next('the key', DER.octetString));
  if (fields.source.failure !== undefined) return;
  const opened = openedBy(algorithm, secret, opening);
  if (typeof opened === 'string') found.closedKeys++;
  else noteKey(opened, found);
}

/** Takes from a key in PKCS#8 what may be known of it. */
function noteKey(pkcs8: Uint8Array, found: Contents): void {
  const key = readPrivateKey({ label: 'PRIVATE KEY', header: '', bytes: pkcs8 });
  if (key.kind === 'key') found.keys.push(key);
  else found.closedKeys++;
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
