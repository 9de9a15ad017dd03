/** Owns the question whether a certificate covers a server's names (RFC 9525, and the forms of nginx's server_name). */
import { domainToASCII } from 'node:url';
import type { MalformedExtension } from './extensions.ts';
import type { AlternativeNames } from './general-names.ts';
import { ipBytes, ipText } from './ip.ts';
import { EXTENSION } from './oids.ts';

/** `unknown` wherever a claim could be wrong: catch-all names, most patterns, names that cannot be read. */
export type Coverage = 'covered' | 'not-covered' | 'unknown';

interface Names {
  readonly san: Pick<AlternativeNames, 'dns' | 'ips'> | undefined;
  readonly malformed: readonly Pick<MalformedExtension, 'oid'>[];
}

/**
 * Whether a certificate is good for one reference name: a host name or an IP address (IPv6 also in brackets). Only
 * subject alternative names count; names in the subject do not (RFC 9525, 6.3). U-labels are converted first.
 */
export function coversName(certificate: Names, name: string): Coverage {
  if (hasMalformedNames(certificate)) return 'unknown';
  const ip = ipBytes(withoutBrackets(name));
  if (ip !== undefined) {
    const text = ipText(ip);
    return certificate.san?.ips.some((own) => own === text) === true ? 'covered' : 'not-covered';
  }
  const host = asciiName(name);
  if (host === undefined) return 'unknown';
  return certificateNames(certificate).some((own) => matchesHost(own, host)) ? 'covered' : 'not-covered';
}

/**
 * Whether a certificate is good for what one word of nginx's server_name matches: `example.com`, `.example.com`,
 * `*.example.com`, `www.example.*`, `~regex`. A pattern is `not-covered` where names that it matches certainly fail:
 * a leading wildcard without the same wildcard in the certificate, a trailing wildcard or an expression when the
 * certificate has no name at all that it could match. Names without a dot, `_`, `""` and variables are `unknown`.
 */
export function coversServerName(certificate: Names, serverName: string): Coverage {
  if (hasMalformedNames(certificate)) return 'unknown';
  if (serverName.startsWith('~')) return coversExpression(certificate, serverName.slice(1));
  if (serverName.startsWith('.')) {
    const host = serverName.slice(1);
    const both = [coversServerName(certificate, host), coversServerName(certificate, `*.${host}`)];
    if (both.includes('unknown')) return 'unknown';
    return both.includes('not-covered') ? 'not-covered' : 'covered';
  }
  if (serverName.startsWith('*.')) {
    const host = asciiName(serverName.slice(2));
    if (host === undefined || !host.includes('.')) return 'unknown';
    return certificateNames(certificate).includes(`*.${host}`) ? 'covered' : 'not-covered';
  }
  if (serverName.endsWith('.*')) {
    const start = asciiName(serverName.slice(0, -2));
    if (start === undefined) return 'unknown';
    return certificateNames(certificate).some((own) => mayStartWith(own, `${start}.`)) ? 'unknown' : 'not-covered';
  }
  const isAddress = ipBytes(withoutBrackets(serverName)) !== undefined;
  if (!isAddress && !serverName.replace(/\.$/, '').includes('.')) return 'unknown';
  return coversName(certificate, serverName);
}

/** A certificate is not covered only where the expression ends with fixed text that no name of it can end with. */
function coversExpression(certificate: Names, expression: string): Coverage {
  const tail = fixedEnd(expression);
  if (tail === undefined) return 'unknown';
  return certificateNames(certificate).some((own) => mayEndWith(own, tail)) ? 'unknown' : 'not-covered';
}

/** The text with which everything ends that a regular expression matches, in lower case; undefined where that is not plain. */
function fixedEnd(expression: string): string | undefined {
  if (!expression.endsWith('$') || /[|#\s]|\\[QE]|\(\?[a-zA-Z^-]*x/.test(expression)) return undefined;
  let tail = '';
  let at = expression.length - 2;
  for (; at >= 0; at--) {
    const character = expression.charAt(at);
    const escaped = isEscaped(expression, at);
    if (escaped && /[A-Za-z0-9]/.test(character)) {
      // `\x41` or `\12`: the characters read so far may belong to the escape. `\d` and its like stand alone.
      return /[dDwWsSbB]/.test(character) ? tail || undefined : undefined;
    }
    if (escaped ? !/[._-]/.test(character) : !/[A-Za-z0-9_-]/.test(character)) break;
    tail = character.toLowerCase() + tail;
    if (escaped) at--;
  }
  return tail || undefined;
}

function isEscaped(text: string, at: number): boolean {
  let count = 0;
  while (text[at - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

/** Whether a certificate's name, or a name that its wildcard stands for, can start with `prefix` (which ends with a dot). */
function mayStartWith(own: string, prefix: string): boolean {
  if (!own.startsWith('*.')) return own.startsWith(prefix);
  return own.slice(2).startsWith(prefix.slice(prefix.indexOf('.') + 1));
}

/** Whether a certificate's name, or a name that its wildcard stands for, can end with `tail`. */
function mayEndWith(own: string, tail: string): boolean {
  if (!own.startsWith('*.')) return own.endsWith(tail);
  const rest = own.slice(1);
  if (rest.endsWith(tail)) return true;
  return tail.endsWith(rest) && !tail.slice(0, -rest.length).includes('.');
}

/** RFC 9525, 6.3: a wildcard is the whole left-most label and stands for exactly one label. */
function matchesHost(own: string, host: string): boolean {
  if (!own.startsWith('*.')) return own === host;
  const dot = host.indexOf('.');
  return dot > 0 && own.slice(1) === host.slice(dot);
}

function certificateNames(certificate: Names): readonly string[] {
  return certificate.san?.dns.map((name) => name.toLowerCase()) ?? [];
}

/** Names that cannot be read are not known to be absent. */
function hasMalformedNames(certificate: Names): boolean {
  return certificate.malformed.some(({ oid }) => oid === EXTENSION.subjectAltName);
}

function withoutBrackets(name: string): string {
  return /^\[.*\]$/.test(name) ? name.slice(1, -1) : name;
}

/**
 * A host name in lower-case A-labels without its trailing dot; undefined for what is no host name. One that ends in a
 * number (`10.1`, `1.2.3.4.5`) is none: clients take it for an IP address, or refuse it (WHATWG URL, 3.5).
 */
function asciiName(name: string): string | undefined {
  const plain = name.replace(/\.$/, '');
  if (/(^|\.)(\d+|0x[\da-f]*)$/i.test(plain)) return undefined;
  const ascii = /[^\0-\x7f]/.test(plain) ? domainToASCII(plain) : plain.toLowerCase();
  return /^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(ascii) ? ascii : undefined;
}
