/**
 * Owns words as Caddy reads them (caddyconfig/caddyfile/lexer.go): white space, quotes, backticks, escapes, heredocs,
 * comments, and environment variables, which Caddy puts in before it reads any word (parse.go, replaceEnvVars).
 */
import { span } from '../../../text/span.ts';
import type { Comment, SyntaxProblem, Word } from './tree.ts';

export interface Token extends Word {
  /** Whether it stands on another line than the word before it; a backslash before a line end joins two lines. */
  readonly newLine: boolean;
  /** A quote or a heredoc that reaches to the end of the file. */
  readonly unclosed: boolean;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly problems: readonly SyntaxProblem[];
}

const MARKER = /^[A-Za-z0-9_-]+$/;
/** unicode.IsSpace of Go. */
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function lex(text: string): Tokens {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const problems: SyntaxProblem[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let newLine = true;

  const push = (start: number, value: string, quote: Word['quote'], unclosed = false): void => {
    tokens.push({ span: span(start, at), value, quote, newLine, unclosed });
    newLine = false;
  };

  /** Up to here no line has a `}` any more, so that a line is looked through once only. */
  let without = 0;
  /** The end of `{$…}` at an offset; undefined where there is none on the line. */
  const variableEnd = (from: number): number | undefined => {
    if (text[from] !== '{' || text[from + 1] !== '$' || text[from + 2] === '}' || from < without) return undefined;
    let end = from + 2;
    while (end < text.length && text[end] !== '}' && text[end] !== '\n') end++;
    if (text[end] === '}') return end + 1;
    without = end;
    return undefined;
  };

  /** From the quote at `at`; a backslash before it belongs to the word, and protects the character behind the quote. */
  const quoted = (mark: '"' | '`', start = at): void => {
    let value = '';
    at++;
    if (start < at - 1 && mark === '"' && at < text.length) {
      value = text[at] === '"' ? '"' : `\\${text[at]}`;
      at++;
    }
    while (at < text.length) {
      const char = text[at] ?? '';
      if (char === mark) {
        at++;
        push(start, value, mark);
        return;
      }
      if (mark === '"' && char === '\\' && at + 1 < text.length) {
        const next = text[at + 1] ?? '';
        value += next === '"' ? next : char + next;
        at += 2;
      } else {
        value += char;
        at++;
      }
    }
    push(start, value, mark, true);
  };

  /** The text of a heredoc without the indentation of its closing marker. */
  const heredocText = (body: string, padding: string, bodyStart: number): string => {
    const out: string[] = [];
    let offset = bodyStart;
    let faulty = false;
    for (const line of body.split('\n')) {
      const bare = line.replace(/\r/g, '');
      if (bare !== '' && !line.startsWith(padding) && !faulty) {
        faulty = true;
        problems.push({
          span: span(offset, offset + bare.length),
          message: 'this line of the heredoc has not the indentation of its closing marker, so Caddy refuses it',
        });
      }
      out.push(bare.startsWith(padding) ? bare.slice(padding.length) : bare);
      offset += line.length + 1;
    }
    return out.join('\n');
  };

  /** A heredoc whose marker has been read up to the line end at `at`. */
  const heredoc = (start: number, marker: string): void => {
    const bodyStart = at + 1;
    const found = MARKER.test(marker) ? text.indexOf(marker, bodyStart) : -1;
    if (found < 0 && bodyStart >= text.length) {
      push(start, text.slice(start, at), undefined);
      return;
    }
    if (found < 0) {
      const message =
        marker === ''
          ? 'a heredoc needs a marker behind `<<`, such as `<<END`'
          : !MARKER.test(marker)
            ? `\`${marker}\` is no marker of a heredoc: letters, digits, \`-\` and \`_\` only`
            : `the heredoc is never closed: no \`${marker}\` follows`;
      problems.push({ span: span(start, at), message: `${message}; Caddy refuses the file` });
      if (MARKER.test(marker)) at = text.length;
      push(start, text.slice(start, at), undefined, at === text.length);
      return;
    }
    const content = text.slice(bodyStart, found);
    const lastLine = content.lastIndexOf('\n');
    const body = lastLine < 0 ? undefined : content.slice(0, lastLine);
    const padding = content.slice(lastLine + 1);
    at = found + marker.length;
    push(start, body === undefined ? '' : heredocText(body, padding, bodyStart), '<<');
  };

  const bare = (): void => {
    const start = at;
    let value = '';
    const isHeredoc = text.startsWith('<<', start);
    while (at < text.length) {
      const char = text[at] ?? '';
      if (isHeredoc && at > start + 1) {
        if (char === ' ') break;
        if (char === '\r') {
          at++;
          continue;
        }
        if (char === '\n') {
          heredoc(start, value.slice(2));
          return;
        }
        value += char;
        at++;
        continue;
      }
      if (SPACE.test(char)) break;
      if (char === '\\') {
        const next = text[at + 1];
        // Before a line end it joins the lines; the space behind ends the word.
        if (next === undefined || SPACE.test(next)) break;
        value += next === '<' ? next : char + next;
        at += 2;
        continue;
      }
      const end = variableEnd(at) ?? at + 1;
      value += text.slice(at, end);
      at = end;
    }
    push(start, value, undefined);
  };

  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '\n') {
      newLine = true;
      at++;
    } else if (SPACE.test(char)) at++;
    else if (char === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) at = text.indexOf('\n', at) + 1;
    else if (char === '\\' && (at + 1 === text.length || SPACE.test(text[at + 1] ?? ''))) at++;
    else if (char === '#') at = comment(text, at, comments);
    else if (char === '"' || char === '`') quoted(char);
    else if (char === '\\' && (text[at + 1] === '"' || text[at + 1] === '`')) {
      at++;
      quoted(text[at] === '"' ? '"' : '`', at - 1);
    } else bare();
  }
  return { tokens, comments, problems };
}

/** Reads a comment. A backslash anywhere in it joins the next line to its own, which nobody means (Caddy forgets that it saw one only there). */
function comment(text: string, start: number, comments: Comment[]): number {
  const feed = text.indexOf('\n', start);
  const end = feed < 0 ? text.length : text[feed - 1] === '\r' ? feed - 1 : feed;
  comments.push({ span: span(start, end), text: text.slice(start + 1, end) });
  return feed >= 0 && text.slice(start, end).includes('\\') ? feed + 1 : end;
}
