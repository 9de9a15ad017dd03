/** Owns OCSP stapling: whether a server adds an answer about its certificate to the handshake, and where it gets one. */
import type { FileUse, Safety } from './model.ts';
import type { Fact, Place } from './origin.ts';
import type { FileEdits, Remedy } from './remedy.ts';

/** Stapling that is switched on. Observed by: a handshake with a status request (RFC 6066, 8), after the responder was asked. */
export interface Stapling {
  /** Where it is switched on. */
  readonly place: Place;
  /** As it is written: `ssl_stapling on`. */
  readonly written: string;
  /** What becomes of it where nobody can be asked: `nginx ignores it with a warning`. */
  readonly ignored: string;
  /** `file`: the answer lies in a file. `setting`: the configuration names the responder. */
  readonly source: 'file' | 'setting' | 'certificate';
  /** Whether responders are asked by other protocols than plain HTTP, too. */
  readonly asksAnyScheme?: true;
  /** Where answers are verified; undefined where they are not. */
  readonly verified: Place | undefined;
  /** The setting that names authorities for it, in the language's words: `ssl_trusted_certificate`. */
  readonly trustSetting: string;
  /** The files of authorities that it is verified with, and that the issuer is looked for in. */
  readonly trusted: Fact<readonly FileUse[]>;
  /** What stands against it whatever the certificates are. */
  readonly hindrances: readonly StaplingHindrance[];
  /** Whether the line stands in a file that other configurations may include, too. */
  readonly shared: boolean;
  /** Takes the lines out, so that there is none. */
  remove(): readonly FileEdits[] | undefined;
}

export interface StaplingHindrance {
  /** refused: the server does not start. ignored: nothing is stapled. */
  readonly kind: 'refused' | 'ignored';
  readonly place: Place;
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}
