/** Owns finite-field Diffie-Hellman (DHE): where a server's parameters come from. */
import type { FileUse } from './model.ts';
import type { FileEdits } from './remedy.ts';

/** Observed by: a client that offers nothing but DHE suites, and how long the server's key is. */
export interface DhSource {
  /** The setting that names the file: `ssl_dhparam`. */
  readonly setting: string;
  /** Undefined where none is named. */
  readonly file: FileUse | undefined;
  /** What a server without a file has: no DHE at all, or parameters of the product's own. */
  readonly withoutFile: 'none' | 'own';
  /** Takes the file out; undefined where none is named. */
  remove(): readonly FileEdits[] | undefined;
}
