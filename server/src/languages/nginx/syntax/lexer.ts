/** Owns the tokens: ngx_conf_read_token of src/core/ngx_conf_file.c, except that it goes on after an error. */
import { span } from '../../../text/span.ts';
import { overflows, tooLongMessage, tooLongQuoteMessage } from './buffer.ts';
import { rewriteEscapes } from './escapes.ts';
import { TextWord } from './nodes.ts';
import { textAfterQuote, tooLong, unclosedQuote, unexpected } from './problems.ts';
import type { Comment, SyntaxProblem } from './tree.ts';
import { LONGEST } from './wording.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const SINGLE_QUOTE = 39;
const CLOSE_PARENTHESIS = 41;
const SEMICOLON = 59;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** 1 for the characters at which an unquoted word may not simply go on. */
const SPECIAL = new Uint8Array(128);
for (const unit of [0, TAB, LF, CR, SPACE, DOLLAR, SEMICOLON, BACKSLASH, OPEN_BRACE]) SPECIAL[unit] = 1;

export type Token = 'word' | ';' | '{' | '}' | 'end';

export interface Lexer {
  readonly text: string;
  readonly end: number;
  /** Behind the last token. A caller that reads something itself, such as Lua code, moves it. */
  at: number;
  /** The last `word` token. */
  word: TextWord;
  /** Whether there was a line end before the last token. */
  lineBroken: boolean;
  /** The first NUL outside comments, or -1. */
  nul: number;
  readonly comments: Comment[];
  readonly report: (problem: SyntaxProblem) => void;
}

export function openLexer(text: string, start: number, end: number, report: (problem: SyntaxProblem) => void): Lexer {
  const word = new TextWord(start, start, '', undefined);
  return { text, end, at: start, word, lineBroken: false, nul: -1, comments: [], report };
}

/** 1 for the characters that may be in a plain directive. */
const PLAIN = new Uint8Array(128).fill(1, SPACE);
PLAIN[TAB] = 1;
PLAIN[CR] = 1;
for (const unit of [DOUBLE_QUOTE, HASH, SINGLE_QUOTE, SEMICOLON, BACKSLASH, OPEN_BRACE, CLOSE_BRACE]) PLAIN[unit] = 0;

/** A directive on one line without quotes, escapes and comments, up to its `;` or to a `{` behind a blank. */
export interface PlainDirective {
  start: number;
  /** Of the `;` or `{`. */
  terminator: number;
}

/**
 * Looks for a plain directive at the current place. Says where it is in `found`, and moves nothing; whoever takes it moves
 * the lexer behind its terminator.
 */
export function findPlain({ text, end, at: from }: Lexer, found: PlainDirective): boolean {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  const start = at;
  const last = Math.min(end, start + LONGEST);
  while (at < last) {
    const unit = text.charCodeAt(at);
    if (unit > 127 || PLAIN[unit] !== 1) break;
    at++;
  }
  if (at === start || at === last) return false;
  const unit = text.charCodeAt(at);
  if (unit !== SEMICOLON && !(unit === OPEN_BRACE && text.charCodeAt(at - 1) === SPACE)) return false;
  found.start = start;
  found.terminator = at;
  return true;
}

/** Reads the next token and collects the comments before it. */
export function nextToken(lexer: Lexer): Token {
  const { text, end } = lexer;
  let at = lexer.at;
  lexer.lineBroken = false;
  for (; at < end; at++) {
    const unit = text.charCodeAt(at);
    switch (unit) {
      case LF:
        lexer.lineBroken = true;
        break;
      case SPACE:
      case TAB:
      case CR:
        break;
      case HASH:
        at = readComment(lexer, at) - 1;
        break;
      case SEMICOLON:
        lexer.at = at + 1;
        return ';';
      case OPEN_BRACE:
        lexer.at = at + 1;
        return '{';
      case CLOSE_BRACE:
        lexer.at = at + 1;
        return '}';
      case DOUBLE_QUOTE:
        lexer.at = readQuoted(lexer, at, '"');
        return 'word';
      case SINGLE_QUOTE:
        lexer.at = readQuoted(lexer, at, "'");
        return 'word';
      default:
        lexer.at = readUnquoted(lexer, at);
        return 'word';
    }
  }
  lexer.at = end;
  return 'end';
}

/** Only LF ends a comment for nginx. Returns the place of the LF. */
function readComment(lexer: Lexer, start: number): number {
  const { text } = lexer;
  const found = text.indexOf('\n', start);
  const lineEnd = found < 0 || found > lexer.end ? lexer.end : found;
  const visible = lineEnd > start + 1 && text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd;
  lexer.comments.push({ span: span(start, visible), text: text.slice(start + 1, visible) });
  if (overflows(text, start, Math.min(lineEnd, lexer.end - 1))) {
    lexer.report(tooLong(span(start, visible), 'comment', tooLongMessage(text, start)));
  }
  return lineEnd;
}

function readUnquoted(lexer: Lexer, start: number): number {
  const { text, end } = lexer;
  let at = start;
  let escaped = false;
  while (at < end) {
    const unit = text.charCodeAt(at);
    if (unit > OPEN_BRACE || SPECIAL[unit] !== 1) {
      at++;
    } else if (unit === BACKSLASH) {
      escaped = true;
      at += 2;
    } else if (unit === DOLLAR) {
      // `{` right after `$` belongs to the word, and so does each further one.
      at++;
      while (at < end && text.charCodeAt(at) === OPEN_BRACE) at++;
    } else if (unit === 0) {
      if (lexer.nul < 0) lexer.nul = at;
      at++;
    } else break;
  }
  if (at > end) at = end;
  const source = text.slice(start, at);
  lexer.word = new TextWord(start, at, escaped ? rewriteEscapes(source) : source, undefined);
  if (overflows(text, start, lastRead(lexer, at))) {
    lexer.report(tooLong(lexer.word.span, 'word', tooLongMessage(text, start)));
  }
  return at;
}

/** The last character that nginx reads before it forgets where a word started: white space after it is not enough. */
function lastRead(lexer: Lexer, terminator: number): number {
  const last = isBlank(lexer.text.charCodeAt(terminator)) ? terminator + 1 : terminator;
  return Math.min(last, lexer.end - 1);
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB || unit === CR || unit === LF;
}

function readQuoted(lexer: Lexer, open: number, quote: '"' | "'"): number {
  const { text, end } = lexer;
  const closing = quote === '"' ? DOUBLE_QUOTE : SINGLE_QUOTE;
  let close = open + 1;
  let escaped = false;
  for (; close < end; close++) {
    const unit = text.charCodeAt(close);
    if (unit === closing) break;
    if (unit === BACKSLASH) {
      escaped = true;
      close++;
    } else if (unit === 0 && lexer.nul < 0) lexer.nul = close;
  }
  if (close >= end) {
    const says = overflows(text, open + 1, end - 1) ? tooLongQuoteMessage(quote) : undefined;
    return endAtLine(lexer, open, quote, lineEndOf(text, open, end), says);
  }
  const after = close + 1;
  const wrong = after < end && !mayFollowQuote(text.charCodeAt(after));
  const far = overflows(text, open + 1, close);
  const content = text.slice(open + 1, close);
  if (wrong && content.includes('\n')) {
    // When the line looks finished, the string was meant to close on it: `add_header X "a;` swallows the next lines.
    const lineEnd = lineEndOf(text, open, end);
    const says = far ? tooLongQuoteMessage(quote) : unexpected(text.charAt(after));
    if (looksFinished(text, lineEnd)) return endAtLine(lexer, open, quote, lineEnd, says);
  }
  lexer.word = new TextWord(open, after, escaped ? rewriteEscapes(content) : content, quote);
  if (far) lexer.report(tooLong(lexer.word.span, 'word', tooLongQuoteMessage(quote)));
  else if (overflows(text, open + 1, lastRead(lexer, after))) {
    lexer.report(tooLong(lexer.word.span, 'word', tooLongMessage(text, open + 1)));
  } else if (wrong && text.charCodeAt(after) !== CLOSE_BRACE) {
    // The parser itself reports a `}` that stands where a directive has not ended.
    const character = String.fromCodePoint(text.codePointAt(after) ?? 0);
    lexer.report(textAfterQuote(span(after, after + character.length), character, quote));
  }
  return after;
}

function mayFollowQuote(unit: number): boolean {
  return isBlank(unit) || unit === SEMICOLON || unit === OPEN_BRACE || unit === CLOSE_PARENTHESIS;
}

/** Where the visible text of the line of `at` ends. */
function lineEndOf(text: string, at: number, end: number): number {
  const found = text.indexOf('\n', at);
  let lineEnd = found < 0 || found > end ? end : found;
  while (lineEnd > at + 1 && isBlank(text.charCodeAt(lineEnd - 1))) lineEnd--;
  return lineEnd;
}

function looksFinished(text: string, lineEnd: number): boolean {
  const last = text.charCodeAt(lineEnd - 1);
  return last === SEMICOLON || last === OPEN_BRACE;
}

/** Ends a string that has no end of its own with its line, before the `;` or `{` there. */
function endAtLine(lexer: Lexer, open: number, quote: '"' | "'", lineEnd: number, nginxSays: string | undefined) {
  const { text } = lexer;
  let close = lineEnd;
  if (close > open + 1 && looksFinished(text, close)) {
    close--;
    while (close > open + 1 && isBlank(text.charCodeAt(close - 1))) close--;
  }
  lexer.word = new TextWord(open, close, rewriteEscapes(text.slice(open + 1, close)), quote);
  lexer.report(unclosedQuote(lexer.word.span, quote, nginxSays));
  return close;
}
