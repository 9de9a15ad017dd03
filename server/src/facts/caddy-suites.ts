/**
 * Owns the suites that Caddy takes by name: those that Go's `crypto/tls` calls secure (tls.CipherSuites), which depends on the Go that
 * Caddy is built with: Debian has 2.6.2 with Go 1.19, which takes suites without forward secrecy, and with Go 1.24, which does not.
 * 2.11 needs a Go that does not.
 */

interface GoSuite {
  /** Why it should not be used any more; left out where it may. */
  readonly weak?: string;
  /** The first version of Caddy that is seen to refuse it. */
  readonly refusedSince?: string;
}

const NO_SECRECY = 'no forward secrecy: whoever gets the key later can read what was recorded';
const OLD_MAC = 'CBC with SHA-1';

export const GO_SUITES: ReadonlyMap<string, GoSuite> = new Map<string, GoSuite>([
  ['TLS_AES_128_GCM_SHA256', {}],
  ['TLS_AES_256_GCM_SHA384', {}],
  ['TLS_CHACHA20_POLY1305_SHA256', {}],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', {}],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', {}],
  ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', {}],
  ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', {}],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', {}],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', {}],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', { weak: OLD_MAC }],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', { weak: OLD_MAC }],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', { weak: OLD_MAC }],
  ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', { weak: OLD_MAC }],
  ['TLS_RSA_WITH_AES_128_GCM_SHA256', { weak: NO_SECRECY, refusedSince: '2.11' }],
  ['TLS_RSA_WITH_AES_256_GCM_SHA384', { weak: NO_SECRECY, refusedSince: '2.11' }],
  ['TLS_RSA_WITH_AES_128_CBC_SHA', { weak: NO_SECRECY, refusedSince: '2.11' }],
  ['TLS_RSA_WITH_AES_256_CBC_SHA', { weak: NO_SECRECY, refusedSince: '2.11' }],
]);
