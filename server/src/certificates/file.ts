/** Owns PEM files: their blocks with what they hold, in order, and everything that is damaged in them. */
import type { Span } from '../text/span.ts';
import type { Certificate, UnreadableDer } from './certificate.ts';
import type { Damage, DamageKind } from './damage.ts';
import type { PrivateKey } from './key.ts';
import { firstElement, kindOfLabel, OBJECT_NAMES, type PemObject, readObject } from './objects.ts';
import { type PemBlock, scanPem } from './pem.ts';
import { headerProblem } from './pem-header.ts';
import { type FileKind, readBareFile } from './sniff.ts';

/** Most files have one certificate and nothing else. */
const NONE: readonly never[] = [];

interface ItemPlace {
  readonly label: string;
  /** The whole block, the label in its BEGIN line, and what stands between BEGIN and END. */
  readonly span: Span;
  readonly labelSpan: Span;
  readonly bodySpan: Span;
}

export interface CertificateItem extends ItemPlace {
  readonly kind: 'certificate';
  readonly certificate: Certificate;
}

export interface KeyItem extends ItemPlace {
  readonly kind: 'key';
  readonly key: PrivateKey;
}

/** A block of another kind, with what it holds. */
export type OtherItem = ItemPlace & Exclude<PemObject, { readonly kind: 'certificate' | 'key' }>;

/** What cannot be used. */
export interface DamagedItem {
  readonly kind: 'damaged';
  readonly label: string;
  readonly span: Span;
  /** Whether the block was read, and only what it holds is wrong: readers of other kinds of blocks skip it. */
  readonly sound: boolean;
  readonly damage: Damage;
}

export type PemItem = CertificateItem | KeyItem | OtherItem | DamagedItem;

/** A file of certificates and keys. Holds no secret bytes, whatever the file holds. */
export interface PemFile {
  /** In file order. */
  readonly items: readonly PemItem[];
  /** The first certificate: what a server presents as its own. */
  readonly leaf: CertificateItem | undefined;
  /** The certificates behind the first. */
  readonly chain: readonly CertificateItem[];
  readonly keys: readonly KeyItem[];
  /** All damage in file order, also what OpenSSL passes over in silence. */
  readonly damage: readonly Damage[];
  /** `pem`, or what a file without any block is. */
  readonly content: FileKind | 'pem';
  /** What a file without any block holds in DER. */
  readonly object: PemObject | undefined;
}

/**
 * Reads a file of any contents; never throws, and takes time linear in its length. `text` is the file as UTF-8 with a
 * BOM kept; `bytes`, where given, are asked for only when the text has no block, to say what the file is instead.
 */
export function readPemFile(text: string, bytes: () => Uint8Array = () => new TextEncoder().encode(text)): PemFile {
  const { reads, silent } = scanPem(text);
  const extra: Damage[] = [...silent];
  const items = reads.map((read): PemItem => {
    if (read.kind === 'refused')
      return { kind: 'damaged', label: read.label, span: read.damage.span, sound: false, damage: read.damage };
    return readBlock(text, read.block, extra);
  });
  const certificates = items.filter((item) => item.kind === 'certificate');
  for (const item of items) if (item.kind === 'damaged') extra.push(item.damage);
  const bare = reads.length > 0 ? undefined : readBareFile(bytes());
  if (bare?.unreadable !== undefined) extra.push(unreadableFile(bare.unreadable));
  return {
    items,
    leaf: certificates[0],
    chain: certificates.length > 1 ? certificates.slice(1) : NONE,
    keys: items.filter((item) => item.kind === 'key'),
    damage: extra.sort((a, b) => a.span.start - b.span.start),
    content: bare?.content ?? 'pem',
    object: bare?.object,
  };
}

function readBlock(text: string, block: PemBlock, extra: Damage[]): PemItem {
  const { label, span, labelSpan, bodySpan, header, bytes } = block;
  const place = { label, span, labelSpan, bodySpan };
  const damaged = (damage: Damage): DamagedItem => ({ kind: 'damaged', label, span, sound: true, damage });
  const kind = kindOfLabel(label);
  if (kind === 'other') return { kind, ...place };

  if (header !== '') {
    const problem = headerProblem(header);
    if (problem !== undefined) return damaged(headerDamage(text, block, problem));
  }
  const object = readObject(block);
  if (object.kind === 'unreadable') {
    const message = `This block is no readable ${OBJECT_NAMES[kind]}: ${object.message} (byte ${object.offset}).`;
    const stops = object.part === 'structure';
    return damaged({ kind: DAMAGES[kind] ?? 'object-der', span: labelSpan, message, opensslSays: undefined, stops });
  }
  if (object.kind === 'certificate' && label !== 'TRUSTED CERTIFICATE') {
    const count = bytes.length - firstElement(bytes).length;
    if (count > 0) {
      const message = `There are ${count} bytes behind the certificate in this block.`;
      extra.push({ kind: 'trailing-bytes', span: labelSpan, message, opensslSays: undefined, stops: false });
    }
  }
  // Most blocks are certificates, and a spread costs more than reading one.
  if (object.kind === 'certificate')
    return { kind: object.kind, certificate: object.certificate, label, span, labelSpan, bodySpan };
  return { ...object, ...place };
}

const DAMAGES: Partial<Record<PemObject['kind'], DamageKind>> = { certificate: 'certificate-der', key: 'key-der' };

/** A file in DER that starts as a certificate, request or revocation list does. */
function unreadableFile({ message, offset }: UnreadableDer): Damage {
  return {
    kind: 'object-der',
    span: { start: 0, end: 0 },
    message: `This file is binary (DER), but no certificate, request or revocation list: ${message} (byte ${offset}).`,
    opensslSays: undefined,
    stops: true,
  };
}

/** A header that OpenSSL does not take; most are base64 text that a blank line cuts in two. */
function headerDamage(text: string, block: PemBlock, problem: string): Damage {
  const { bodySpan, header } = block;
  const says = problem === 'unsupported version' ? undefined : problem;
  if (/^[A-Za-z0-9+/=\s]*$/.test(header)) {
    const start = bodySpan.start + (/\n[ \t\r]*(?=\n)/.exec(text.slice(bodySpan.start, bodySpan.end))?.index ?? 0) + 1;
    const span = { start, end: text.indexOf('\n', start) + 1 };
    const message = 'The blank line cuts the base64 text in two, and what stands above it is taken for a header.';
    return { kind: 'blank-line', span, message, opensslSays: says, stops: true };
  }
  const start = text.indexOf(header.slice(0, header.indexOf('\n')), bodySpan.start);
  const span = { start, end: start + header.indexOf('\n') };
  return {
    kind: 'header',
    span,
    message: 'OpenSSL knows no such header lines in this block.',
    opensslSays: says,
    stops: true,
  };
}
