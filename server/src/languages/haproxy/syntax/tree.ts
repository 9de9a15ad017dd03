/** Owns the shape of a parsed HAProxy configuration: sections, statements, words and comments, each with its place. */
import type { FileId } from '../../../files/host.ts';
import type { TextEdit } from '../../../text/edits.ts';
import type { Span } from '../../../text/span.ts';

/** One argument or keyword. */
export interface Word {
  /** With its quotes and backslashes. */
  readonly span: Span;
  /** What HAProxy sees: quotes removed, escapes rewritten; environment variables are left as they are written. */
  readonly value: string;
  /** An environment variable decides a part of it, and perhaps into how many words it falls. */
  readonly variable: boolean;
}

/** Where lines stand: several files may be one configuration. */
export interface Source {
  readonly file: FileId;
  readonly text: string;
}

/** A line with at least one word. */
export interface Statement {
  readonly source: Source;
  readonly words: readonly Word[];
  /** From the first word to the last. */
  readonly span: Span;
  /** The whole line, without its line end. */
  readonly line: Span;
  /**
   * The `.if` blocks around it, outermost first, as a path (`3.0/7.1/`): block number and arm.
   * Two statements with the same branch stand or fall together.
   */
  readonly branch: string;
}

export interface Section {
  /** `global`, `defaults`, `frontend`, … */
  readonly kind: string;
  readonly header: Statement;
  readonly name: Word | undefined;
  /** The `defaults` section named after `from`. */
  readonly from: Word | undefined;
  readonly statements: readonly Statement[];
}

export interface Comment {
  /** From the `#` up to, not including, the line end. */
  readonly span: Span;
  /** Without the `#`. */
  readonly text: string;
}

export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

/** What HAProxy reads as one: the sections of all files, in the order in which it reads these. */
export interface Whole {
  readonly sections: readonly Section[];
}

/** A part of an `.if` block: `block` and `arm` are those of branches. */
export interface Arm {
  readonly block: number;
  readonly arm: number;
  /** `.if`, `.elif` or `.else`. */
  readonly line: Statement;
}

/** One file. */
export interface Tree extends Whole, Source {
  /** Lines before the first section, which HAProxy refuses. */
  readonly strays: readonly Statement[];
  /** The arms of all `.if` blocks, by the lines that begin them, in their order. */
  readonly arms: readonly Arm[];
  /** `.if`, `.else`, `.notice`, …: lines for the preprocessor. */
  readonly macros: readonly Statement[];
  readonly comments: readonly Comment[];
  /** In the order of their places. */
  readonly problems: readonly SyntaxProblem[];
}
