/** Owns the stunnel parser: a line is an option, a header, a comment or nothing. It recovers from every fault and never throws. */
import { span } from '../../../text/span.ts';
import type { Comment, Header, Option, SyntaxProblem, Tree } from './tree.ts';

/** stunnel stops at its first fault. */
const MAX_PROBLEMS = 50;

/** A word as it is shown in a message: not endless. */
export const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);

/** The C library's isspace. */
const isSpace = (c: string | undefined): boolean =>
  c === ' ' || c === '\t' || c === '\v' || c === '\f' || c === '\r' || c === '\n';

/** Parses a configuration, as `options_file` of stunnel's src/options.c reads it. Linear in the size of the text. */
export function parse(text: string): Tree {
  const items: (Option | Header)[] = [];
  const comments: Comment[] = [];
  const problems: SyntaxProblem[] = [];
  const report = (start: number, end: number, message: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push({ span: span(start, end), message });
  };

  const binary = text.indexOf('\u0000');
  if (binary >= 0) {
    report(binary, binary + 1, 'This is not a text file that stunnel can read: there is a NUL byte here');
    return { text, items, comments, problems };
  }
  // stunnel looks for a byte order mark and passes over it.
  for (let next = text.startsWith('\uFEFF') ? 1 : 0; next < text.length; ) {
    const feed = text.indexOf('\n', next);
    const stop = feed < 0 ? text.length : feed;
    const line = span(next, text[stop - 1] === '\r' && stop > next ? stop - 1 : stop);
    next = stop + 1;
    let { start, end } = line;
    while (start < end && isSpace(text[start])) start++;
    while (end > start && isSpace(text[end - 1])) end--;
    const first = text[start];
    if (start === end) continue;
    if (first === ';' || first === '#') {
      comments.push({ span: span(start, end), text: text.slice(start + 1, end) });
    } else if (first === '[' && text[end - 1] === ']' && end - start > 1) {
      const name = { span: span(start + 1, end - 1), value: text.slice(start + 1, end - 1) };
      items.push({ kind: 'header', name, span: span(start, end), line });
    } else {
      const sign = text.slice(start, end).indexOf('=');
      if (sign < 0) {
        report(
          start,
          end,
          first === '['
            ? `\`${shown(text.slice(start, end))}\` has no \`]\` at its end, so it begins no service, and stunnel does not start ("No '=' found")`
            : `\`${shown(text.slice(start, end))}\` has no \`=\`, and stunnel does not start: a line is \`option = value\`, \`[service]\` or a comment`,
        );
        continue;
      }
      items.push(option(text, start, start + sign, end, line));
    }
  }
  return { text, items, comments, problems };
}

function option(text: string, start: number, sign: number, end: number, line: Option['line']): Option {
  let nameEnd = sign;
  while (nameEnd > start && isSpace(text[nameEnd - 1])) nameEnd--;
  let valueStart = sign + 1;
  while (valueStart < end && isSpace(text[valueStart])) valueStart++;
  const name = text.slice(start, nameEnd);
  return {
    kind: 'option',
    name: { span: span(start, nameEnd), value: name },
    key: name.toLowerCase(),
    value: { span: span(valueStart, Math.max(valueStart, end)), value: text.slice(valueStart, end) },
    span: span(start, Math.max(end, sign + 1)),
    line,
  };
}
