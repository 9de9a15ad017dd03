/** Owns how nginx rewrites backslashes: the value of a word, and where in the source a place of the value comes from. */

const BACKSLASH = 92;

/** What stands for the character after a backslash; undefined where the backslash itself stays in the value. */
function rewritten(escaped: string): string | undefined {
  switch (escaped) {
    case '"':
    case "'":
    case '\\':
      return escaped;
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'n':
      return '\n';
    default:
      return undefined;
  }
}

/** The value of the source text of a word without its quotes (the copying loop of ngx_conf_read_token). */
export function rewriteEscapes(source: string): string {
  let value = '';
  let copied = 0;
  for (let at = source.indexOf('\\'); at >= 0 && at + 1 < source.length; ) {
    const replacement = rewritten(source.charAt(at + 1));
    if (replacement !== undefined) {
      value += source.slice(copied, at) + replacement;
      copied = at + 2;
    }
    at = source.indexOf('\\', replacement === undefined ? at + 1 : at + 2);
  }
  return copied === 0 ? source : value + source.slice(copied);
}

/** The offset in `source` of the character that became `valueOffset` of its value. */
export function sourceOffset(source: string, valueOffset: number): number {
  let at = 0;
  for (let produced = 0; produced < valueOffset && at < source.length; produced++) {
    const pair = source.charCodeAt(at) === BACKSLASH && rewritten(source.charAt(at + 1)) !== undefined;
    at += pair ? 2 : 1;
  }
  return at;
}
