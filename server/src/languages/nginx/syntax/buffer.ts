/**
 * Owns nginx's read buffer of 4096 bytes, which limits words and comments: nginx refuses a file when it has to read byte
 * 4096 after the start of a word (behind its opening quote) or of a comment before it saw where the next one starts
 * (NGX_CONF_BUFFER in src/core/ngx_conf_file.c; seen on nginx 1.22.1, for comments too).
 */

const BUFFER_BYTES = 4096;
const REPLACEMENT_CHARACTER = 0xfffd;

/** The bytes of a text in UTF-8. A replacement character stands for one byte that was not UTF-8. */
function byteLength(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80 || unit === REPLACEMENT_CHARACTER) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

/** Whether nginx runs out of buffer before it can read the character at `last`, for a word or comment from `start`. */
export function overflows(text: string, start: number, last: number): boolean {
  if ((last - start) * 3 < BUFFER_BYTES) return false;
  return last - start >= BUFFER_BYTES || byteLength(text, start, last) >= BUFFER_BYTES;
}

/** nginx's message for a word or comment without an open quote; it shows the first ten bytes. */
export function tooLongMessage(text: string, start: number): string {
  const bytes = new TextEncoder().encode(text.slice(start, start + 10)).subarray(0, 10);
  return `too long parameter "${new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)}..." started`;
}

/** nginx's message for a string whose closing quote is out of reach. */
export function tooLongQuoteMessage(quote: string): string {
  return `too long parameter, probably missing terminating "${quote}" character`;
}
