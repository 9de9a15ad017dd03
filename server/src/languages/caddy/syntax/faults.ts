/** Owns what Caddy refuses, or reads otherwise than it looks, in the words of one line. */
import { span } from '../../../text/span.ts';
import type { Token } from './lexer.ts';
import type { SyntaxProblem, Word } from './tree.ts';

/** A text of a file, shortened for messages. */
export function shown(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

export const isBrace = (token: Token | undefined, brace: '{' | '}'): boolean =>
  token !== undefined && token.value === brace && token.quote === undefined;

/** `handle{` at the end of a line: Caddy reads one word, and the block's lines as if there were none. */
export function gluedBrace(line: readonly Token[], next: Token | undefined) {
  const last = line[line.length - 1];
  if (last === undefined || last.quote !== undefined || !/^[^{}]+\{$/.test(last.value)) return undefined;
  if (next === undefined || !next.newLine) return undefined;
  const end = last.span.end - 1;
  const brace = span(end, last.span.end);
  return {
    word: { ...last, value: last.value.slice(0, -1), span: span(last.span.start, end) },
    brace,
    problem: {
      span: last.span,
      message: `a space is missing before \`{\`: Caddy reads one word, \`${shown(last.value)}\`, and opens no block`,
      fix: { title: 'Put a space before the brace', edits: [{ span: span(end, end), newText: ' ' }] },
    },
  };
}

export function addressFaults(
  keys: readonly Word[],
  next: Token | undefined,
  report: (problem: SyntaxProblem) => void,
): void {
  const [first] = keys;
  if (first?.value === 'import') return;
  for (const key of keys) {
    const { value, quote } = key;
    if (value.startsWith('@')) {
      report({
        span: key.span,
        message: `the matcher \`${shown(value)}\` stands outside of any site, and Caddy refuses it there`,
      });
    } else if (value.endsWith('{') && quote === undefined) {
      report({ span: key.span, message: 'a space is missing before `{`: Caddy refuses an address that ends with it' });
    } else if (value.slice(0, -1).includes(',') && !value.includes('{$')) {
      report({
        span: key.span,
        message: `addresses are separated by a comma and a space; Caddy refuses \`${shown(value)}\` as one address`,
      });
    }
  }
  if (
    first !== undefined &&
    /^&?\(.*\)$/s.test(first.value) &&
    keys.length === 1 &&
    !isBrace(next, '{') &&
    next !== undefined
  )
    report({
      span: first.span,
      message: `a block has to follow \`${shown(first.value)}\`, and Caddy refuses the file without`,
    });
  const last = keys[keys.length - 1];
  if (last?.value.endsWith(',') === true && (next === undefined || isBrace(next, '{')))
    report({ span: last.span, message: 'another address has to follow this comma, so Caddy refuses it' });
}
