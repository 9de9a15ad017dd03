/** Owns the shape of a parsed Caddyfile: directives, blocks, words and comments, each with its place. */
import type { TextEdit } from '../../../text/edits.ts';
import type { Span } from '../../../text/span.ts';
import type { Comment, Word } from '../../blocks/tree.ts';

export type { Comment, Word };

/** A line with its words, and the block that it opens. At the top level: the addresses of a site, a snippet's name. */
export interface Directive {
  /** The first word; an empty one, before the brace, for global options. */
  readonly name: Word;
  readonly args: readonly Word[];
  /** From the name to the last argument. */
  readonly head: Span;
  readonly block: Block | undefined;
}

export interface Block {
  /** The brace; undefined for the one site of a file that does without, to whose end it reaches. */
  readonly open: Span | undefined;
  readonly items: readonly Directive[];
  /** Undefined where it is missing, or where there is no opening one. */
  readonly close: Span | undefined;
}

export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
  readonly related?: { readonly span: Span; readonly message: string };
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

export interface SyntaxTree {
  readonly text: string;
  readonly items: readonly Directive[];
  readonly comments: readonly Comment[];
  /** In the order of their places. */
  readonly problems: readonly SyntaxProblem[];
}

/** From the name to the closing brace, or to the last word. */
export function wholeOf({ head, block }: Directive): Span {
  const last = block?.items.at(-1);
  const end = block?.close?.end ?? (last === undefined ? (block?.open?.end ?? head.end) : wholeOf(last).end);
  return { start: head.start, end };
}

/** Whether a word has parts that only the environment knows. */
export function isOpen({ value }: Pick<Word, 'value'>): boolean {
  return value.includes('{$');
}
