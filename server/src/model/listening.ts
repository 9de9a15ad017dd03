/** Owns what a client meets when it connects: what is spoken there, and what a TLS handshake gets. */
import type { Place } from './origin.ts';

/** What a site carries: requests, mail, or bytes that it does not look into. */
export type Traffic = 'http' | 'mail' | 'stream';

/**
 * What a handshake for a site's names gets: a certificate (its own, or that of the socket's first site), an alert because
 * the configuration refuses it, or nothing, because there is no certificate at all.
 */
export type TlsHandshake = 'certificate' | 'refused' | 'nothing';

/**
 * What requests without TLS get: pages, only a redirect to https (ACME challenges apart), or neither, because the
 * connection is closed or every answer is an error.
 */
export type PlainAnswer = 'pages' | 'redirect' | 'nothing';

/**
 * What a back end learns of requests that came as TLS 1.3 early data (0-RTT), which whoever records them can send again:
 * there are none, it is told, or it is not.
 */
export type EarlyData = 'none' | 'told' | 'untold';

/** Why no request comes to a site. */
export interface Unreached {
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
}
