/** Owns what the text of a whole certificate says beyond what rules need: decoded extensions, hashes. The only importer of @peculiar/x509. */
// @peculiar/x509 throws on import unless this came first.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { type Extension, TextConverter, X509Certificate } from '@peculiar/x509';
import { readCertificate } from './certificate.ts';
import { EXTENSION } from './oids.ts';

export interface ExtensionDetails {
  /** Dotted object identifier. */
  readonly oid: string;
  /** `Subject Alternative Name`; the object identifier again where the library knows none. */
  readonly name: string;
  readonly critical: boolean;
  /** The contents in lines of text; hexadecimal for extensions that are not known. */
  readonly text: string;
}

export interface CertificateDetails {
  /** Hashes of the DER, as `AB:CD:…`. */
  readonly sha256: string;
  readonly sha1: string;
  /** Undefined where neither reader understands the certificate. */
  readonly subject: string | undefined;
  readonly issuer: string | undefined;
  /** As `0A:1B:…`. */
  readonly serial: string | undefined;
  /** Milliseconds since 1970; undefined where they are no valid times. */
  readonly notBefore: number | undefined;
  readonly notAfter: number | undefined;
  /** In the order of the encoding; empty where @peculiar/x509 cannot read them all. */
  readonly extensions: readonly ExtensionDetails[];
}

/**
 * Describes a certificate for people. Never rejects. Reached only through `await import()`: loading the library takes
 * about as long as starting Node does. Times come from our own reader, because the library rolls month 13 over.
 */
export async function describeCertificate(der: Uint8Array): Promise<CertificateDetails> {
  const read = readCertificate(der);
  const own = read.kind === 'certificate' ? read : undefined;
  const library = attempt(() => new X509Certificate(new Uint8Array(der)));
  return {
    sha256: fingerprint('sha256', der),
    sha1: fingerprint('sha1', der),
    subject: own?.subject.text ?? attempt(() => library?.subject),
    issuer: own?.issuer.text ?? attempt(() => library?.issuer),
    serial: colons(own?.serial ?? library?.serialNumber),
    notBefore: own?.notBefore,
    notAfter: own?.notAfter,
    // The library reads extensions when asked for them, all or none.
    extensions: attempt(() => Array.from(library?.extensions ?? [], describeExtension)) ?? [],
  };
}

/** The library says no by throwing. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function describeExtension(extension: Extension): ExtensionDetails {
  const { type: oid, critical } = extension;
  const text = attempt(() => TextConverter.serialize(extension.toTextObject()));
  if (text === undefined) return { oid, name: oid, critical, text: Buffer.from(extension.value).toString('hex') };
  // The first line is `Name: critical`, the others are indented by two blanks.
  const [head = oid, ...lines] = text.split('\n');
  const indented = lines.map((line) => line.slice(2)).join('\n');
  // The library leaves out what is false.
  const whole = indented === '' && oid === EXTENSION.basicConstraints ? 'CA: false' : indented;
  return { oid, name: head.replace(/:( critical)?$/, ''), critical, text: whole };
}

function fingerprint(algorithm: 'sha256' | 'sha1', der: Uint8Array): string {
  return colons(createHash(algorithm).update(der).digest('hex')) ?? '';
}

function colons(hex: string | undefined): string | undefined {
  return hex?.toUpperCase().replace(/..(?=.)/g, '$&:');
}
