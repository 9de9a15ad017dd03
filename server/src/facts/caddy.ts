/**
 * Owns what Caddy does by itself, by version. "docs" is caddyserver.com/docs; file names are those of its sources
 * (github.com/caddyserver/caddy).
 */
import type { Origin } from '../model/origin.ts';
import { atLeast, type Target } from '../model/target.ts';

export const DOCS = 'https://caddyserver.com/docs';

/** What is not written, and the same in every version of Caddy 2. */
export function byDefault(source: string, versions = 'every version'): Origin {
  return { kind: 'default', versions, source };
}

/** The order in which the directives of a site count (caddyconfig/httpcaddyfile/directives.go), whatever their lines' order. */
export const DIRECTIVE_ORDER: readonly string[] = [
  'tracing',
  'map',
  'vars',
  'fs',
  'root',
  'log_append',
  'skip_log',
  'log_skip',
  'log_name',
  'header',
  'copy_response_headers',
  'request_body',
  'timeouts',
  'redir',
  'method',
  'rewrite',
  'uri',
  'try_files',
  'basicauth',
  'basic_auth',
  'forward_auth',
  'request_header',
  'encode',
  'push',
  'intercept',
  'templates',
  'invoke',
  'handle',
  'handle_path',
  'route',
  'abort',
  'error',
  'copy_response',
  'respond',
  'metrics',
  'reverse_proxy',
  'php_fastcgi',
  'file_server',
  'acme_server',
];

/** All directives of the standard build; `import` is read before there are any. */
export const DIRECTIVES: ReadonlySet<string> = new Set([
  ...DIRECTIVE_ORDER,
  'bind',
  'tls',
  'log',
  'handle_errors',
  'import',
]);

/** What `curves` takes (modules/caddytls/values.go, SupportedCurves), and since when, where that is not always; exactly so written. */
export const CURVES: ReadonlyMap<string, string | undefined> = new Map([
  ['x25519mlkem768', '2.10'],
  ['x25519', undefined],
  ['secp256r1', undefined],
  ['secp384r1', undefined],
  ['secp521r1', undefined],
]);

/** Other names of the same curves, in small letters. */
export const CURVE_NAMES: ReadonlyMap<string, string> = new Map([
  ['p-256', 'secp256r1'],
  ['p256', 'secp256r1'],
  ['prime256v1', 'secp256r1'],
  ['p-384', 'secp384r1'],
  ['p384', 'secp384r1'],
  ['p-521', 'secp521r1'],
  ['p521', 'secp521r1'],
]);

/** Directives of Caddy 1, which Caddy 2 refuses, and what took their place (docs, v2-upgrade). */
export const CADDY_1_DIRECTIVES: ReadonlyMap<string, string> = new Map([
  ['proxy', 'reverse_proxy'],
  ['gzip', 'encode'],
  ['fastcgi', 'php_fastcgi'],
  ['ext', 'try_files'],
]);

/** Heredocs came with 2.7 (docs, Caddyfile concepts), as did `stream_timeout` and `stream_close_delay` (docs, reverse_proxy). */
export const STREAMS_SINCE = '2.7';

/** From here on an HTTPS back end gets its own name as Host (modules/caddyhttp/reverseproxy/caddyfile.go). */
export const UPSTREAM_HOST_SINCE = '2.11';

/** Whether a version can be told to keep tunnels for a while when the configuration is loaded anew. */
export function hasStreamOptions(target: Target): boolean | undefined {
  return atLeast(target, 'caddy', STREAMS_SINCE);
}
