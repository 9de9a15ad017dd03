/** Owns how nginx rewrites backslashes: the value of a word, and where in the source a place of the value comes from. */

/** All other backslashes stay in the value (the copying loop of ngx_conf_read_token). */
const REWRITTEN = /\\["'\\trn]/g;

function rewritten(pair: string): string {
  const escaped = pair.charAt(1);
  switch (escaped) {
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'n':
      return '\n';
    default:
      return escaped;
  }
}

/** The value of the source text of a word without its quotes. */
export function rewriteEscapes(source: string): string {
  return source.replace(REWRITTEN, rewritten);
}

/** The offset in `source` of the character that became `valueOffset` of its value. */
export function sourceOffset(source: string, valueOffset: number): number {
  let offset = valueOffset;
  for (const pair of source.matchAll(REWRITTEN)) {
    if (pair.index >= offset) break;
    offset++;
  }
  return offset;
}
