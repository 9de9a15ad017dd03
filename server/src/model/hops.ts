/** Owns hops: the ways from the proxy to its back ends, and what TLS does on them. */
import type { Safety } from './model.ts';
import type { Fact, Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/**
 * local: this machine. near: a name that only its own network knows (`app`, `db.internal`). remote: everything else.
 */
export type Reach = 'local' | 'near' | 'remote';

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
  /** The setting that sends a server name: `proxy_ssl_server_name`. */
  readonly nameSetting: string;
  /** Whether the handshake names the back end (SNI). Observed by: the back end. */
  readonly nameSent: Fact<boolean>;
  /** The name that the back end is known by; undefined where it is an address only. */
  readonly name: string | undefined;
  /** TLS is spoken to a port for plain text, or the reverse. Observed by: the back end's answer. */
  readonly mismatch: HopMismatch | undefined;
  readonly verify: readonly HopOffer[];
  readonly sendName: readonly HopOffer[];
}

export interface HopMismatch {
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly HopOffer[];
}
