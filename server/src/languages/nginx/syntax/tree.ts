/** Owns the shape of a parsed nginx configuration: words, comments, directives and blocks, each with its place in the text. */
import type { Span } from '../../../text/span.ts';
import type { Comment, Word } from '../../blocks/tree.ts';

export type { Comment, Word };

/** What a directive says, without the places of its words; directives that are written alike may share it. */
export interface Wording {
  readonly name: string;
  /** Of the arguments. */
  readonly values: readonly string[];
}

export interface Directive {
  readonly kind: 'directive';
  /** For large files, whose words are only made when somebody asks for their places. */
  readonly wording: Wording;
  readonly name: Word;
  readonly args: readonly Word[];
  /** From the name to the last argument. */
  readonly words: Span;
  /** The place of one argument; undefined where there are fewer. */
  argumentSpan(index: number): Span | undefined;
  /** From the name to the `;` or `}` inclusive. */
  readonly span: Span;
  /** Present if a `{` follows the words. */
  readonly block: Block | undefined;
  /** Undefined where it is missing. */
  readonly terminator: ';' | '{' | undefined;
  /** The `;` or `{`, or empty at the place where it is missing. */
  readonly terminatorSpan: Span;
}

export interface Block {
  readonly open: Span;
  /** Undefined where the file ends first. */
  readonly close: Span | undefined;
  /** Empty for a block below the 1,000th level, which is skipped with a problem. */
  readonly items: readonly Directive[];
  /** `lua`: the body is another language and has no items. */
  readonly body: 'directives' | 'lua';
  /** Between the braces. */
  readonly raw: Span;
}

/** Blocks whose lines begin with words of the user's, and which hold no blocks (they set cf->handler). */
export const TABLES: ReadonlySet<string> = new Set(['map', 'types', 'geo', 'split_clients', 'charset_map']);

export interface SyntaxProblem {
  readonly span: Span;
  /** Kebab-case name of the kind of problem. */
  readonly code: string;
  readonly message: string;
  /** The text `nginx -t` prints for it, without the file and line; empty where nginx has no words of its own for it. */
  readonly nginxSays: string;
}

export interface SyntaxTree {
  readonly text: string;
  /** The part of the text that was parsed. */
  readonly span: Span;
  readonly items: readonly Directive[];
  readonly comments: readonly Comment[];
  /** In the order of their places. */
  readonly problems: readonly SyntaxProblem[];
}
