/** Owns what becomes of a WebSocket handshake on its way to the back end, beyond its two headers. */
import type { Safety, WebSocketEvidence } from './model.ts';
import type { Fact, Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/** How handshakes go to a back end that is asked over HTTP/2. Observed by: a back end that speaks HTTP/2. */
export interface OverHttp2 {
  /** `none`: the product sends nothing that could open a tunnel; `extended-connect`: a CONNECT as RFC 8441 has it. */
  readonly handshake: 'none' | 'extended-connect';
  /** Whether the setting is for WebSockets alone, so that somebody knew that the back end takes them like this. */
  readonly chosen: boolean;
  /** In the language's words: `proxy_http_version 2`, `proto h2`. */
  readonly setting: string;
  readonly place: Place;
}

/** The Host that a back end gets. Observed by: the back end. */
export interface SentHost {
  /**
   * `client`: as the client sent it; `without-port`: that without its port; `upstream`: the name by which the proxy calls
   * the back end; `fixed`: one text for all.
   */
  readonly kind: 'client' | 'without-port' | 'upstream' | 'fixed';
  /** In the language's words: `$proxy_host`, `localhost`. */
  readonly text: string;
  /** Whether the back end is another site with a name of its own, which may need to hear that name. */
  readonly otherSite: boolean;
  /** Another header that somebody fills with the client's Host, for back ends that look there. */
  readonly forwardedAs?: string | undefined;
}

/** The handshake of a route, as the back end meets it. */
export interface Handshake {
  /** Undefined where requests do not go out over HTTP/2, or where that cannot be known. */
  readonly overHttp2: OverHttp2 | undefined;
  readonly host: Fact<SentHost>;
  /** Whether ordinary requests ask the back end for an upgrade, too. Observed by: the back end. */
  readonly alwaysAsks: Fact<boolean>;
  /** Whether upgrades to other protocols get through, too. Observed by: a request with `Upgrade: h2c`. */
  readonly anyProtocol: Fact<boolean>;
  /** Another route takes the requests that this one is for. Observed by: which back end gets the handshake. */
  readonly shadow?: Shadow;
  /** Conditions that miss handshakes of some clients. Observed by: handshakes as these clients send them. */
  readonly tooStrict?: readonly StrictMatch[];
}

/** Why a route gets no requests. */
export interface Shadow {
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** A condition on the handshake's headers that is narrower than what clients send. */
export interface StrictMatch {
  readonly place: Place;
  /** What it misses, in the language's own words, without a full stop. */
  readonly message: string;
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** A handshake that is answered with a redirect. Observed by: a WebSocket probe that asks for the path. */
export interface HandshakeRedirect {
  /** The path that is asked for. */
  readonly path: string;
  readonly webSocket: Exclude<WebSocketEvidence, { level: 'none' }>;
  readonly status: number;
  /** Where to, as written. */
  readonly to: string;
  /** Why, in the language's own words, without a full stop. */
  readonly why: string;
  readonly place: Place;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}
