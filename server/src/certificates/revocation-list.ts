/** Owns revocation lists (CRLs, RFC 5280, 5): whose, from when until when, and which certificates they revoke. */
import type { UnreadableDer } from './certificate.ts';
import { DER, type DerCursor, derCursor, serialOf } from './der.ts';
import { type DistinguishedName, readName } from './distinguished-name.ts';
import { type ExtensionEntry, type Extensions, noExtensions, readExtensions } from './extensions.ts';
import { readEnvelope, type Signed, signatureName } from './signed.ts';
import { timeOf } from './time.ts';

export interface RevocationList extends Pick<Extensions, 'authorityKeyId' | 'extensions' | 'malformed'> {
  readonly der: Uint8Array;
  readonly issuer: DistinguishedName;
  /** Milliseconds since 1970; undefined where it is no valid time. */
  readonly thisUpdate: number | undefined;
  /** When a newer list must be there at the latest; undefined where the list does not say, or says no valid time. */
  readonly nextUpdate: number | undefined;
  /** How many certificates are revoked. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly number: string | undefined;
  /** Whether the list only has what changed since another one. */
  readonly isDelta: boolean;
  /** OpenSSL's name. */
  readonly signatureAlgorithm: string;
  readonly signed: Signed;
}

export interface Revocation {
  /** As in Certificate. */
  readonly serial: string;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
  /** RFC 5280, 5.3.1: 1 for a compromised key, 8 to take the revocation back; undefined where none is given. */
  readonly reason: number | undefined;
  readonly extensions: readonly ExtensionEntry[];
}

const CRL_NUMBER = '2.5.29.20';
const REASON = '2.5.29.21';
const DELTA = '2.5.29.27';

/**
 * Reads a list strictly. Its entries are only counted (a list can have a million): `revocationOf` looks for one.
 * Never throws.
 */
export function readRevocationList(der: Uint8Array): RevocationList | UnreadableDer {
  const file = derCursor(der);
  const list = file.enter('the revocation list', DER.sequence);
  file.finish('the revocation list');
  const [signed, fields] = readEnvelope(list, 'the revocation list');
  if (fields.has(DER.integer)) fields.next('the version');
  fields.next('the signature algorithm', DER.sequence);
  const issuer = readName(fields, 'the issuer');
  const thisUpdate = readTime(fields, 'thisUpdate');
  const nextUpdate = isTime(fields) ? readTime(fields, 'nextUpdate') : undefined;
  let size = 0;
  if (fields.has(DER.sequence)) {
    const entries = fields.enter('the revoked certificates', DER.sequence);
    for (; entries.more; size++) entries.next('a revoked certificate', DER.sequence);
  }
  let extensions = noExtensions();
  if (fields.has(0xa0)) extensions = readExtensions(fields.enter('the extensions', 0xa0).enter('them', DER.sequence));
  fields.finish('the body of the revocation list');
  const { failure } = file.source;
  if (failure !== undefined) return { kind: 'unreadable', part: 'structure', ...failure };
  const entryOf = (oid: string) => extensions.extensions.find((entry) => entry.oid === oid)?.value;
  return {
    der,
    issuer,
    thisUpdate,
    nextUpdate,
    size,
    number: numberOf(entryOf(CRL_NUMBER)),
    isDelta: entryOf(DELTA) !== undefined,
    signatureAlgorithm: signatureName(signed.algorithm),
    signed,
    authorityKeyId: extensions.authorityKeyId,
    extensions: extensions.extensions,
    malformed: extensions.malformed,
  };
}

/** What a list says about the certificate with a serial number of its issuer; undefined for nothing. Linear in its length. */
export function revocationOf({ signed }: RevocationList, serial: string): Revocation | undefined {
  const fields = derCursor(signed.content).enter('the body', DER.sequence);
  if (fields.has(DER.integer)) fields.next('the version');
  fields.next('the signature algorithm');
  fields.next('the issuer');
  while (isTime(fields)) fields.next('an update');
  if (!fields.has(DER.sequence)) return undefined;
  const entries = fields.enter('the revoked certificates', DER.sequence);
  while (entries.more) {
    const entry = entries.enter('a revoked certificate', DER.sequence);
    const bytes = entry.contents(entry.next('the serial number', DER.integer));
    if (bytes.length < serial.length / 2 || serialOf(bytes) !== serial) continue;
    const time = readTime(entry, 'the time of revocation');
    const { extensions } = entry.more ? readExtensions(entry.enter('the extensions', DER.sequence)) : noExtensions();
    return { serial, time, reason: reasonOf(extensions), extensions };
  }
  return undefined;
}

function isTime(fields: DerCursor): boolean {
  return fields.has(0x17) || fields.has(0x18);
}

function readTime(fields: DerCursor, what: string): number | undefined {
  if (fields.more && !isTime(fields)) fields.fail(fields.offset, `${what} is no time`);
  const node = fields.next(what);
  return timeOf(node.tag, fields.contents(node));
}

function numberOf(value: Uint8Array | undefined): string | undefined {
  if (value === undefined) return undefined;
  const cursor = derCursor(value);
  const bytes = cursor.contents(cursor.next('the number', DER.integer));
  return cursor.source.failure === undefined ? serialOf(bytes) : undefined;
}

function reasonOf(extensions: readonly ExtensionEntry[]): number | undefined {
  const value = extensions.find(({ oid }) => oid === REASON)?.value;
  if (value === undefined) return undefined;
  const cursor = derCursor(value);
  return cursor.contents(cursor.next('the reason', 0x0a))[0];
}
