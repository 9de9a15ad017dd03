/** Owns the lines of a PEM file as OpenSSL reads them, and what marks blocks in them. */
import type { Span } from '../text/span.ts';

export const BEGIN = '-----BEGIN ';
export const END = '-----END ';
export const TAIL = '-----';

/** `LINESIZE - 1` in OpenSSL's crypto/pem/pem_lib.c: longer lines arrive in pieces, and each piece counts as a line. */
const PIECE_BYTES = 254;
const BOM = 0xfeff;

/**
 * Reads a text line by line as `file_gets` (crypto/bio/bss_file.c) and `sanitize_line` (crypto/pem/pem_lib.c) do.
 * The fields describe the line that was read last; they are mutable because a file may have millions of lines.
 */
export class PemLines {
  /** Where the line's text starts and, without what is stripped, ends. */
  start = 0;
  end = 0;
  /** Whether this is a piece of a long line that goes on. */
  partial = false;
  /** Where the next line starts. */
  at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * Goes to the next line. False at the end of the file, and at a line that starts with NUL: `file_gets` takes its
   * `strlen`, and a length of 0 means the end of the file. `first` strips a BOM, as the search for a BEGIN line does
   * in its first line (so a BOM between two joined files does no harm).
   */
  next(first: boolean): boolean {
    const { text } = this;
    let at = this.at;
    let bytes = 0;
    let nul = -1;
    let code = 0;
    this.start = at;
    while (at < text.length && bytes < PIECE_BYTES && code !== 10) {
      code = text.charCodeAt(at);
      bytes += utf8Length(code);
      if (code === 0 && nul < 0) nul = at;
      at++;
    }
    if (at === this.start || nul === this.start) return false;
    this.at = at;
    this.partial = nul < 0 && bytes >= PIECE_BYTES && code !== 10;
    if (first && text.charCodeAt(this.start) === BOM && at > this.start + 1) this.start++;
    let end = nul < 0 ? at : nul;
    while (end > this.start && isStripped(text.charCodeAt(end - 1))) end--;
    this.end = end;
    return true;
  }
}

/**
 * What `sanitize_line` strips from the end: `char <= ' '`. Where `char` is signed (x86) that includes every byte of
 * a character outside ASCII, such as a no-break space.
 */
function isStripped(code: number): boolean {
  return code <= 32 || code >= 128;
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code >= 0xd800 && code < 0xe000 ? 2 : 3;
}

/** Whether the line, without what is stripped from its end, starts with `needle`. */
export function startsWith(text: string, needle: string, line: Span): boolean {
  return line.end - line.start >= needle.length && text.startsWith(needle, line.start);
}

/** Whether `needle` occurs in the line; looks at no other text, so that a whole scan stays linear. */
export function holds(text: string, needle: string, line: Span): boolean {
  const last = line.end - needle.length;
  const first = needle.charCodeAt(0);
  for (let at = line.start; at <= last; at++) {
    if (text.charCodeAt(at) === first && text.startsWith(needle, at)) return true;
  }
  return false;
}
