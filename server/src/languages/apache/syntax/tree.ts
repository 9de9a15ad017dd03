/** Owns the shape of a parsed Apache configuration: directives, sections, words and comments, each with its place. */

import type { Place } from '../../../model/origin.ts';
import type { TextEdit } from '../../../text/edits.ts';
import type { Span } from '../../../text/span.ts';
import type { Comment, Word } from '../../blocks/tree.ts';

export type { Comment, Word };

/** A line with a directive, or a section with all that is in it. */
export interface Directive {
  /** Without the `<` of a section. */
  readonly name: Word;
  /** The name in small letters: Apache does not tell them apart. */
  readonly key: string;
  /** Without the `>` of a section. */
  readonly args: readonly Word[];
  /** From the name to the last argument; for a section to its `>`. */
  readonly head: Span;
  /** The lines of the directive, or of the section's opening, without the last line end. */
  readonly line: Span;
  readonly section: Section | undefined;
  /** For a line that a macro makes of its text and of values: where the text is. All other places are where the macro is used. */
  readonly made?: Place;
}

export interface Section {
  /** Empty for a section below the 1,000th level, which is skipped with a problem. */
  readonly items: readonly Directive[];
  /** The line with `</…>`; undefined where the section is cut off. */
  readonly close: { readonly span: Span; readonly line: Span } | undefined;
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
