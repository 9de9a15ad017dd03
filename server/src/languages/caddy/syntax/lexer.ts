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
  return new Lexer(text).read();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private readonly comments: Comment[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private at: number;
  private newLine = true;
  /** Up to here no line has a `}` any more, so that a line is looked through once only. */
  private without = 0;

  constructor(private readonly text: string) {
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  read(): Tokens {
    const { text, tokens, comments, problems } = this;
    while (this.at < text.length) this.next();
    return { tokens, comments, problems };
  }

  /** Reads a word, a comment or a blank. */
  private next(): void {
    const { text, at } = this;
    const char = text[at] ?? '';
    if (char === '\n') {
      this.newLine = true;
      this.at++;
    } else if (SPACE.test(char)) this.at++;
    else if (char === '\\' && /^\\\r?\n/.test(text.slice(at, at + 3))) this.at = text.indexOf('\n', at) + 1;
    else if (char === '\\' && (at + 1 === text.length || SPACE.test(text[at + 1] ?? ''))) this.at++;
    else if (char === '#') this.at = comment(text, at, this.comments);
    else if (char === '"' || char === '`') this.quoted(char, at);
    else if (char === '\\' && (text[at + 1] === '"' || text[at + 1] === '`')) {
      this.at++;
      this.quoted(text[at + 1] === '"' ? '"' : '`', at);
    } else this.bare();
  }

  private push(start: number, value: string, quote: Word['quote'], unclosed = false): void {
    this.tokens.push({ span: span(start, this.at), value, quote, newLine: this.newLine, unclosed });
    this.newLine = false;
  }

  /** The end of `{$…}` at an offset; undefined where there is none on the line. */
  private variableEnd(from: number): number | undefined {
    const { text } = this;
    if (text[from] !== '{' || text[from + 1] !== '$' || text[from + 2] === '}' || from < this.without) return undefined;
    let end = from + 2;
    while (end < text.length && text[end] !== '}' && text[end] !== '\n') end++;
    if (text[end] === '}') return end + 1;
    this.without = end;
    return undefined;
  }

  /** From the quote at `at`; a backslash before it belongs to the word, and protects the character behind the quote. */
  private quoted(mark: '"' | '`', start: number): void {
    const { text } = this;
    let value = '';
    this.at++;
    if (start < this.at - 1 && mark === '"' && this.at < text.length) {
      value = text[this.at] === '"' ? '"' : `\\${text[this.at]}`;
      this.at++;
    }
    while (this.at < text.length) {
      const char = text[this.at] ?? '';
      if (char === mark) {
        this.at++;
        this.push(start, value, mark);
        return;
      }
      if (mark === '"' && char === '\\' && this.at + 1 < text.length) {
        const next = text[this.at + 1] ?? '';
        value += next === '"' ? next : char + next;
        this.at += 2;
      } else {
        value += char;
        this.at++;
      }
    }
    this.push(start, value, mark, true);
  }

  private bare(): void {
    const { text, at: start } = this;
    if (text.startsWith('<<', start)) {
      this.marked(start);
      return;
    }
    let value = '';
    while (this.at < text.length) {
      const char = text[this.at] ?? '';
      if (SPACE.test(char)) break;
      if (char === '\\') {
        const next = text[this.at + 1];
        // Before a line end it joins the lines; the space behind ends the word.
        if (next === undefined || SPACE.test(next)) break;
        value += next === '<' ? next : char + next;
        this.at += 2;
        continue;
      }
      const end = this.variableEnd(this.at) ?? this.at + 1;
      value += text.slice(this.at, end);
      this.at = end;
    }
    this.push(start, value, undefined);
  }

  /** A word that begins with `<<`: at a line end a heredoc begins. */
  private marked(start: number): void {
    const { text } = this;
    let marker = '';
    for (this.at = start + 2; this.at < text.length && text[this.at] !== ' '; this.at++) {
      const char = text[this.at] ?? '';
      if (char === '\n') {
        this.heredoc(start, marker);
        return;
      }
      if (char !== '\r') marker += char;
    }
    this.push(start, `<<${marker}`, undefined);
  }

  /** A heredoc whose marker has been read up to the line end at `at`. */
  private heredoc(start: number, marker: string): void {
    const { text } = this;
    const bodyStart = this.at + 1;
    const found = MARKER.test(marker) ? text.indexOf(marker, bodyStart) : -1;
    if (found < 0 && bodyStart >= text.length) {
      this.push(start, text.slice(start, this.at), undefined);
      return;
    }
    if (found < 0) {
      const message = `${markerFault(marker)}; Caddy refuses the file`;
      this.problems.push({ span: span(start, this.at), message });
      if (MARKER.test(marker)) this.at = text.length;
      this.push(start, text.slice(start, this.at), undefined, this.at === text.length);
      return;
    }
    const content = text.slice(bodyStart, found);
    const lastLine = content.lastIndexOf('\n');
    const body = lastLine < 0 ? undefined : content.slice(0, lastLine);
    const padding = content.slice(lastLine + 1);
    this.at = found + marker.length;
    this.push(start, body === undefined ? '' : this.heredocText(body, padding, bodyStart), '<<');
  }

  /** The text of a heredoc without the indentation of its closing marker. */
  private heredocText(body: string, padding: string, bodyStart: number): string {
    const out: string[] = [];
    let offset = bodyStart;
    let faulty = false;
    for (const line of body.split('\n')) {
      const bare = line.replace(/\r/g, '');
      if (bare !== '' && !line.startsWith(padding) && !faulty) {
        faulty = true;
        this.problems.push({
          span: span(offset, offset + bare.length),
          message: 'this line of the heredoc has not the indentation of its closing marker, so Caddy refuses it',
        });
      }
      out.push(bare.startsWith(padding) ? bare.slice(padding.length) : bare);
      offset += line.length + 1;
    }
    return out.join('\n');
  }
}

/** What is wrong with a heredoc that does not end. */
function markerFault(marker: string): string {
  if (marker === '') return 'a heredoc needs a marker behind `<<`, such as `<<END`';
  return MARKER.test(marker)
    ? `the heredoc is never closed: no \`${marker}\` follows`
    : `\`${marker}\` is no marker of a heredoc: letters, digits, \`-\` and \`_\` only`;
}

/** Reads a comment. A backslash anywhere in it joins the next line to its own, which nobody means (Caddy forgets that it saw one only there). */
function comment(text: string, start: number, comments: Comment[]): number {
  const feed = text.indexOf('\n', start);
  const end = feed < 0 ? text.length : text[feed - 1] === '\r' ? feed - 1 : feed;
  comments.push({ span: span(start, end), text: text.slice(start + 1, end) });
  return feed >= 0 && text.slice(start, end).includes('\\') ? feed + 1 : end;
}
