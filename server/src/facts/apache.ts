/**
 * Owns what Apache httpd does by itself, by version. "docs" is httpd.apache.org/docs/2.4, "CHANGES" the file of that name in
 * its sources. Only 2.4 is still in use; where its patch versions differ, the target decides.
 */
import type { TlsVersion } from '../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../model/origin.ts';
import { atLeast, type Target } from '../model/target.ts';

export const DOCS = 'https://httpd.apache.org/docs/2.4';
export const MOD_SSL = `${DOCS}/mod/mod_ssl.html`;
export const MOD_PROXY = `${DOCS}/mod/mod_proxy.html`;

/** What is not written, and the same in every version of 2.4. */
export function byDefault(source: string): Origin {
  return { kind: 'default', versions: 'every version', source };
}

/** Seconds (docs, Timeout). Distributions write it: Debian's apache2.conf has 300. */
export const TIMEOUT: Fact<number> = known(60, byDefault(`${DOCS}/mod/core.html#timeout`));

/**
 * `all -SSLv3`: what the library has (docs, SSLProtocol). TLS 1.3 came with 2.4.36 and needs OpenSSL 1.1.1 (CHANGES 2.4.36).
 */
export function sslProtocols(target: Target): Fact<readonly TlsVersion[]> {
  const versions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
  if (atLeast(target, 'apache', '2.4.36') === false || atLeast(target, 'openssl', '1.1.1') === false)
    return unknown('TLS 1.3 needs httpd 2.4.36 and OpenSSL 1.1.1');
  return known(versions, { kind: 'default', versions: 'httpd 2.4.36 and newer', source: `${MOD_SSL}#sslprotocol` });
}

/** Files that come with certbot or Debian and are the same everywhere: which directives they hold, in small letters. */
export const KNOWN_FILES: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /(^|\/)options-ssl-apache\.conf$/,
    [
      'sslengine',
      'sslprotocol',
      'sslciphersuite',
      'sslopensslconfcmd',
      'sslhonorcipherorder',
      'sslcompression',
      'sslsessiontickets',
      'ssloptions',
      'logformat',
    ],
  ],
  [/(^|\/)mods-enabled\/[^/]*\.load$/, ['loadmodule']],
  [/(^|\/)conf\.modules\.d\/[^/]*$/, ['loadmodule']],
];

/** What mod_ssl puts behind every cipher string (modules/ssl/ssl_engine_config.c, ssl_cmd_SSLCipherSuite). */
export const CIPHER_SUFFIX = ':!aNULL:!eNULL:!EXP';

/** The parameter `upgrade` of `ProxyPass` came with 2.4.47 (docs, mod_proxy, "Protocol Upgrade"). */
export const UPGRADE_SINCE = '2.4.47';

/** From 2.4.42 on each name-based host has its own TLS versions (docs, SSLProtocol). */
export const OWN_VERSIONS_SINCE = '2.4.42';

/**
 * Whether TLS 1.0 and 1.1 can be negotiated when the cipher string names no security level: OpenSSL 3 signs their handshakes
 * with SHA-1, which it allows at level 0 only (OpenSSL 3.0 CHANGES; seen with httpd 2.4.69 and 2.4.71).
 */
export function legacyByDefault(target: Target): Fact<boolean> {
  const three = atLeast(target, 'openssl', '3.0');
  if (three === undefined) return unknown('the OpenSSL version is not known');
  if (!three) return unknown('the default security level before OpenSSL 3 differs between distributions');
  const source = 'https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level/';
  return known(false, { kind: 'default', versions: 'OpenSSL 3 and newer', source });
}
