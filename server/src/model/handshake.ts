/** Owns what becomes of a WebSocket handshake on its way to the back end, beyond its two headers. */
import type { Place } from './origin.ts';

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

/** The handshake of a route, as the back end meets it. */
export interface Handshake {
  /** Undefined where requests do not go out over HTTP/2, or where that cannot be known. */
  readonly overHttp2: OverHttp2 | undefined;
}
