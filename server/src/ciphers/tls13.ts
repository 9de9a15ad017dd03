/** Owns the suites of TLS 1.3, which OpenSSL keeps apart: their setting is `Ciphersuites` (SSL_CTX_set_ciphersuites, ssl/ssl_ciph.c). */
import { type Span, span } from '../text/span.ts';
import { type Library, since } from './libraries.ts';
import type { Suite } from './suites.ts';

function suite(
  name: string,
  id: number,
  encryption: string,
  bits: number,
  strength: number,
  ...classes: string[]
): Suite {
  return {
    name,
    ianaName: name,
    id,
    protocol: 'TLSv1.3',
    keyExchange: 'any',
    authentication: 'any',
    encryption,
    bits,
    strength,
    mac: encryption === 'NULL' ? name.slice(-6) : 'AEAD',
    classes: new Set(classes),
    forwardSecret: true,
  };
}

/** ssl/s3_lib.c of 1.1.1w, 3.0.20 and 3.5.7. */
const COMMON = [
  suite('TLS_AES_256_GCM_SHA384', 0x1302, 'AES256GCM', 256, 256, 'HIGH'),
  suite('TLS_CHACHA20_POLY1305_SHA256', 0x1303, 'CHACHA20', 256, 256, 'HIGH'),
  suite('TLS_AES_128_GCM_SHA256', 0x1301, 'AES128GCM', 128, 128, 'HIGH'),
  suite('TLS_AES_128_CCM_SHA256', 0x1304, 'AES128CCM', 128, 128, 'NOT_DEFAULT', 'HIGH'),
];
const CCM8 = suite('TLS_AES_128_CCM_8_SHA256', 0x1305, 'AES128CCM8', 128, 128, 'NOT_DEFAULT', 'HIGH');
/** CHANGES.md of 3.2: CCM8 counts as 64 bits, because its tag is short. */
const WEAKER_CCM8 = suite('TLS_AES_128_CCM_8_SHA256', 0x1305, 'AES128CCM8', 128, 64, 'NOT_DEFAULT', 'MEDIUM');
/** RFC 9150: integrity only. CHANGES.md of 3.4. */
const UNENCRYPTED = [
  suite('TLS_SHA256_SHA256', 0xc0b4, 'NULL', 256, 0, 'NOT_DEFAULT', 'STRONG_NONE'),
  suite('TLS_SHA384_SHA384', 0xc0b5, 'NULL', 384, 0, 'NOT_DEFAULT', 'STRONG_NONE'),
];

/** What is a suite of TLS 1.3 in some release. */
export const TLS13_NAMES: ReadonlySet<string> = new Set([...COMMON, CCM8, ...UNENCRYPTED].map(({ name }) => name));

/** The suites that a release has; 1.0.2 has no TLS 1.3. */
export function tls13SuitesOf(library: Library): readonly Suite[] {
  if (!since(library, '1.1.1')) return [];
  return [...COMMON, since(library, '3.2') ? WEAKER_CCM8 : CCM8, ...(since(library, '3.4') ? UNENCRYPTED : [])];
}

/** What is offered where nothing is set (OSSL_default_ciphersuites; the same in 1.1.1). */
export function defaultTls13Suites(library: Library): readonly Suite[] {
  return tls13SuitesOf(library).filter(({ classes }) => !classes.has('NOT_DEFAULT'));
}

export interface Tls13Evaluation {
  /** The suites as written, also twice; an empty value is allowed and leaves no TLS 1.3. */
  readonly suites: readonly Suite[];
  readonly unknown: readonly { readonly name: string; readonly span: Span }[];
  /** Whether OpenSSL refuses the value: 1.1.1 for any unknown or empty name, since 3.0 only where none is known. */
  readonly refused: boolean;
}

/** Evaluates a value of `Ciphersuites`: names between colons, blanks around them do not count. Never throws. */
export function evaluateTls13(text: string, library: Library): Tls13Evaluation {
  const known = new Map(tls13SuitesOf(library).map((one) => [one.name, one]));
  const suites: Suite[] = [];
  const unknown: { name: string; span: Span }[] = [];
  let names = 0;
  let start = 0;
  for (const part of text === '' ? [] : text.split(':')) {
    const name = /[^ \t\n\v\f\r](?:.*[^ \t\n\v\f\r])?/su.exec(part);
    const found = known.get(name?.[0] ?? '');
    if (found !== undefined) suites.push(found);
    else if (name !== null) {
      const from = start + name.index;
      unknown.push({ name: name[0], span: span(from, from + name[0].length) });
    }
    names++;
    start += part.length + 1;
  }
  const strict = !since(library, '3.0');
  return { suites, unknown, refused: names > 0 && (suites.length === 0 || (strict && suites.length < names)) };
}
