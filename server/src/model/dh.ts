/** Owns finite-field Diffie-Hellman (DHE): where a server's parameters come from. */
import type { FileUse } from './model.ts';
import type { Place } from './origin.ts';
import type { FileEdits } from './remedy.ts';

/** Observed by: a client that offers nothing but DHE suites, and how long the server's key is. */
export interface DhSource {
  /** The setting that names a file: `ssl_dhparam`. */
  readonly setting: string;
  /** Undefined where none is named. */
  readonly file: FileUse | undefined;
  /** Where the product takes a group of its own: how long that is, as it is written. */
  readonly made?: MadeParameters | undefined;
  /** What a server with neither has: no DHE at all, or parameters of the product's own. */
  readonly withoutFile: 'none' | 'own';
  /** What becomes of parameters that OpenSSL refuses: the server does not start, or has no DHE. */
  readonly refused: 'start' | 'dhe';
  /** What `remove` does, in words: "Remove `ssl_dhparam`". */
  readonly removal: string;
  /** Takes the parameters out; undefined where there are none. */
  remove(): readonly FileEdits[] | undefined;
}

export interface MadeParameters {
  readonly bits: number;
  /** `tune.ssl.default-dh-param 1024` */
  readonly written: string;
  readonly place: Place;
}
