/** Owns distinguished names: reading them, and writing them on one line. */
import { DER, type DerCursor, type DerNode, derCursor, hexOf } from './der.ts';
import { ATTRIBUTE_NAMES, COMMON_NAME } from './oids.ts';

export interface DistinguishedName {
  /** The encoded name: equal bytes are what chains are built on. */
  readonly der: Uint8Array;
  /**
   * As RFC 4514 writes it, the last attribute first: `CN=example.com, O=Example`. Empty for an empty name; what is longer
   * than anybody reads ends with an ellipsis.
   */
  readonly text: string;
  /** In the order of the encoding. */
  readonly commonNames: readonly string[];
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Attributes of a name, and characters of an attribute, that people can make use of; X.520 allows 64 in most. */
const ATTRIBUTES = 50;
const CHARACTERS = 500;

function shortened(text: string): string {
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS)}…` : text;
}

function hexText(bytes: Uint8Array): string {
  return `#${hexOf(bytes.subarray(0, CHARACTERS))}`;
}

/** Issuers of late: an authority has issued most certificates of a workspace. */
const issuers = new Map<number, DistinguishedName>();
const ISSUERS_KEPT = 256;

/** The same as `readName`; names of the same bytes may be one object. */
export function readIssuer(cursor: DerCursor, what: string): DistinguishedName {
  const node = cursor.next(what, DER.sequence);
  const hash = cursor.hash(node);
  const known = issuers.get(hash);
  if (known !== undefined && cursor.isWhole(node, known.der)) return known;
  const name = nameIn(cursor, node, what);
  if (cursor.source.failure !== undefined) return name;
  if (issuers.size === ISSUERS_KEPT) issuers.clear();
  // Bytes of its own, so that it does not keep a whole certificate.
  const own = { ...name, der: name.der.slice() };
  issuers.set(hash, own);
  return own;
}

/** Reads the next element of a cursor as a Name. */
export function readName(cursor: DerCursor, what: string): DistinguishedName {
  return nameIn(cursor, cursor.next(what, DER.sequence), what);
}

function nameIn(cursor: DerCursor, node: DerNode, what: string): DistinguishedName {
  const parts: string[] = [];
  const commonNames: string[] = [];
  let count = 0;
  const sets = cursor.inside(node);
  while (sets.more) {
    const set = sets.enter(what, DER.set);
    const attributes: string[] = [];
    while (set.more) {
      const pair = set.enter(what, DER.sequence);
      const oid = pair.oid(pair.next(what, DER.oid)) ?? '?';
      const valueNode = pair.next(what);
      pair.finish(what);
      const value = stringOf(pair, valueNode);
      if (oid === COMMON_NAME && value !== undefined) commonNames.push(value);
      if (++count > ATTRIBUTES) continue;
      const written = value === undefined ? shortened(hexText(pair.whole(valueNode))) : escaped(shortened(value));
      attributes.push(`${ATTRIBUTE_NAMES.get(oid) ?? oid}=${written}`);
    }
    if (attributes.length > 0) parts.push(attributes.join(' + '));
  }
  if (count > ATTRIBUTES) parts.push('…');
  return { der: cursor.whole(node), text: parts.reverse().join(', '), commonNames };
}

/** One attribute of a name, such as its common name. */
export interface Attribute {
  /** The dotted object identifier. */
  readonly oid: string;
  /** The type of string, such as 12 for UTF8String. */
  readonly tag: number;
  /** Undefined where it is no string. */
  readonly value: string | undefined;
  /** The value with its tag. */
  readonly der: Uint8Array;
}

/** The attributes of a name that was read before, by set: most sets have one. */
export function attributesOf({ der }: Pick<DistinguishedName, 'der'>): readonly (readonly Attribute[])[] {
  const sets = derCursor(der).enter('the name', DER.sequence);
  const out: (readonly Attribute[])[] = [];
  while (sets.more) {
    const set = sets.enter('the name', DER.set);
    const attributes: Attribute[] = [];
    while (set.more) {
      const pair = set.enter('the name', DER.sequence);
      const oid = pair.oid(pair.next('the name', DER.oid)) ?? '';
      const node = pair.next('the name');
      attributes.push({ oid, tag: node.tag, value: stringOf(pair, node), der: pair.whole(node) });
    }
    out.push(attributes);
  }
  return out;
}

/** The text of an ASN.1 string, or undefined for another type. */
export function stringOf(cursor: DerCursor, node: DerNode): string | undefined {
  switch (node.tag) {
    case 0x0c: // UTF8String
      return cursor.isAscii(node) ? cursor.latin1(node) : utf8.decode(cursor.contents(node));
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x14: // TeletexString: T.61 on paper, Latin-1 in practice (also OpenSSL's reading)
    case 0x16: // IA5String
    case 0x1a: // VisibleString
      return cursor.latin1(node);
    case 0x1c: // UniversalString
      return wide(cursor.contents(node), 4);
    case 0x1e: // BMPString
      return wide(cursor.contents(node), 2);
    default:
      return undefined;
  }
}

function wide(bytes: Uint8Array, size: number): string | undefined {
  if (bytes.length % size !== 0) return undefined;
  let out = '';
  for (let at = 0; at < bytes.length; at += size) {
    let code = 0;
    for (let i = 0; i < size; i++) code = code * 256 + (bytes[at + i] ?? 0);
    out += size === 2 ? String.fromCharCode(code) : code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return out;
}

/** Nearly all values: nothing in them is special anywhere. */
const PLAIN = /^[A-Za-z0-9*.-](?:[A-Za-z0-9*.:/'()_ -]*[A-Za-z0-9*.-])?$/;

/** RFC 4514, 2.4; control characters, also those that turn the direction of text, become hexadecimal pairs. */
function escaped(value: string): string {
  if (PLAIN.test(value)) return value;
  const special = value.replace(/["+,;<>\\]/g, '\\$&').replace(/^[# ]| $/g, '\\$&');
  return special.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    hexOf(new TextEncoder().encode(character)).replace(/../g, '\\$&'),
  );
}
