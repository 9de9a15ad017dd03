/** Owns what a TLS endpoint asks of its library beside versions: values that only the library's own grammar explains. */
import type { Fact, Place } from './origin.ts';
import type { FileEdits } from './remedy.ts';

/** A value that is handed to the TLS library as it is. */
export interface WrittenValue {
  /** The setting in the language's words: `ssl_ciphers`, `ssl-default-bind-ciphers`. */
  readonly setting: string;
  /** As the library gets it. */
  readonly text: string;
  /** What the product puts behind it before the library gets it: `:!aNULL` of Apache. */
  readonly appended?: string;
  /** The whole value, with its quotes. */
  readonly place: Place;
  /** The place of a part of `text`; the whole value where escapes make it unclear. */
  part(start: number, end: number): Place;
  /** The edit that puts another text in its place; undefined where it would have to be quoted. */
  write(text: string): readonly FileEdits[] | undefined;
}

/**
 * Undefined values are those that nobody writes. Observed by: a scan with clients that offer one suite, or one group,
 * each time.
 */
export interface CipherSettings {
  /** The cipher string, for TLS 1.2 and older. */
  readonly list: Fact<WrittenValue | undefined>;
  /** The suites of TLS 1.3. */
  readonly suites13: Fact<WrittenValue | undefined>;
  /** The groups of the key exchange. */
  readonly groups: Fact<WrittenValue | undefined>;
  /** The security level that is set beside the cipher string, which goes before it. */
  readonly level: Fact<number | undefined>;
}

/** Texts that need no quotes in any language. */
const PLAIN = /^[\w:+!@.,=*?/-]+$/;

/** A value out of a word: `raw` is the word as it stands at `place`, `text` what the language reads from it. */
export function writtenValue(setting: string, text: string, raw: string, place: Place): WrittenValue {
  const quoted = raw.slice(1, -1) === text && /^["']/.test(raw);
  const inner = raw === text ? place.span.start : quoted ? place.span.start + 1 : undefined;
  const part = (start: number, end: number): Place =>
    inner === undefined ? place : { file: place.file, span: { start: inner + start, end: inner + end } };
  const write = (newText: string): readonly FileEdits[] | undefined =>
    PLAIN.test(newText) ? [{ file: place.file, edits: [{ span: part(0, text.length).span, newText }] }] : undefined;
  return { setting, text, place, part, write };
}
