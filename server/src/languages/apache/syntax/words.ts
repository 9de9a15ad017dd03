/** Owns words: how Apache splits a line (server/util.c, ap_getword_conf and substring_conf). */
import { span } from '../../../text/span.ts';
import type { LogicalLine } from './lines.ts';
import type { Word } from './tree.ts';

/** What apr_isspace takes for white space. */
const SPACE = /[ \t\n\v\f\r]/;

export function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACE.test(char);
}

/** The words of a part of a line. A quote that is never closed runs to the end, as Apache reads it. */
export function splitWords(line: LogicalLine, from: number, to: number): Word[] {
  const { text } = line;
  const words: Word[] = [];
  let at = from;
  for (;;) {
    while (at < to && isSpace(text[at])) at++;
    if (at >= to) return words;
    const start = at;
    const first = text[at];
    const quote = first === '"' || first === "'" ? first : undefined;
    let value = '';
    if (quote === undefined) {
      while (at < to && !isSpace(text[at])) at++;
      value = text.slice(start, at).replaceAll('\\\\', '\\');
    } else {
      at++;
      while (at < to && text[at] !== quote) {
        const escaped = text[at] === '\\' && at + 1 < to && (text[at + 1] === quote || text[at + 1] === '\\');
        if (escaped) at++;
        value += text[at];
        at++;
      }
      if (at < to) at++;
    }
    words.push({ span: span(line.at(start), line.at(at - 1) + 1), value, quote });
  }
}
