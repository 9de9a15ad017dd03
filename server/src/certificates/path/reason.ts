/** Owns the reasons for which a path is refused: their codes, and what each of them weighs. */
import type { Certificate } from '../certificate.ts';

export type ReasonCode =
  | 'algorithm-mismatch'
  | 'authority-key-id'
  | 'chain-too-long'
  | 'common-name'
  | 'constraint-unknown'
  | 'constraint-violated'
  | 'crl-not-valid'
  | 'critical-extension'
  | 'criticality'
  | 'empty-name'
  | 'expired'
  | 'extension-misplaced'
  | 'extension-unreadable'
  | 'issuer-missing'
  | 'key-usage'
  | 'name-form'
  | 'name-mismatch'
  | 'no-names'
  | 'not-an-authority'
  | 'not-yet-valid'
  | 'path-length'
  | 'policy-missing'
  | 'revoked'
  | 'root-not-trusted'
  | 'serial-number'
  | 'signature-unknown'
  | 'signature-wrong'
  | 'subject-key-id'
  | 'too-much-work'
  | 'usage'
  | 'version'
  | 'weak-key'
  | 'weak-signature';

export interface Reason {
  readonly code: ReasonCode;
  /**
   * `refused`: clients that follow RFC 5280 and RFC 9525 refuse the certificate. `profile`: RFC 5280's or the CA/Browser
   * Forum's profile forbids it, and most clients pass over it.
   */
  readonly weight: 'refused' | 'profile';
  /** The certificate that it is about. */
  readonly certificate: Certificate;
  /** One sentence, in which the certificate is "it". */
  readonly text: string;
}

/** Takes what is wrong with one certificate. */
export interface Complain {
  refused(code: ReasonCode, text: string): void;
  profile(code: ReasonCode, text: string): void;
}

/** Collects what `judge` has to say about one certificate. */
export function reasonsOf(certificate: Certificate, judge: (complain: Complain) => void): readonly Reason[] {
  const reasons: Reason[] = [];
  judge({
    refused: (code, text) => reasons.push({ code, weight: 'refused', certificate, text }),
    profile: (code, text) => reasons.push({ code, weight: 'profile', certificate, text }),
  });
  return reasons;
}

/** A name may have thousands of parts; reasons show so many characters of it. */
const NAME_LENGTH = 100;

/** A name as reasons write it. */
export function shortName(text: string): string {
  return text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH)}…` : text;
}

/** A moment as reasons write it. */
export function moment(ms: number): string {
  return new Date(ms).toISOString().replace(/\.000Z$/, 'Z');
}
