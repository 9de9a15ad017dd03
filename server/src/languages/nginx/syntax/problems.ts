/** Owns the wording of syntax problems: ours, and nginx's own for the same fault (src/core/ngx_conf_file.c). */
import { type Span, span } from '../../../text/span.ts';
import type { SyntaxProblem, Word } from './tree.ts';

const END_IN_DIRECTIVE = 'unexpected end of file, expecting ";" or "}"';

/** What nginx says when a `}` or the end of the file comes after words that nothing has ended. */
export function endOfWords(before: '}' | 'end'): string {
  return before === '}' ? unexpected('}') : END_IN_DIRECTIVE;
}

/** A name as it is shown in a message: one line, not endless. */
function shown(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

export function byteOrderMark(at: number, nginxSays: string): SyntaxProblem {
  return {
    span: span(at, at + 1),
    code: 'byte-order-mark',
    message:
      'The file starts with a byte order mark, which nginx reads as part of the first word. Save it without one.',
    nginxSays,
  };
}

export function binaryData(at: number, nginxSays: string): SyntaxProblem {
  return {
    span: span(at, at + 1),
    code: 'binary-data',
    message: 'This is not a text file that nginx can read: there is a NUL byte here (a binary file, or UTF-16).',
    nginxSays,
  };
}

/** `seen` is the wrong character behind the quote that nginx took for the closing one, undefined at the end of the file. */
export function unclosedQuote(word: Span, quote: string, nginxSays: string | undefined): SyntaxProblem {
  return {
    span: word,
    code: 'unclosed-quote',
    message: `The closing ${quote} of this string is missing.`,
    nginxSays: nginxSays ?? END_IN_DIRECTIVE,
  };
}

export function textAfterQuote(at: Span, character: string, quote: string): SyntaxProblem {
  return {
    span: at,
    code: 'text-after-quote',
    message: `After the closing ${quote} there must be white space, \`;\`, \`{\` or \`)\`, not \`${character}\`.`,
    nginxSays: unexpected(character),
  };
}

/** nginx prints one byte of the character, so that of a longer one only a damaged byte is left. */
export function unexpected(character: string): string {
  return `unexpected "${character.charCodeAt(0) < 128 ? character : '\ufffd'}"`;
}

export function tooLong(place: Span, what: 'word' | 'comment', nginxSays: string): SyntaxProblem {
  return {
    span: place,
    code: `too-long-${what}`,
    message: `nginx refuses a ${what} that does not fit into its buffer of 4096 bytes.`,
    nginxSays,
  };
}

export function unexpectedSemicolon(at: number): SyntaxProblem {
  return {
    span: span(at, at + 1),
    code: 'unexpected-semicolon',
    message: 'There is no directive that this `;` could end.',
    nginxSays: 'unexpected ";"',
  };
}

export function unexpectedOpen(at: number): SyntaxProblem {
  return {
    span: span(at, at + 1),
    code: 'unexpected-open-brace',
    message: 'There is no directive that this `{` could open.',
    nginxSays: 'unexpected "{"',
  };
}

export function blockInsideTable(at: number, table: string): SyntaxProblem {
  return {
    span: span(at, at + 1),
    code: 'unexpected-open-brace',
    message: `\`${table}\` holds lines that end with \`;\`, no further blocks.`,
    nginxSays: 'unexpected "{"',
  };
}

export function unexpectedClose(at: number): SyntaxProblem {
  return {
    span: span(at, at + 1),
    code: 'unexpected-close-brace',
    message: 'There is no open block that this `}` could close.',
    nginxSays: 'unexpected "}"',
  };
}

/** Whether a word ends with a `}` that closes no `{` of its own, as `${host}` does. */
export function endsWithBrace(word: string): boolean {
  return word.length > 1 && word.endsWith('}') && word.split('}').length > word.split('{').length;
}

/** A directive whose end is missing before a `}` or before the end of the file. */
export function unendedDirective(name: Word, last: Word, before: '}' | 'end'): SyntaxProblem {
  const glued = last.quote === undefined && endsWithBrace(last.value);
  return {
    span: last.span,
    code: 'missing-semicolon',
    message: glued
      ? `The \`}\` belongs to the word \`${shown(last.value)}\` here. Put \`;\` and a space before it.`
      : `\`${shown(name.value)}\` is not ended: the \`;\` is missing.`,
    nginxSays: endOfWords(before),
  };
}

/** A directive that took the next line's directive for its own arguments. */
export function swallowedDirective(last: Word, swallowed: Word, name: Word, nginxSays: string): SyntaxProblem {
  return {
    span: last.span,
    code: 'missing-semicolon',
    message: `The \`;\` is missing here, so nginx reads \`${shown(swallowed.value)}\` on the next line as an argument of \`${shown(name.value)}\`.`,
    nginxSays,
  };
}

export function unclosedBlock(open: Span, name: Word): SyntaxProblem {
  return {
    span: open,
    code: 'unclosed-block',
    message: `The block of \`${shown(name.value)}\` is not closed: its \`}\` is missing.`,
    nginxSays: 'unexpected end of file, expecting "}"',
  };
}

/** The messages are lua-nginx-module's (src/ngx_http_lua_directive.c). `bracket` is the closing long bracket that is missing. */
export function unclosedLua(open: Span, name: Word, bracket: string | undefined): SyntaxProblem {
  return {
    span: open,
    code: 'unclosed-lua',
    message: bracket
      ? `The Lua code of \`${shown(name.value)}\` does not end: a \`${bracket}\` is missing in it.`
      : `The Lua code of \`${shown(name.value)}\` does not end: its \`}\` is missing.`,
    nginxSays: bracket
      ? `Lua code block missing the closing long bracket "${bracket}", the inlined Lua code may be too long`
      : 'unexpected end of file, expecting terminating characters for lua code block',
  };
}

export function nestedTooDeep(open: Span, limit: number): SyntaxProblem {
  return {
    span: open,
    code: 'nested-too-deep',
    message: `Blocks are nested more than ${limit} levels deep. What is inside this one is not looked at.`,
    nginxSays: '',
  };
}
