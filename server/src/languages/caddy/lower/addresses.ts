/** Owns addresses of sites: `example.com`, `http://example.com:8080`, `:443` (caddyconfig/httpcaddyfile/addresses.go). */
import type { Span } from '../../../text/span.ts';
import type { Arg, Entry } from '../scope.ts';
import { isUnknown } from '../scope.ts';
import type { Options } from './options.ts';

export interface SiteAddress {
  readonly arg: Arg;
  /** Its place without a comma behind it. */
  readonly span: Span;
  /** Without a comma behind it. */
  readonly text: string;
  readonly scheme: 'http' | 'https' | undefined;
  /** Empty for all names. */
  readonly host: string;
  /** What it listens on; undefined where that cannot be known. */
  readonly port: number | undefined;
  /** A part of it is known to the environment only. */
  readonly open: boolean;
}

function addressOf(arg: Arg, options: Options): SiteAddress | undefined {
  const text = arg.value.replace(/,$/, '');
  if (text === '') return undefined;
  const open = isUnknown(text);
  const [, scheme, host = '', written] = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/i.exec(text) ?? [];
  const known = scheme?.toLowerCase() === 'http' ? 'http' : scheme === undefined ? undefined : 'https';
  const usual = known === 'http' ? options.httpPort : options.httpsPort;
  const port = written === undefined ? usual : Number(written);
  const { start, end } = arg.word.span;
  const comma = arg.word.quote === undefined && arg.value.endsWith(',');
  const span = { start, end: comma ? end - 1 : end };
  return { arg, span, text, scheme: known, host: open ? '' : host.toLowerCase(), port: open ? undefined : port, open };
}

/** The addresses of a site; its first word is one, too. */
export function addressesOf({ directive, args }: Entry, options: Options): SiteAddress[] {
  const first: Arg = { value: directive.name.value, word: directive.name, filled: false };
  return [first, ...args].flatMap((arg) => addressOf(arg, options) ?? []);
}

/** Whether a site speaks TLS at an address; undefined where that cannot be known. `named`: its block has a `tls` line. */
export function speaksTls(
  { scheme, host, port, open }: SiteAddress,
  named: boolean,
  options: Options,
): boolean | undefined {
  if (open) return undefined;
  if (scheme === 'http' || port === options.httpPort) return false;
  if (scheme === 'https' || named || port === options.httpsPort) return true;
  // Also with `auto_https off`, which only gets no certificates (seen with 2.6.2 and 2.11.4).
  return host !== '';
}
