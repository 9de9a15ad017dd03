/** Owns certificates for tests: authorities of their own, leaves with any names and dates, chains, keys. */
import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

export type KeyKind = 'rsa2048' | 'p256' | 'ed25519';

export interface CertificateOptions {
  /** Subject CN; by default the first name, or a word for an authority. */
  readonly commonName?: string;
  /** Subject alternative names; an IP address becomes one of type IP. None at all leaves the extension out. */
  readonly names?: readonly string[];
  /** By default a day ago. */
  readonly notBefore?: Date;
  /** By default in 90 days, for an authority in ten years. */
  readonly notAfter?: Date;
  /** By default `p256`. */
  readonly key?: KeyKind;
  /** Extended key usage of a leaf, by default `['server']`; an empty list leaves the extension out. */
  readonly usages?: readonly ('server' | 'client' | 'ocsp')[];
  /** The address of an OCSP responder; none by default. */
  readonly ocsp?: string;
  /** Encrypts the private key (PKCS #8, AES-256-CBC). */
  readonly passphrase?: string;
}

/** PEM texts of one certificate. */
export interface Issued {
  readonly certificate: string;
  /** PKCS #8; encrypted when a passphrase was given. */
  readonly key: string;
  /** The certificate, then every intermediate: what a server should present. */
  readonly chain: string;
  /** `chain` and `key` in one file, as HAProxy reads it. */
  readonly bundle: string;
}

/** Something that signs. */
export interface Authority {
  readonly certificate: string;
  readonly key: string;
  /** The certificate of the root above it, or its own. */
  readonly root: string;
  issue(options: CertificateOptions): Promise<Issued>;
  intermediate(options?: CertificateOptions): Promise<Authority>;
  /** A revocation list in PEM, by default for a week, with nothing on it. */
  revocationList(options?: { readonly nextUpdate?: Date }): Promise<string>;
}

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;
interface Signer {
  readonly subject: string;
  readonly keys: CryptoKeyPair;
  /** PEM of the certificates between the leaf and the root, nearest first. */
  readonly intermediates: string;
  readonly root: string;
}

const DAY_MS = 86_400_000;
const KEY_ALGORITHMS: Readonly<Record<KeyKind, webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams | string>> = {
  rsa2048: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  p256: { name: 'ECDSA', namedCurve: 'P-256' },
  ed25519: 'Ed25519',
};
const USAGES = {
  server: x509.ExtendedKeyUsage.serverAuth,
  client: x509.ExtendedKeyUsage.clientAuth,
  ocsp: x509.ExtendedKeyUsage.ocspSigning,
};

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

/** A new root authority, unknown to everybody else. */
export async function createAuthority(options: CertificateOptions = {}): Promise<Authority> {
  const subject = `CN=${options.commonName ?? 'wsslint test root'}`;
  const keys = await generateKeys(options.key);
  const certificate = await sign(subject, keys.publicKey, { subject, keys }, options, 'authority');
  return authority({ subject, keys, intermediates: '', root: certificate }, certificate, options);
}

/** A certificate that signs itself, not as an authority. */
export async function selfSigned(options: CertificateOptions): Promise<Issued> {
  const keys = await generateKeys(options.key);
  const subject = leafSubject(options);
  const certificate = await sign(subject, keys.publicKey, { subject, keys }, options, 'leaf');
  return issued(certificate, '', keys, options);
}

let shared: Promise<Authority> | undefined;

/** One authority for all who only need some trusted certificate; made once in a test process. */
export function sharedAuthority(): Promise<Authority> {
  shared ??= createAuthority();
  return shared;
}

function authority(signer: Signer, certificate: string, options: CertificateOptions): Authority {
  return {
    certificate,
    key: privateKeyPem(signer.keys.privateKey, options.passphrase),
    root: signer.root,
    async issue(leaf) {
      const keys = await generateKeys(leaf.key);
      const signed = await sign(leafSubject(leaf), keys.publicKey, signer, leaf, 'leaf');
      return issued(signed, signer.intermediates, keys, leaf);
    },
    async revocationList({ nextUpdate = new Date(Date.now() + 7 * DAY_MS) } = {}) {
      const list = await x509.X509CrlGenerator.create({
        issuer: signer.subject,
        thisUpdate: new Date(Math.min(Date.now(), nextUpdate.getTime()) - DAY_MS),
        nextUpdate,
        signingKey: signer.keys.privateKey,
        signingAlgorithm: { name: signer.keys.privateKey.algorithm.name, hash: 'SHA-256' },
        entries: [],
      });
      return `${list.toString('pem').replaceAll(/(BEGIN|END) CRL/g, '$1 X509 CRL')}\n`;
    },
    async intermediate(below = {}) {
      const subject = `CN=${below.commonName ?? 'wsslint test intermediate'}`;
      const keys = await generateKeys(below.key);
      const signed = await sign(subject, keys.publicKey, signer, below, 'authority');
      const next = { subject, keys, intermediates: signed + signer.intermediates, root: signer.root };
      return authority(next, signed, below);
    },
  };
}

function issued(certificate: string, above: string, keys: CryptoKeyPair, options: CertificateOptions): Issued {
  const key = privateKeyPem(keys.privateKey, options.passphrase);
  return { certificate, key, chain: certificate + above, bundle: certificate + above + key };
}

async function sign(
  subject: string,
  publicKey: CryptoKey,
  signer: Pick<Signer, 'subject' | 'keys'>,
  options: CertificateOptions,
  role: 'authority' | 'leaf',
): Promise<string> {
  const isAuthority = role === 'authority';
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: signer.subject,
    publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: { name: signer.keys.privateKey.algorithm.name, hash: 'SHA-256' },
    notBefore: options.notBefore ?? new Date(now - DAY_MS),
    notAfter: options.notAfter ?? new Date(now + (isAuthority ? 3650 : 90) * DAY_MS),
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      ...(isAuthority
        ? [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)]
        : []),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer.keys.publicKey),
      ...(isAuthority ? [] : leafExtensions(options)),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function leafExtensions({ names = [], usages = ['server'], ocsp }: CertificateOptions): x509.Extension[] {
  const extensions: x509.Extension[] = [];
  if (ocsp !== undefined) extensions.push(new x509.AuthorityInfoAccessExtension({ ocsp }));
  if (usages.length > 0) extensions.push(new x509.ExtendedKeyUsageExtension(usages.map((usage) => USAGES[usage])));
  if (names.length > 0) {
    const generalNames = names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
    extensions.push(new x509.SubjectAlternativeNameExtension(generalNames));
  }
  return extensions;
}

function leafSubject({ commonName, names = [] }: CertificateOptions): string {
  return `CN=${commonName ?? names[0] ?? 'wsslint test leaf'}`;
}

async function generateKeys(kind: KeyKind = 'p256'): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(KEY_ALGORITHMS[kind], true, ['sign', 'verify'])) as CryptoKeyPair;
}

function privateKeyPem(key: CryptoKey, passphrase: string | undefined): string {
  const protection = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return KeyObject.from(key)
    .export({ type: 'pkcs8', format: 'pem', ...protection })
    .toString();
}
