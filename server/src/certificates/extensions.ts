/** Owns the certificate extensions that findings speak of; one that cannot be read counts as malformed, not as absent. */
import { DER, DerCursor, type DerFailure, type DerNode, hexOf } from './der.ts';
import { ipText } from './ip.ts';
import { EXTENSION, KEY_PURPOSES, OCSP_ACCESS, oidOf } from './oids.ts';

export type KeyUsage = (typeof KEY_USAGES)[number];

/** Subject alternative names, in the order of the encoding; other kinds of names are left out. */
export interface AlternativeNames {
  readonly dns: readonly string[];
  /** As RFC 5952 writes them. */
  readonly ips: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

export interface MalformedExtension extends DerFailure {
  /** The dotted object identifier. */
  readonly oid: string;
}

/** Fields are undefined where the extension is absent or malformed (`malformed` tells which). */
export interface Extensions {
  readonly san: AlternativeNames | undefined;
  readonly isCA: boolean;
  /** How many more CA certificates may follow; undefined for no limit. */
  readonly pathLength: number | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Names such as `serverAuth`; dotted object identifiers for others. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Lower-case hexadecimal. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  readonly ocspUris: readonly string[];
  /** Dotted object identifiers. */
  readonly policies: readonly string[];
  /** Whether at least one signed certificate timestamp is embedded. */
  readonly hasSct: boolean;
  readonly malformed: readonly MalformedExtension[];
}

const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const ascii = new TextDecoder('latin1');

/** Reads a list of extensions, at whose elements the cursor stands; their contents cannot make the cursor fail. */
export function readExtensions(list: DerCursor): Extensions {
  const found: { -readonly [Name in keyof Extensions]: Extensions[Name] } = noExtensions();
  const malformed: MalformedExtension[] = [];
  const seen = new Set<string>();
  while (list.more) {
    const fields = list.enter('an extension', DER.sequence);
    const idNode = fields.next('the extension id', DER.oid);
    const oid = oidOf(fields.contents(idNode)) ?? '';
    if (fields.has(DER.boolean)) fields.next('the critical flag');
    const value = fields.next('the extension value', DER.octetString);
    fields.finish('an extension');
    if (list.source.failure !== undefined) break;
    // RFC 5280, 4.2 allows each once; OpenSSL then takes neither for valid (EXFLAG_INVALID).
    if (seen.has(oid)) malformed.push({ oid, offset: idNode.start, message: 'the extension occurs twice' });
    else {
      seen.add(oid);
      const inner = new DerCursor({ bytes: list.source.bytes, failure: undefined }, value.content, value.end);
      const fieldsFound = readExtension(oid, inner);
      if (fieldsFound !== undefined) inner.finish('the extension');
      if (inner.source.failure !== undefined) malformed.push({ oid, ...inner.source.failure });
      else if (fieldsFound !== undefined) Object.assign(found, fieldsFound);
    }
  }
  return { ...found, malformed };
}

/** What a certificate without extensions has. */
export function noExtensions(): Extensions {
  return {
    san: undefined,
    isCA: false,
    pathLength: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    ocspUris: [],
    policies: [],
    hasSct: false,
    malformed: [],
  };
}

function readExtension(oid: string, value: DerCursor): Partial<Extensions> | undefined {
  switch (oid) {
    case EXTENSION.subjectAltName:
      return { san: readAlternativeNames(value) };
    case EXTENSION.basicConstraints:
      return readBasicConstraints(value.enter('basicConstraints', DER.sequence));
    case EXTENSION.keyUsage: {
      const bits = value.contents(value.next('keyUsage', DER.bitString));
      return { keyUsage: KEY_USAGES.filter((_, bit) => ((bits[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) };
    }
    case EXTENSION.extendedKeyUsage:
      return { extendedKeyUsage: readOids(value, DER.oid).map((purpose) => KEY_PURPOSES.get(purpose) ?? purpose) };
    case EXTENSION.subjectKeyId:
      return { subjectKeyId: hexOf(value.contents(value.next('the key identifier', DER.octetString))) };
    case EXTENSION.authorityKeyId: {
      const fields = value.enter('the authority key identifier', DER.sequence);
      const id = fields.has(0x80) ? hexOf(fields.contents(fields.next('the key identifier'))) : undefined;
      return { authorityKeyId: id };
    }
    case EXTENSION.authorityInfoAccess:
      return { ocspUris: readOcspUris(value.enter('authorityInfoAccess', DER.sequence)) };
    case EXTENSION.policies:
      return { policies: readOids(value, DER.sequence) };
    case EXTENSION.sctList: {
      // A TLS vector with a length of two bytes, in an OCTET STRING (RFC 6962, 3.3).
      const list = value.contents(value.next('the SCT list', DER.octetString));
      return { hasSct: list.length > 2 };
    }
    default:
      return undefined;
  }
}

function readAlternativeNames(value: DerCursor): AlternativeNames {
  const names = value.enter('subjectAltName', DER.sequence);
  const dns: string[] = [];
  const ips: string[] = [];
  const emails: string[] = [];
  const uris: string[] = [];
  while (names.more) {
    const node: DerNode = names.next('a name');
    const bytes = names.contents(node);
    if (node.tag === 0x81) emails.push(ascii.decode(bytes));
    else if (node.tag === 0x82) dns.push(ascii.decode(bytes));
    else if (node.tag === 0x86) uris.push(ascii.decode(bytes));
    else if (node.tag === 0x87) {
      const address = ipText(bytes);
      if (address === undefined) names.fail(node.start, `an IP address has ${bytes.length} bytes`);
      else ips.push(address);
    }
  }
  return { dns, ips, emails, uris };
}

function readBasicConstraints(fields: DerCursor): Partial<Extensions> {
  const isCA = fields.has(DER.boolean) && fields.contents(fields.next('the CA flag'))[0] !== 0;
  let pathLength: number | undefined;
  if (fields.has(DER.integer)) {
    const node = fields.next('the path length');
    const bytes = fields.contents(node);
    if (((bytes[0] ?? 0) & 0x80) !== 0) fields.fail(node.start, 'the path length is negative');
    pathLength = 0;
    for (const byte of bytes) pathLength = pathLength * 256 + byte;
  }
  fields.finish('basicConstraints');
  return { isCA, pathLength };
}

function readOcspUris(descriptions: DerCursor): readonly string[] {
  const uris: string[] = [];
  while (descriptions.more) {
    const fields = descriptions.enter('an access description', DER.sequence);
    const method = oidOf(fields.contents(fields.next('the access method', DER.oid)));
    const place = fields.next('the access location');
    if (method === OCSP_ACCESS && place.tag === 0x86) uris.push(ascii.decode(fields.contents(place)));
  }
  return uris;
}

/** A sequence of object identifiers, each alone (`DER.oid`) or as the first field of a sequence (`DER.sequence`). */
function readOids(value: DerCursor, tag: number): readonly string[] {
  const list = value.enter('the list', DER.sequence);
  const oids: string[] = [];
  while (list.more) {
    const item = list.next('an item', tag);
    const node = tag === DER.oid ? item : list.inside(item).next('the identifier', DER.oid);
    oids.push(oidOf(list.contents(node)) ?? '');
  }
  return oids;
}
