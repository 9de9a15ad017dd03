/** Owns certificates made byte by byte, for tests of paths: any extension, any fault, and fast enough for hundreds of them. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Certificate, readCertificate } from '../../server/src/certificates/certificate.ts';
import { DER, derElement } from '../../server/src/certificates/der.ts';
import { pem } from './samples.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A new P-256 key. */
export function newKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

/** Subtrees of name constraints, by kind. */
export interface Tree {
  readonly dns?: readonly string[];
  readonly emails?: readonly string[];
  /** Address and mask in one, 8 bytes for IPv4. */
  readonly ips?: readonly (readonly number[])[];
  readonly directory?: readonly string[];
}

export interface Making {
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyPair;
  readonly signer: KeyPair;
  /** By default a span around the test's day. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly serial?: number;
  /** Undefined leaves basicConstraints out. */
  readonly ca?: boolean | undefined;
  readonly pathLength?: number | undefined;
  /** Bits of keyUsage, the first as the highest: 0x80 digitalSignature, 0x06 keyCertSign and cRLSign. */
  readonly keyUsage?: number | undefined;
  /** `1` for serverAuth, `2` for clientAuth, as the last arc. */
  readonly purposes?: readonly number[] | undefined;
  readonly names?: readonly string[] | undefined;
  readonly permitted?: Tree | undefined;
  readonly excluded?: Tree | undefined;
  /** Policies of 2.23.140.1.2. */
  readonly policies?: readonly number[] | undefined;
  readonly requirePolicy?: number | undefined;
  /** The key that authorityKeyIdentifier names; with it comes a subjectKeyIdentifier. */
  readonly authority?: KeyPair | undefined;
  /** A critical extension that nobody knows. */
  readonly unknown?: boolean | undefined;
}

/** The day on which tests judge. */
export const NOW: number = Date.UTC(2026, 10, 30);
const YEAR = 365 * 86_400_000;

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
let serials = 1000;

export interface Made {
  readonly certificate: Certificate;
  readonly pem: string;
}

export function make(making: Making): Made {
  const { issuer, key, notAfter = NOW + YEAR, notBefore = NOW - YEAR, serial = serials++, signer, subject } = making;
  const body = sequence(
    derElement(0xa0, integer(2)),
    integer(serial),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    new Uint8Array(key.publicKey.export({ format: 'der', type: 'spki' })),
    derElement(0xa3, sequence(...extensionsOf(making))),
  );
  const der = signed(body, signer);
  const certificate = readCertificate(der);
  if (certificate.kind === 'unreadable') throw new Error(certificate.message);
  return { certificate, pem: pem('CERTIFICATE', der) };
}

/** A revocation list with these serial numbers. */
export function makeList(
  issuer: string,
  signer: KeyPair,
  serials: readonly number[],
  nextUpdate = NOW + YEAR,
): Uint8Array {
  const entries = serials.map((serial) => sequence(integer(serial), time(NOW - YEAR)));
  const number = extension([0x55, 0x1d, 0x14], false, integer(1));
  return signed(
    sequence(
      integer(1),
      ECDSA_SHA256,
      nameOf(issuer),
      time(NOW - YEAR),
      time(nextUpdate),
      ...(entries.length > 0 ? [sequence(...entries)] : []),
      derElement(0xa0, sequence(number)),
    ),
    signer,
  );
}

function signed(body: Uint8Array, signer: KeyPair): Uint8Array {
  const signature = sign('sha256', body, signer.privateKey);
  return sequence(body, ECDSA_SHA256, derElement(DER.bitString, Uint8Array.of(0), signature));
}

function extensionsOf(making: Making): Uint8Array[] {
  const {
    authority,
    ca,
    excluded,
    keyUsage,
    names,
    pathLength,
    permitted,
    policies,
    purposes,
    requirePolicy,
    unknown,
  } = making;
  const out: Uint8Array[] = [];
  if (ca !== undefined) {
    const fields = [...(ca ? [derElement(DER.boolean, Uint8Array.of(0xff))] : [])];
    if (pathLength !== undefined) fields.push(integer(pathLength));
    out.push(extension([0x55, 0x1d, 0x13], true, sequence(...fields)));
  }
  if (keyUsage !== undefined) out.push(extension([0x55, 0x1d, 0x0f], true, bits(keyUsage)));
  if (purposes !== undefined) {
    const list = purposes.map((arc) => oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, arc));
    out.push(extension([0x55, 0x1d, 0x25], false, sequence(...list)));
  }
  if (names !== undefined) out.push(extension([0x55, 0x1d, 0x11], false, sequence(...names.map(generalName))));
  if (permitted !== undefined || excluded !== undefined) {
    const sides = [
      ...(permitted === undefined ? [] : [derElement(0xa0, ...subtrees(permitted))]),
      ...(excluded === undefined ? [] : [derElement(0xa1, ...subtrees(excluded))]),
    ];
    out.push(extension([0x55, 0x1d, 0x1e], true, sequence(...sides)));
  }
  if (policies !== undefined) {
    const list = policies.map((arc) => sequence(oid(0x67, 0x81, 0x0c, 0x01, 0x02, arc)));
    out.push(extension([0x55, 0x1d, 0x20], false, sequence(...list)));
  }
  if (requirePolicy !== undefined) {
    out.push(extension([0x55, 0x1d, 0x24], true, sequence(derElement(0x80, Uint8Array.of(requirePolicy)))));
  }
  if (authority !== undefined) {
    out.push(extension([0x55, 0x1d, 0x0e], false, derElement(DER.octetString, keyId(making.key))));
    out.push(extension([0x55, 0x1d, 0x23], false, sequence(derElement(0x80, keyId(authority)))));
  }
  if (unknown === true) out.push(extension([0x2a, 0x03, 0x04], true, derElement(DER.null)));
  return out;
}

function keyId({ publicKey }: KeyPair): Uint8Array {
  return createHash('sha1')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
}

function generalName(name: string): Uint8Array {
  if (/^[\d.]+$/.test(name)) return derElement(0x87, Uint8Array.from(name.split('.').map(Number)));
  return derElement(name.includes('@') ? 0x81 : 0x82, text(name));
}

function subtrees({ dns = [], emails = [], ips = [], directory = [] }: Tree): Uint8Array[] {
  return [
    ...dns.map((name) => sequence(derElement(0x82, text(name)))),
    ...emails.map((name) => sequence(derElement(0x81, text(name)))),
    ...ips.map((bytes) => sequence(derElement(0x87, Uint8Array.from(bytes)))),
    ...directory.map((name) => sequence(derElement(0xa4, nameOf(name)))),
  ];
}

function extension(id: readonly number[], critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [derElement(DER.boolean, Uint8Array.of(0xff))] : [];
  return sequence(oid(...id), ...flag, derElement(DER.octetString, value));
}

/** A name of one common name; empty for an empty text. */
function nameOf(commonName: string): Uint8Array {
  if (commonName === '') return sequence();
  return sequence(derElement(DER.set, sequence(oid(0x55, 0x04, 0x03), derElement(0x0c, text(commonName)))));
}

function time(ms: number): Uint8Array {
  return derElement(0x18, text(`${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));
}

function integer(value: number): Uint8Array {
  const hex = value.toString(16);
  return derElement(
    DER.integer,
    Buffer.from(hex.length % 2 === 0 ? `00${hex}` : `0${hex}`, 'hex').subarray(needlessZero(hex)),
  );
}

/** Whether the leading zero byte that `integer` adds is not needed. */
function needlessZero(hex: string): number {
  return hex.length % 2 === 0 && Number.parseInt(hex.slice(0, 2), 16) < 0x80 ? 1 : 0;
}

function bits(value: number): Uint8Array {
  let unused = 0;
  while (unused < 7 && ((value >> unused) & 1) === 0) unused++;
  return derElement(DER.bitString, Uint8Array.of(unused, value));
}

function oid(...bytes: readonly number[]): Uint8Array {
  return derElement(DER.oid, Uint8Array.from(bytes));
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return derElement(DER.sequence, ...parts);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
