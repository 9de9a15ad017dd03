/** Owns addresses as stunnel writes them: `443`, `host:443`, `:::443`, `/run/socket`. */
import type { Address } from '../../../model/addresses.ts';
import { isOpen } from '../claim.ts';
import { entriesOf, type Scope } from '../options.ts';
import type { Entry } from '../project.ts';

/** Names of services from `/etc/services` that people write for ports. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
  ['imap', '143'],
  ['imap2', '143'],
  ['imaps', '993'],
  ['ldap', '389'],
  ['ldaps', '636'],
  ['pop3', '110'],
  ['pop3s', '995'],
  ['smtp', '25'],
  ['smtps', '465'],
  ['ssmtp', '465'],
  ['submission', '587'],
  ['submissions', '465'],
]);

/** The host in lower case, `undefined` where none is written; the port as a number in text. */
export interface Written {
  readonly host: string | undefined;
  readonly port: string;
}

/** Undefined for what is no address, such as a socket's path, or is filled in by somebody else. */
export function splitAddress(text: string): Written | undefined {
  if (isOpen(text) || text.startsWith('/')) return undefined;
  const at = text.lastIndexOf(':');
  const port = text.slice(at + 1).toLowerCase();
  const number = /^\d{1,5}$/.test(port) ? port : SERVICES.get(port);
  if (number === undefined || /\s/.test(text)) return undefined;
  const host = at < 0 ? '' : text.slice(0, at).toLowerCase();
  return { host: host === '' ? undefined : host, port: number };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host);

/** Where a service listens; no host, `0.0.0.0` and `::` are all addresses of the machine (manual, accept). */
export function listenAddress(text: string): Address | undefined {
  if (text.startsWith('/')) return { host: 'unix', port: text };
  const written = splitAddress(text);
  if (written === undefined) return undefined;
  const { host = '*', port } = written;
  return { host: /^(\*|0\.0\.0\.0|::|\[::\])$/.test(host) ? '*' : bracketed(host), port };
}

/** Where a service connects to; no host is the machine itself (manual, connect). */
export function peerAddress(text: string): Address | undefined {
  if (text.startsWith('/')) return { host: 'unix', port: text };
  const written = splitAddress(text);
  return written === undefined ? undefined : { host: bracketed(written.host ?? 'localhost'), port: written.port };
}

export function connectsOf(scope: Scope): Entry[] {
  return entriesOf(scope, 'connect');
}
