/** Owns what can be wrong with a PEM file: the kinds of damage, their place, and whether OpenSSL refuses them. */
import type { Span } from '../text/span.ts';

/** What is wrong; tells a reader of findings which repair is certain. */
export type DamageKind =
  /** The BEGIN line is not at the start of its line. */
  | 'begin-indented'
  /** The BEGIN line has too few or too many dashes, dashes of another kind, or text behind them. */
  | 'begin-line'
  /** The whole block is on one line. */
  | 'one-line'
  /** Line ends are written as the two characters `\n`, or as CR alone. */
  | 'line-ends'
  /** An END line to which no BEGIN line belongs. */
  | 'begin-missing'
  /** The file or the next block starts before the END line. */
  | 'end-missing'
  /** The END line has too few or too many dashes, or text behind them. */
  | 'end-line'
  /** The END line names another label than the BEGIN line. */
  | 'end-label'
  /** The END line and the next BEGIN line share one line. */
  | 'glued'
  /** There is nothing between BEGIN and END. */
  | 'empty-block'
  /** An empty line splits the base64 text, which makes its first part a header. */
  | 'blank-line'
  /** Behind an empty line, base64 lines must have exactly 64 characters. */
  | 'line-length'
  /** Header lines that OpenSSL does not know. */
  | 'header'
  | 'base64-character'
  | 'base64-padding'
  | 'base64-length'
  /** The bytes of a certificate, of a key, or of something else are not what they should be. */
  | 'certificate-der'
  | 'key-der'
  | 'object-der'
  /** Bytes behind the certificate, in the same block. */
  | 'trailing-bytes'
  /** More bytes of certificates than usual clients take. */
  | 'too-large'
  /** More blocks than are looked at. */
  | 'too-many'
  /** No block of the kind that is needed: another kind of object or file. */
  | 'wrong-kind';

/** One fault of a PEM file. */
export interface Damage {
  readonly kind: DamageKind;
  readonly span: Span;
  /** One English sentence; never contains file contents other than labels and characters that are no base64. */
  readonly message: string;
  /**
   * OpenSSL's reason, such as `bad end line`; undefined where OpenSSL gives none: because it reads on in silence
   * (`stops` false), or because it fails without a reason.
   */
  readonly opensslSays: string | undefined;
  /** Whether OpenSSL refuses at this place; false for what it skips without a word. */
  readonly stops: boolean;
}
