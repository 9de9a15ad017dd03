/**
 * Owns what HAProxy knows and does by itself, by version. "manual" is doc/configuration.txt of HAProxy; where a source
 * file is named, its release tags were compared (v2.0.0 to v3.4.0, and 3.5-dev5).
 */
import type { TlsVersion } from '../model/model.ts';
import { type Fact, known, unknown } from '../model/origin.ts';
import { atLeast, type Target } from '../model/target.ts';

export const MANUAL = 'https://docs.haproxy.org/3.2/configuration.html';

/** What holds for this version and newer holds wherever HAProxy is still in use: older ones get no fixes any more. */
export const OLDEST_SUPPORTED = '2.4';

/** The keywords that start a section, of all versions from 2.4 to 3.5 (cfg_register_section in the sources). */
export const SECTIONS: ReadonlySet<string> = new Set([
  'acme',
  'backend',
  'cache',
  'crt-store',
  'defaults',
  'fcgi-app',
  'frontend',
  'global',
  'healthcheck',
  'http-errors',
  'listen',
  'log-forward',
  'log-profile',
  'mailers',
  'namespace_list',
  'peers',
  'program',
  'resolvers',
  'ring',
  'traces',
  'userlist',
]);

/** The timeouts of a proxy (src/proxy.c, proxy_parse_timeout); `client-hs` came with 2.9. */
export const TIMEOUTS: ReadonlySet<string> = new Set([
  'check',
  'client',
  'client-fin',
  'client-hs',
  'connect',
  'http-keep-alive',
  'http-request',
  'queue',
  'server',
  'server-fin',
  'tarpit',
  'tunnel',
]);

/** A timeout that is not set never ends anything (manual, "timeout client": "results in an infinite timeout"). */
export const NO_TIMEOUT = {
  kind: 'default',
  versions: 'every version',
  source: `${MANUAL}#4.2-timeout%20client`,
} as const;

/** A proxy without `mode` passes bytes (manual, "mode": "This is the default mode"). */
export const DEFAULT_MODE = { kind: 'default', versions: 'every version', source: `${MANUAL}#4.2-mode` } as const;

/** Requests to servers are HTTP/1.1 unless `proto` or `alpn` says otherwise (manual, "proto" of servers). */
export const DEFAULT_BACKEND_HTTP = {
  kind: 'default',
  versions: 'every version',
  source: `${MANUAL}#5.2-proto`,
} as const;

/** The names of versions in `ssl-min-ver` and in `force-…`, `no-…` (src/ssl_sock.c, methodVersions). */
export const TLS_NAMES: ReadonlyMap<string, TlsVersion> = new Map([
  ['SSLv3', 'SSLv3'],
  ['TLSv1.0', 'TLSv1'],
  ['TLSv1.1', 'TLSv1.1'],
  ['TLSv1.2', 'TLSv1.2'],
  ['TLSv1.3', 'TLSv1.3'],
]);
export const TLS_FLAGS: ReadonlyMap<string, TlsVersion> = new Map([
  ['sslv3', 'SSLv3'],
  ['tlsv10', 'TLSv1'],
  ['tlsv11', 'TLSv1.1'],
  ['tlsv12', 'TLSv1.2'],
  ['tlsv13', 'TLSv1.3'],
]);

/** The oldest version of a `bind` line that names none: TLSv1.2 from 2.2 on, TLSv1.0 before (src/ssl_sock.c, default_min_ver). */
export function defaultMinimum(target: Target): Fact<TlsVersion> {
  const source = `${MANUAL}#5.1-ssl-min-ver`;
  return atLeast(target, 'haproxy', '2.2') === false
    ? known('TLSv1', { kind: 'default', versions: 'HAProxy before 2.2', source })
    : known('TLSv1.2', { kind: 'default', versions: 'HAProxy 2.2 and newer', source });
}

/**
 * Whether TLS 1.0 and 1.1 can be negotiated when the configuration names no security level: OpenSSL 3 signs their
 * handshakes with SHA-1, which it allows at level 0 only (OpenSSL 3.0 CHANGES; seen with HAProxy 2.6 and 3.2).
 */
export function legacyByDefault(target: Target): Fact<boolean> {
  const three = atLeast(target, 'openssl', '3.0');
  if (three === undefined) return unknown('the OpenSSL version is not known');
  if (!three) return unknown('the default security level before OpenSSL 3 differs between distributions');
  const source = 'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/';
  return known(false, { kind: 'default', versions: 'OpenSSL 3 and newer', source });
}

/** Parameters of `bind` and `server` lines that take a value (the `skip` column of their keyword tables in the sources). */
export const BIND_VALUES: ReadonlySet<string> = new Set(
  `accept-netscaler-cip alpn backlog ca-file ca-ignore-err ca-sign-file ca-sign-pass ca-verify-file cc ciphers ciphersuites
  client-sigalgs crl-file crt crt-ignore-err crt-list curves default-crt ecdhe ech expose-fd gid group guid-prefix id
  idle-ping interface ktls label level maxconn mode mss name namespace nbconn nice npn process proto quic-cc-algo
  quic-socket severity-output shards sigalgs ssl-max-ver ssl-min-ver tcp-md5sig tcp-ss tcp-ut thread tls-ticket-keys uid
  user verify`.split(/\s+/),
);
/** Settings in the brackets of a `crt-list` line that take a value; `ocsp-update` is known there only (2.8). */
export const LIST_VALUES: ReadonlySet<string> = new Set([...BIND_VALUES, 'ocsp-update']);
export const SERVER_VALUES: ReadonlySet<string> = new Set(
  `addr agent-addr agent-inter agent-port agent-send alpn ca-file cc check-alpn check-pool-conn-name check-proto check-sni
  ciphers ciphersuites client-sigalgs cookie crl-file crt curves downinter error-limit fall fastinter guid hash-key
  healthcheck id idle-ping init-addr init-state inter ktls log-bufsize log-proto max-reuse maxconn maxqueue minconn namespace
  npn observe on-error on-marked-down on-marked-up pool-conn-name pool-low-conn pool-max-conn pool-purge-delay port proto
  proxy-v2-options quic-cc-algo redir resolve-net resolve-opts resolve-prefer resolvers rise shard sigalgs slowstart sni
  socks4 source ssl-max-ver ssl-min-ver tcp-md5sig tcp-ut track usesrc verify verifyhost weight ws`.split(/\s+/),
);

/** Endings that are no certificate of their own in a folder named by `crt` (manual, "crt" of bind). */
export const NO_CERTIFICATE = /(^|\/)\.|\.(key|issuer|ocsp|sctl)$/;
/** The certificates that one name stands for when it is no file itself (manual, "crt", "ssl-load-extra-files"). */
export const BUNDLE_ENDINGS = ['rsa', 'ecdsa', 'dsa'] as const;

/** From here on there are DHE suites only where parameters are named, or a number of bits (src/ssl_sock.c, ssl_sock_load_dh_params). */
export const DHE_ASKED_SINCE = '2.6';

/**
 * Requests with `Upgrade: h2c` reach the back end as upgrades before 2.7, and not any more from 3.0 on (seen with 2.6, 3.0 and 3.2;
 * in between it is not known).
 */
export const H2C_PASSED = '2.7';
export const H2C_DROPPED = '3.0';

/**
 * Requests in early data reach the back end after the handshake only before 3.1, and at once, with `Early-Data: 1`, from 3.2 on (seen
 * with 2.6.12, 3.0.11 and 3.2.26; in between it is not known).
 */
export const EARLY_DATA_WAITED = '3.1';
export const EARLY_DATA_TOLD = '3.2';

/** From here on a server of a proxy in mode http is sent the name in the Host header, and its certificate must be for it (`sni-auto`). */
export const NAMES_CHECKED_SINCE = '3.3';

/** Where Debian, Ubuntu and Alpine keep the public authorities. */
export const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Values of `ca-file` that stand for the public authorities: HAProxy's own word, and the places of usual systems. */
export const PUBLIC_AUTHORITIES: ReadonlySet<string> = new Set([
  '@system-ca',
  SYSTEM_AUTHORITIES,
  '/etc/ssl/certs',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/certs/ca-bundle.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/usr/local/etc/ssl/cert.pem',
]);
