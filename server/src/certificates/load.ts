/** Owns what servers get when they load a PEM file, as a certificate or as a private key, and why they refuse. */
import type { Span } from '../text/span.ts';
import type { Damage } from './damage.ts';
import type { CertificateItem, DamagedItem, KeyItem, PemFile, PemItem } from './file.ts';
import { isKeyLabel } from './key.ts';
import { kindOfLabel } from './objects.ts';
import type { FileKind } from './sniff.ts';

export type CertificateFile =
  | {
      readonly kind: 'usable';
      readonly leaf: CertificateItem;
      /** In file order, as they are sent. */
      readonly chain: readonly CertificateItem[];
    }
  | { readonly kind: 'damaged'; readonly damage: Damage };

export type KeyFile =
  | { readonly kind: 'usable'; readonly key: KeyItem }
  | { readonly kind: 'damaged'; readonly damage: Damage };

/** OpenSSL's words for a file without a key, whatever the cause (`DECODER routines::unsupported`). */
const NO_KEY = 'unsupported';
const NO_CERTIFICATE = 'no start line';

/**
 * The file as `ssl_certificate` names it. ngx_ssl_load_certificate reads the first certificate with
 * PEM_read_bio_X509_AUX and further ones with PEM_read_bio_X509 until there is no BEGIN line left; both skip sound
 * blocks with other labels, and both refuse a damaged block whatever its label. A trusted certificate can only be the
 * first one. A certificate with a time that is none is given as damaged too, although nginx loads it (`stops` is false).
 */
export function asCertificateFile(file: PemFile): CertificateFile {
  let leaf: CertificateItem | undefined;
  const chain: CertificateItem[] = [];
  for (const item of file.items) {
    if (item.kind === 'damaged' && refusesCertificate(item)) return { kind: 'damaged', damage: item.damage };
    if (item.kind !== 'certificate') continue;
    if (leaf === undefined) {
      const trailing = trailingBytes(file, item);
      // X509_AUX reads what follows as trust settings; the chain's reader does not look at it.
      if (trailing !== undefined)
        return { kind: 'damaged', damage: { ...trailing, opensslSays: 'ASN1 lib', stops: true } };
      leaf = item;
    } else if (item.label !== 'TRUSTED CERTIFICATE') chain.push(item);
  }
  if (leaf !== undefined) return { kind: 'usable', leaf, chain };
  return { kind: 'damaged', damage: nothingFound(file, 'certificate', NO_CERTIFICATE) };
}

/** What OpenSSL and BoringSSL take of a peer's certificates (SSL_MAX_CERT_LIST_DEFAULT), so also browsers built on it. */
const MOST_BYTES = 102_400;

/**
 * That a server can load and send certificates, but most clients refuse so much. The message has three bytes in front of
 * each certificate, and three in front of them all.
 */
export function excessOf(sent: readonly [CertificateItem, ...CertificateItem[]]): Damage | undefined {
  const bytes = sent.reduce((sum, { certificate }) => sum + 3 + certificate.der.length, 3);
  if (bytes <= MOST_BYTES) return undefined;
  const message = `The certificates have ${bytes} bytes together, and most clients take at most ${MOST_BYTES} ("excessive message size").`;
  return { kind: 'too-large', span: sent[0].span, message, opensslSays: undefined, stops: false };
}

/**
 * The file as HAProxy's `crt` names it: the first certificate as `asCertificateFile` reads it. HAProxy ends the chain
 * without a word at the first block that is no PEM for OpenSSL, and refuses one that is no certificate inside
 * (ssl_sock_load_pem_into_ckch; measured with 2.6). `cut` is what ended the chain.
 */
export function asBundle(file: PemFile): CertificateFile & { readonly cut?: Damage } {
  const first = file.items.findIndex(({ kind }) => kind === 'certificate');
  const at = file.items.findIndex((item, i) => i > first && item.kind === 'damaged' && refusesCertificate(item));
  const broken = file.items[at];
  if (first < 0 || broken?.kind !== 'damaged' || broken.damage.kind === 'certificate-der')
    return asCertificateFile(file);
  return { ...asCertificateFile({ ...file, items: file.items.slice(0, at) }), cut: broken.damage };
}

/**
 * The file as `ssl_certificate_key` names it: the first private key that can be read. Unlike certificates, keys are
 * searched for behind damaged blocks too.
 */
export function asKeyFile(file: PemFile): KeyFile {
  const key = file.keys[0];
  if (key !== undefined) return { kind: 'usable', key };
  // A block of another kind that is sound as PEM is passed over, whatever it holds.
  const damaged = file.items.flatMap((item) =>
    item.kind === 'damaged' && (!item.sound || isKeyLabel(item.label)) ? [item] : [],
  );
  const blamed = damaged.find((item) => isKeyLabel(item.label)) ?? damaged[0];
  if (blamed !== undefined) return { kind: 'damaged', damage: { ...blamed.damage, opensslSays: NO_KEY, stops: true } };
  return { kind: 'damaged', damage: nothingFound(file, 'private key', NO_KEY) };
}

/**
 * Why a file of authorities or of revocation lists is not taken (X509_load_cert_crl_file): a damaged block, or neither a
 * certificate nor a list in it. Undefined where it is.
 */
export function storeDamage(file: PemFile, wanted: 'certificate' | 'revocation list'): Damage | undefined {
  const damaged = file.items.find((item) => item.kind === 'damaged' && isRead(item));
  if (damaged?.kind === 'damaged' && damaged.damage.stops) return damaged.damage;
  const isHeld = damaged !== undefined || file.items.some(({ kind }) => HELD.has(kind));
  return isHeld ? undefined : nothingFound(file, wanted, 'no certificate or crl found');
}

/** A damaged block that the reader of certificates and lists does not pass over. */
function isRead({ label, sound }: DamagedItem): boolean {
  return !sound || HELD.has(kindOfLabel(label));
}

const HELD: ReadonlySet<string> = new Set(['certificate', 'revocation-list']);

/** Why a file of DH parameters is not taken (PEM_read_bio_DHparams): a damaged block before them, or none. Undefined where it is. */
export function parametersDamage(file: PemFile): Damage | undefined {
  for (const item of file.items) {
    if (item.kind === 'parameters' && item.parameters.kind === 'dh') return undefined;
    if (item.kind === 'damaged' && (!item.sound || kindOfLabel(item.label) === 'parameters')) return item.damage;
  }
  return nothingFound(file, 'DH parameters', NO_CERTIFICATE);
}

/** A sound block of another kind is skipped by the search for a certificate, whatever it holds. */
function refusesCertificate({ label, sound }: DamagedItem): boolean {
  return !sound || kindOfLabel(label) === 'certificate';
}

function trailingBytes(file: PemFile, item: CertificateItem): Damage | undefined {
  if (item.label === 'TRUSTED CERTIFICATE') return undefined;
  return file.damage.find((damage) => damage.kind === 'trailing-bytes' && damage.span.start === item.labelSpan.start);
}

type Wanted = 'certificate' | 'private key' | 'DH parameters' | 'revocation list';

/** Why a file without damage that OpenSSL names has not what is needed. */
function nothingFound(file: PemFile, wanted: Wanted, says: string): Damage {
  const passedOver = file.damage.find(({ stops, kind }) => !stops && kind !== 'trailing-bytes' && kind !== 'too-many');
  if (passedOver !== undefined) return { ...passedOver, opensslSays: says, stops: true };
  const first = file.items[0];
  const span: Span =
    first === undefined ? { start: 0, end: 0 } : first.kind === 'damaged' ? first.span : first.labelSpan;
  const message = `This file holds no ${wanted}: ${first === undefined ? ofFile(file.content, wanted) : ofBlock(first)}.`;
  return { kind: 'wrong-kind', span, message, opensslSays: says, stops: true };
}

function ofBlock(item: PemItem): string {
  if (item.kind === 'openssh-key') return 'it is a key in the format of OpenSSH, which TLS libraries do not read';
  if (item.kind === 'request') return 'it is a certificate request, which an authority makes a certificate of';
  if (item.kind === 'bundle') return 'it is a PKCS#7 bundle (.p7b), which servers do not read';
  return `its first block is "${item.label}"`;
}

function ofFile(content: FileKind | 'pem', wanted: Wanted): string {
  switch (content) {
    case 'empty':
      return 'it is empty';
    case 'certificate-der':
      return 'it is a certificate in binary form (DER), and PEM is needed';
    case 'key-der':
      return 'it is a private key in binary form (DER), and PEM is needed';
    case 'public-key-der':
      return 'it is a public key in binary form (DER)';
    case 'request-der':
      return 'it is a certificate request, which an authority makes a certificate of';
    case 'revocation-list-der':
      return 'it is a revocation list in binary form (DER), and PEM is needed';
    case 'pkcs12':
      return 'it is a PKCS#12 container (.p12, .pfx), and PEM is needed';
    case 'pkcs7':
      return 'it is a PKCS#7 container (.p7b), and PEM is needed';
    case 'utf-16':
      return 'it is written in UTF-16, and UTF-8 is needed';
    case 'openssh-key':
      return 'it is a key in the format of OpenSSH, which TLS libraries do not read';
    case 'binary':
      return 'it is a binary file of an unknown kind';
    case 'text':
    case 'pem':
      return `no line reads "-----BEGIN ${wanted === 'revocation list' ? 'X509 CRL' : wanted.toUpperCase()}-----"`;
  }
}
