/** Owns blocks, quotes and heredocs that the end of a Caddyfile cuts off, and the guess where a `}` was forgotten. */
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { type Span, span } from '../../../text/span.ts';
import { isBrace, shown } from './faults.ts';
import type { Token } from './lexer.ts';
import type { Directive, SyntaxProblem, Word } from './tree.ts';

/** A block while it is read. */
export interface Frame {
  readonly items: Directive[];
  /** The directive's words, whose block this is; undefined for the file itself. */
  readonly opener: { readonly name: Word; readonly args: readonly Word[]; readonly head: Span } | undefined;
  readonly open: Span | undefined;
}

/** A block whose end stands further left than it does: that may be the end of another one. */
export interface Suspect extends Frame {
  readonly close: Span;
}

/** Blocks that the end of the file cuts off: the innermost with a line that stands no deeper than itself is told where its end was forgotten. */
export function unclosed(
  frames: readonly Frame[],
  suspects: readonly Suspect[],
  lastToken: Token | undefined,
  text: string,
  report: (problem: SyntaxProblem) => void,
): void {
  const outermost = frames.find(({ open }) => open !== undefined)?.opener;
  if (outermost === undefined) return;
  // Caddy takes the end of an inner block for that of the site, too, where it is the last word of all (parse.go, blockContents).
  const inside = frames[1]?.items.some(({ name }) => /[.:]/.test(name.value)) === true;
  if (frames.length === 2 && isBrace(lastToken, '}') && !/^&?\(/.test(outermost.name.value) && !inside) return;
  if (lastToken?.unclosed === true) {
    const { start } = lastToken.span;
    // Of a heredoc the lexer has told.
    if (lastToken.quote === undefined) return;
    report({
      span: span(start, start + 1),
      message: 'this quote is never closed, so Caddy reads all the rest of the file as one word',
    });
    return;
  }
  const forgotten = (
    opener: NonNullable<Frame['opener']>,
    before: { readonly start: number; readonly word: string } | undefined,
  ): boolean => {
    if (before === undefined) return false;
    const indentation = indentationAt(text, opener.head.start);
    const lineStart = lineStartOf(text, before.start);
    report({
      span: opener.head,
      message: `${blockWord(opener.name)} is never closed: a \`}\` is missing before \`${shown(before.word)}\`, and Caddy refuses the file`,
      related: { span: span(before.start, before.start + before.word.length), message: 'a `}` is missing before this' },
      fix: {
        title: 'Close the block',
        edits: [{ span: span(lineStart, lineStart), newText: `${indentation}}${lineEndOf(text)}` }],
      },
    });
    return true;
  };
  const [suspect] = suspects;
  if (suspect?.opener !== undefined) {
    const stray = strayIn(suspect.items, suspect.opener.head, text);
    if (forgotten(suspect.opener, stray ?? { start: suspect.close.start, word: '}' })) return;
  }
  for (let i = frames.length - 1; i > 0; i--) {
    const { opener, items, open } = frames[i] ?? {};
    if (opener === undefined || items === undefined || open === undefined) continue;
    const lines = [...items, frames[i + 1]?.opener].flatMap((item) => item ?? []);
    if (forgotten(opener, strayIn(lines, opener.head, text))) return;
  }
  report({
    span: outermost.head,
    message: `${blockWord(outermost.name)} is never closed, and Caddy refuses the file (unexpected EOF)`,
  });
}

/** The first line of a block that stands no deeper than the block itself. */
function strayIn(items: readonly Pick<Directive, 'name' | 'head'>[], opener: Span, text: string) {
  const indentation = indentationAt(text, opener.start);
  const stray = items.find(({ head }) => {
    const start = lineStartOf(text, head.start);
    return start > opener.end && text.slice(start, head.start) === indentation;
  });
  return stray === undefined ? undefined : { start: stray.head.start, word: stray.name.value };
}

/** Whether what begins a line at one offset is indented less than the line of another one. */
export function isLess(text: string, at: number, than: number): boolean {
  const indentation = text.slice(lineStartOf(text, at), at);
  const other = indentationAt(text, than);
  return /^[ \t]*$/.test(indentation) && indentation.length < other.length && other.startsWith(indentation);
}

const lineStartOf = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const blockWord = ({ value }: Word): string => (value === '' ? 'this block' : `the block of \`${shown(value)}\``);
