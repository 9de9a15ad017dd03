/** Owns what trees of block languages have in common: words and comments, each with its place in the text. */
import type { Span } from '../../text/span.ts';

/** One argument or name. */
export interface Word {
  /** With its quotes, and with signs that belong to its place: the `<` before the name of a section. */
  readonly span: Span;
  /** What the product sees: quotes removed, escapes rewritten. Variables are still in it. */
  readonly value: string;
  readonly quote: '"' | "'" | '`' | '<<' | undefined;
}

export interface Comment {
  /** From the `#` up to, not including, the line end; over several lines where the language joins them. */
  readonly span: Span;
  /** Without the `#`. */
  readonly text: string;
}
