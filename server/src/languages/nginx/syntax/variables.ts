/** Owns the variables in a value, as nginx's script compiler reads them (ngx_http_script_compile, the same in stream). */
import { type Span, span } from '../../../text/span.ts';
import { sourceOffset } from './escapes.ts';
import type { Word } from './tree.ts';

/** One use of a variable; the offsets count in the value and include the `$` and the braces. */
export interface Variable {
  /** Without `$` and braces; one digit from 1 to 9 for a capture of a regular expression. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly braced: boolean;
}

/** A `$` that starts no variable. Most directives refuse it, but some, such as regular expressions, read `$` otherwise. */
export interface InvalidVariable {
  readonly start: number;
  readonly end: number;
  readonly nginxSays: string;
}

export interface VariableScan {
  readonly variables: readonly Variable[];
  /** nginx stops at the first. */
  readonly invalid: InvalidVariable | undefined;
}

const NAME = /[A-Za-z0-9_]*/y;

/** The variables of a value up to the first that nginx cannot read. */
export function scanVariables(value: string): VariableScan {
  const variables: Variable[] = [];
  for (let start = value.indexOf('$'); start >= 0; ) {
    const next = value.charAt(start + 1);
    if (next >= '1' && next <= '9') {
      variables.push({ name: next, start, end: start + 2, braced: false });
      start = value.indexOf('$', start + 2);
      continue;
    }
    const braced = next === '{';
    const nameStart = start + (braced ? 2 : 1);
    NAME.lastIndex = nameStart;
    const name = NAME.exec(value)?.[0] ?? '';
    const nameEnd = nameStart + name.length;
    if (braced && nameStart < value.length && value[nameEnd] !== '}') {
      const nginxSays = `the closing bracket in "${name}" variable is missing`;
      return { variables, invalid: { start, end: nameEnd, nginxSays } };
    }
    const end = braced ? Math.min(nameEnd + 1, value.length) : nameEnd;
    if (name === '') return { variables, invalid: { start, end, nginxSays: 'invalid variable name' } };
    variables.push({ name, start, end, braced });
    start = value.indexOf('$', end);
  }
  return { variables, invalid: undefined };
}

/** The variables of a value; see `scanVariables` for what is wrong with it. */
export function variablesIn(value: string): readonly Variable[] {
  return scanVariables(value).variables;
}

/** Where a part of a word's value (a variable of it) is in the text that the word was parsed from. */
export function spanOfVariable(word: Word, text: string, part: { readonly start: number; readonly end: number }): Span {
  const start = word.span.start + (word.quote === undefined ? 0 : 1);
  const source = text.slice(start, word.span.end);
  const from = sourceOffset(source, part.start);
  return span(start + from, start + from + sourceOffset(source.slice(from), part.end - part.start));
}
