/** Owns cutting one line into words, as HAProxy does (src/tools.c, parse_line). */
import { type Span, span } from '../../../text/span.ts';
import type { Comment, SyntaxProblem, Word } from './tree.ts';

export interface Line {
  readonly words: readonly Word[];
  readonly comment: Comment | undefined;
  /** HAProxy reports the first fault of a line and reads nothing more of it. */
  readonly problem: SyntaxProblem | undefined;
}

/** HAProxy's MAX_LINE_ARGS (include/haproxy/defaults.h). */
const MAX_WORDS = 64;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  [' ', ' '],
  ['\\', '\\'],
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['#', '#'],
  ["'", "'"],
  ['"', '"'],
]);
const VARIABLE_START = /[A-Za-z_.]/;
const HEX_PAIR = /^[0-9A-Fa-f]{2}$/;
/** The C library's isspace, without the line ends. */
const isBlank = (c: string | undefined) => c === ' ' || c === '\t' || c === '\v' || c === '\f';

/** A variable in double quotes: where it ends, or what is wrong with it. */
function variableEnd(text: string, at: number, end: number): number | SyntaxProblem {
  const brace = text[at + 1] === '{';
  const nameStart = brace ? at + 2 : at + 1;
  if (nameStart >= end || !VARIABLE_START.test(text[nameStart] ?? '')) {
    return {
      span: span(at, Math.min(nameStart + 1, end)),
      message:
        'An environment variable cannot start like this: its name begins with a letter or `_`; a plain `$` between double quotes is written `\\$`',
    };
  }
  let i = nameStart + 1;
  while (i < end && /\w/.test(text[i] ?? '')) i++;
  if (!brace) return i;
  if (text[i] === '[') {
    if (text.slice(i, i + 3) !== '[*]') {
      return {
        span: span(i, Math.min(i + 3, end)),
        message: 'Behind the name of an environment variable only `[*]` may stand in brackets',
      };
    }
    i += 3;
  }
  if (text[i] === '-') while (i < end && text[i] !== '}') i++;
  if (i < end && text[i] === '}') return i + 1;
  return { span: span(at, i), message: 'The `{` of this environment variable is not closed' };
}

/** Cuts `text` from `start` up to `end` (a line without its line feed) into words. Never throws; linear in time. */
export function splitLine(text: string, start: number, end: number): Line {
  // A carriage return ends the line for HAProxy, wherever it stands.
  const carriage = text.slice(start, end).indexOf('\r');
  const stop = carriage < 0 ? end : start + carriage;
  const words: Word[] = [];
  let comment: Comment | undefined;
  let at = start;
  let quote: { readonly sign: string; readonly at: number } | undefined;
  let word: { start: number; value: string; variable: boolean } | undefined;
  const fail = (problem: SyntaxProblem): Line => ({ words, comment: undefined, problem });
  const put = (value: string, from: number) => {
    word ??= { start: from, value: '', variable: false };
    word.value += value;
  };
  const close = () => {
    if (word === undefined) return;
    words.push({ span: span(word.start, at), value: word.value, variable: word.variable });
    word = undefined;
  };

  while (at < stop) {
    const c = text[at] as string;
    if (quote === undefined && isBlank(c)) {
      close();
      at++;
    } else if (quote === undefined && c === '#') {
      comment = { span: span(at, stop), text: text.slice(at + 1, stop) };
      break;
    } else if (c === quote?.sign) {
      quote = undefined;
      at++;
    } else if (quote === undefined && (c === '"' || c === "'")) {
      put('', at);
      quote = { sign: c, at };
      at++;
    } else if (c === '\\' && quote?.sign !== "'") {
      const next = at + 1 < stop ? (text[at + 1] as string) : '';
      if (next === 'x') {
        const digits = text.slice(at + 2, Math.min(at + 4, stop));
        if (!HEX_PAIR.test(digits)) {
          return fail({
            span: span(at, Math.min(at + 4, stop)),
            message: '`\\x` is followed by two hexadecimal digits; a plain backslash is written `\\\\`',
          });
        }
        put(String.fromCharCode(Number.parseInt(digits, 16)), at);
        at += 4;
      } else {
        const plain = next === '$' && quote?.sign === '"' ? '$' : ESCAPES.get(next);
        put(plain ?? '\\', at);
        at += plain === undefined ? 1 : 2;
      }
    } else if (c === '$' && quote?.sign === '"') {
      const found = variableEnd(text, at, stop);
      if (typeof found !== 'number') return fail(found);
      put(text.slice(at, found), at);
      if (word !== undefined) word.variable = true;
      at = found;
    } else {
      put(c, at);
      at++;
    }
  }
  if (quote !== undefined) {
    return fail({
      span: span(quote.at, stop),
      message: `This quote is not closed; HAProxy's quotes end on the line they start on`,
    });
  }
  close();
  const excess = words[MAX_WORDS];
  if (excess !== undefined) {
    return {
      words: words.slice(0, MAX_WORDS),
      comment,
      problem: { span: excess.span, message: `A line has at most ${MAX_WORDS} words; HAProxy refuses a longer one` },
    };
  }
  return { words, comment, problem: undefined };
}

/** Writes a value as one word, with backslashes where HAProxy would read it otherwise. */
export function writeWord(value: string): string {
  return value.replace(/[ \\#'"]/g, '\\$&').replace(/\t/g, '\\t');
}

/** Where words stand from the `index`-th on: the span that they cover; undefined when there are none. */
export function spanOfWords(words: readonly Word[], from: number, to: number): Span | undefined {
  const first = words[from];
  const last = words[Math.min(to, words.length) - 1];
  return first === undefined || last === undefined || to <= from ? undefined : span(first.span.start, last.span.end);
}
