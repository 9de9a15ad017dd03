/** Owns the certificate extensions that findings speak of; one that cannot be read counts as malformed, not as absent. */
import { DER, type DerCursor, type DerFailure, type DerNode, serialOf } from './der.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import {
  type AlternativeNames,
  ia5,
  type NameConstraints,
  readGeneralNames,
  readNameConstraints,
} from './general-names.ts';
import { EXTENSION, ISSUER_ACCESS, KEY_PURPOSES, OCSP_ACCESS } from './oids.ts';
import {
  type PolicyConstraints,
  type PolicyMapping,
  readCount,
  readPolicyConstraints,
  readPolicyMappings,
} from './policies.ts';

export type KeyUsage = (typeof KEY_USAGES)[number];

/** An extension as it stands in the certificate. */
export interface ExtensionEntry {
  /** The dotted object identifier. */
  readonly oid: string;
  readonly critical: boolean;
  /** The DER in the extension's value; shares the memory of the certificate. */
  readonly value: Uint8Array;
}

export interface MalformedExtension extends DerFailure {
  /** The dotted object identifier. */
  readonly oid: string;
}

/** Fields are undefined (lists are empty) where the extension is absent or malformed (`malformed` tells which). */
export interface Extensions {
  /** All extensions in the order of the encoding, also those that are not understood here. */
  readonly extensions: readonly ExtensionEntry[];
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
  /** How the authority key identifier names the issuer's certificate besides; undefined where it does not. */
  readonly authorityIssuer: readonly DistinguishedName[] | undefined;
  readonly authoritySerial: string | undefined;
  readonly ocspUris: readonly string[];
  /** Where the issuer's certificate can be fetched. */
  readonly issuerUris: readonly string[];
  /** Where revocation lists can be fetched. */
  readonly crlUris: readonly string[];
  /** Dotted object identifiers. */
  readonly policies: readonly string[];
  readonly policyMappings: readonly PolicyMapping[];
  readonly policyConstraints: PolicyConstraints | undefined;
  /** How many more certificates may use anyPolicy. */
  readonly inhibitAnyPolicy: number | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  /** TLS extensions that a server must answer (RFC 7633); 5 is OCSP stapling, "Must-Staple". */
  readonly tlsFeatures: readonly number[];
  /** How many signed certificate timestamps are embedded. */
  readonly scts: number;
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

/** Real certificates have a dozen; each becomes an object here. The same goes for policies and usages. */
const EXTENSIONS = 500;
const IDENTIFIERS = 10_000;

/** An extension whose value is cut out when somebody asks for it. */
class Entry implements ExtensionEntry {
  readonly oid: string;
  readonly critical: boolean;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(oid: string, critical: boolean, bytes: Uint8Array, { content, end }: DerNode) {
    this.oid = oid;
    this.critical = critical;
    this.#bytes = bytes;
    this.#start = content;
    this.#end = end;
  }

  get value(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }
}

/** Reads a list of extensions, at whose elements the cursor stands; their contents cannot make the cursor fail. */
export function readExtensions(list: DerCursor): Extensions {
  const found: { -readonly [Name in keyof Extensions]: Extensions[Name] } = noExtensions();
  const malformed: MalformedExtension[] = [];
  const extensions: ExtensionEntry[] = [];
  while (list.more) {
    if (extensions.length === EXTENSIONS) {
      list.fail(list.offset, `there are more than ${EXTENSIONS} extensions`);
      break;
    }
    const fields = list.enter('an extension', DER.sequence);
    const idNode = fields.next('the extension id', DER.oid);
    const oid = fields.oid(idNode) ?? '';
    const critical = fields.has(DER.boolean) && fields.contents(fields.next('the critical flag'))[0] !== 0;
    const value = fields.next('the extension value', DER.octetString);
    fields.finish('an extension');
    if (list.source.failure !== undefined) break;
    const isTwice = extensions.some((one) => one.oid === oid);
    extensions.push(new Entry(oid, critical, list.source.bytes, value));
    // RFC 5280, 4.2 allows each once; OpenSSL then takes neither for valid (EXFLAG_INVALID).
    if (isTwice) {
      malformed.push({ oid, offset: idNode.start, message: 'the extension occurs twice' });
      continue;
    }
    const known = OFTEN_THE_SAME.has(oid) ? recent(oid, list, value) : undefined;
    const read = known ?? readOnce(oid, list.apart(value.content, value.end));
    if ('message' in read) malformed.push({ oid, ...read });
    else Object.assign(found, read);
    if (known === undefined && OFTEN_THE_SAME.has(oid) && !('message' in read)) keep(oid, list, value, read);
  }
  found.extensions = extensions;
  if (malformed.length > 0) found.malformed = malformed;
  return found;
}

function readOnce(oid: string, value: DerCursor): Partial<Extensions> | DerFailure {
  const fields = readExtension(oid, value);
  if (fields !== undefined) value.finish('the extension');
  return value.source.failure ?? fields ?? NOTHING;
}

const NOTHING: Partial<Extensions> = {};

/** What an authority puts into all of its certificates alike. */
const OFTEN_THE_SAME: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extendedKeyUsage,
  EXTENSION.authorityKeyId,
  EXTENSION.authorityInfoAccess,
  EXTENSION.crlDistributionPoints,
  EXTENSION.policies,
]);

interface Recent {
  readonly oid: string;
  readonly bytes: Uint8Array;
  readonly fields: Partial<Extensions>;
}

/** Extensions of late, by a hash of their elements: read once, and kept once for all certificates that have them. */
const recents = new Map<number, Recent>();
const RECENTS_KEPT = 256;
const RECENT_BYTES = 512;

function recent(oid: string, list: DerCursor, value: DerNode): Partial<Extensions> | undefined {
  const known = recents.get(list.hash(value));
  return known !== undefined && known.oid === oid && list.isWhole(value, known.bytes) ? known.fields : undefined;
}

function keep(oid: string, list: DerCursor, value: DerNode, fields: Partial<Extensions>): void {
  if (value.end - value.start > RECENT_BYTES) return;
  if (recents.size === RECENTS_KEPT) recents.clear();
  recents.set(list.hash(value), { oid, bytes: list.whole(value).slice(), fields });
}

/** Most lists of most certificates are empty. */
const NONE: readonly never[] = [];

/** What a certificate without extensions has. */
export function noExtensions(): Extensions {
  return {
    extensions: NONE,
    san: undefined,
    isCA: false,
    pathLength: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    authorityIssuer: undefined,
    authoritySerial: undefined,
    ocspUris: NONE,
    issuerUris: NONE,
    crlUris: NONE,
    policies: NONE,
    policyMappings: NONE,
    policyConstraints: undefined,
    inhibitAnyPolicy: undefined,
    nameConstraints: undefined,
    tlsFeatures: NONE,
    scts: 0,
    malformed: NONE,
  };
}

function readExtension(oid: string, value: DerCursor): Partial<Extensions> | undefined {
  switch (oid) {
    case EXTENSION.subjectAltName:
      return { san: readGeneralNames(value.enter('subjectAltName', DER.sequence)) };
    case EXTENSION.basicConstraints:
      return readBasicConstraints(value.enter('basicConstraints', DER.sequence));
    case EXTENSION.keyUsage: {
      const bits = value.contents(value.next('keyUsage', DER.bitString));
      return { keyUsage: KEY_USAGES.filter((_, bit) => ((bits[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0) };
    }
    case EXTENSION.extendedKeyUsage:
      return { extendedKeyUsage: readOids(value, DER.oid).map((purpose) => KEY_PURPOSES.get(purpose) ?? purpose) };
    case EXTENSION.subjectKeyId:
      return { subjectKeyId: value.hex(value.next('the key identifier', DER.octetString)) };
    case EXTENSION.authorityKeyId:
      return readAuthorityKeyId(value.enter('the authority key identifier', DER.sequence));
    case EXTENSION.authorityInfoAccess:
      return readInfoAccess(value.enter('authorityInfoAccess', DER.sequence));
    case EXTENSION.crlDistributionPoints:
      return { crlUris: readDistributionPoints(value.enter('cRLDistributionPoints', DER.sequence)) };
    case EXTENSION.policies:
      return { policies: readOids(value, DER.sequence) };
    case EXTENSION.policyMappings:
      return { policyMappings: readPolicyMappings(value) };
    case EXTENSION.policyConstraints:
      return { policyConstraints: readPolicyConstraints(value) };
    case EXTENSION.inhibitAnyPolicy:
      return { inhibitAnyPolicy: readCount(value, DER.integer) };
    case EXTENSION.nameConstraints:
      return { nameConstraints: readNameConstraints(value) };
    case EXTENSION.tlsFeature: {
      const list = value.enter('the TLS features', DER.sequence);
      const tlsFeatures: number[] = [];
      while (list.more) tlsFeatures.push(list.contents(list.next('a TLS feature', DER.integer)).at(-1) ?? 0);
      return { tlsFeatures };
    }
    case EXTENSION.sctList:
      return { scts: countScts(value) };
    default:
      return undefined;
  }
}

function readBasicConstraints(fields: DerCursor): Partial<Extensions> {
  const isCA = fields.has(DER.boolean) && fields.contents(fields.next('the CA flag'))[0] !== 0;
  let pathLength: number | undefined;
  if (fields.has(DER.integer)) pathLength = readCount(fields, DER.integer);
  fields.finish('basicConstraints');
  return { isCA, pathLength };
}

function readAuthorityKeyId(fields: DerCursor): Partial<Extensions> {
  const authorityKeyId = fields.has(0x80) ? fields.hex(fields.next('the key identifier')) : undefined;
  const authorityIssuer = fields.has(0xa1)
    ? readGeneralNames(fields.enter('the issuer of the authority', 0xa1)).directoryNames
    : undefined;
  const authoritySerial = fields.has(0x82) ? serialOf(fields.contents(fields.next('the serial number'))) : undefined;
  fields.finish('the authority key identifier');
  return { authorityKeyId, authorityIssuer, authoritySerial };
}

function readInfoAccess(descriptions: DerCursor): Partial<Extensions> {
  const ocspUris: string[] = [];
  const issuerUris: string[] = [];
  while (descriptions.more) {
    const fields = descriptions.enter('an access description', DER.sequence);
    const method = fields.oid(fields.next('the access method', DER.oid));
    const place = fields.next('the access location');
    if (place.tag !== 0x86) continue;
    if (method === OCSP_ACCESS) ocspUris.push(ia5(fields, place));
    if (method === ISSUER_ACCESS) issuerUris.push(ia5(fields, place));
  }
  return { ocspUris, issuerUris };
}

/** The addresses of all points that have any; a point may name its issuer or a part of a name instead. */
function readDistributionPoints(points: DerCursor): readonly string[] {
  const uris: string[] = [];
  while (points.more) {
    const point = points.enter('a distribution point', DER.sequence);
    if (!point.has(0xa0)) continue;
    const name = point.enter('the name of a distribution point', 0xa0);
    if (name.has(0xa0)) uris.push(...readGeneralNames(name.enter('the full name', 0xa0)).uris);
  }
  return uris;
}

/** TLS vectors, each with a length of two bytes, in an OCTET STRING (RFC 6962, 3.3). */
function countScts(value: DerCursor): number {
  const node = value.next('the SCT list', DER.octetString);
  const list = value.contents(node);
  const lengthAt = (at: number) => (list[at] ?? 0) * 256 + (list[at + 1] ?? 0);
  let count = 0;
  let at = 2;
  for (; at + 2 <= list.length; at += 2 + lengthAt(at)) count++;
  if (at !== list.length || lengthAt(0) !== list.length - 2)
    value.fail(node.start, 'the SCT list has another length than it says');
  return count;
}

/** A sequence of object identifiers, each alone (`DER.oid`) or as the first field of a sequence (`DER.sequence`). */
function readOids(value: DerCursor, tag: number): readonly string[] {
  const list = value.enter('the list', DER.sequence);
  const oids: string[] = [];
  while (list.more) {
    if (oids.length === IDENTIFIERS) list.fail(list.offset, `there are more than ${IDENTIFIERS} identifiers`);
    const item = list.next('an item', tag);
    const node = tag === DER.oid ? item : list.inside(item).next('the identifier', DER.oid);
    oids.push(list.oid(node) ?? '');
  }
  return oids;
}
