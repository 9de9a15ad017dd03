/** Owns hops: the ways from the proxy to its back ends, and what TLS does on them. */
import { remembered } from '../text/names.ts';
import type { FileUse, Safety } from './model.ts';
import type { Fact, Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/**
 * local: this machine. near: a name that only its own network knows (`app`, `db.internal`). remote: everything else.
 */
export type Reach = 'local' | 'near' | 'remote';

/** Whether a host is given by its address, or is a local socket: no name that a certificate would be for. */
export function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.startsWith('[') || host.startsWith('unix:');
}

/** How far away a host is, as written, in lower case: `127.0.0.1`, `[::1]`, `unix:/run/x`, `db.internal`. */
export const reachOf = remembered((host): Reach => {
  if (/^(127\.[\d.]+|localhost|\[::1\]|unix:.*)$/.test(host)) return 'local';
  if (isAddress(host)) return 'remote';
  if (!host.includes('.')) return 'near';
  return /\.(local|localhost|internal|lan|home|intranet|corp|svc|arpa)$/.test(host) ? 'near' : 'remote';
});

interface HopOffer {
  readonly title: string;
  readonly safety: Safety;
  readonly remedy: Remedy;
}

/** Requests on their way to one back end. Only those whose address is known before a request. */
export interface Hop {
  readonly place: Place;
  /** As it is written: `proxy_pass https://api.example`. */
  readonly label: string;
  readonly reach: Reach;
  readonly tls: boolean;
  /** The setting that verifies, in the language's words: `proxy_ssl_verify`. */
  readonly verifySetting: string;
  /** Whether a back end with a foreign certificate is refused. Observed by: such a back end. */
  readonly verified: Fact<boolean>;
  /** What switches verification off, in the language's own words, where `verifySetting` would not say it: `verify none`. */
  readonly unverified?: string;
  /**
   * Where the name in a verified certificate is compared with nothing: that. Left out where verification compares it.
   * Observed by: a back end with a certificate of the same authority for another name.
   */
  readonly anyName?: Fact<AnyName | undefined>;
  /** The setting that sends a server name: `proxy_ssl_server_name`. */
  readonly nameSetting: string;
  /** Whether the handshake names the back end (SNI). Observed by: the back end. */
  readonly nameSent: Fact<boolean>;
  /** Why no name is sent, in the language's own words, where `nameSetting` being off would not say it. */
  readonly nameless?: string | undefined;
  /** What clients get when the handshake fails, where that is not a 502: `a 503`. */
  readonly failure?: string | undefined;
  /** The name that the back end is known by; undefined where it is an address only. */
  readonly name: string | undefined;
  /** TLS is spoken to a port for plain text, or the reverse. Observed by: the back end's answer. */
  readonly mismatch: HopMismatch | undefined;
  readonly verify: readonly HopOffer[];
  readonly sendName: readonly HopOffer[];
}

/** A certificate is verified, but may be for any name. */
export interface AnyName {
  /** Why, in the language's own words, without a full stop. */
  readonly message: string;
  /** Whether the authorities are those that everybody can get a certificate of. */
  readonly everybody: boolean;
  /** The file of authorities. */
  readonly trusted: FileUse | undefined;
  readonly offers: readonly HopOffer[];
}

export interface HopMismatch {
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly HopOffer[];
}
