/** Owns addresses of unencrypted WebSockets in what a site sends to browsers over TLS (W3C Mixed Content, 4). */
import type { Safety, Site } from './model.ts';
import type { Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/** Observed by: a browser that loads the page and opens the address, which it refuses before it connects. */
export interface InsecureUrl {
  readonly place: Place;
  /** The address, as written: `ws://chat.example`. */
  readonly url: string;
  /** Where it stands, in the language's own words, without a full stop. */
  readonly where: string;
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** Such an address in a page or a script of the workspace. */
export interface InsecurePage {
  readonly place: Place;
  /** As far as it is written. */
  readonly url: string;
  /** Whether it leads to the host that the page came from. */
  readonly own: boolean;
  /** A site that gives the page out. */
  readonly site: Site;
}
