/** Owns the shape of a parsed stunnel configuration: options, headers of services and comments, each with its place. */
import type { TextEdit } from '../../../text/edits.ts';
import type { Span } from '../../../text/span.ts';

export interface Word {
  readonly span: Span;
  readonly value: string;
}

/** `name = value`. */
export interface Option {
  readonly kind: 'option';
  readonly name: Word;
  /** The name in small letters, as case does not count. */
  readonly key: string;
  /** Up to the last character that is no white space; it may be empty. */
  readonly value: Word;
  /** From the name to the end of the value. */
  readonly span: Span;
  /** The whole line, without its line end. */
  readonly line: Span;
}

/** `[name]`, where a service begins. */
export interface Header {
  readonly kind: 'header';
  readonly name: Word;
  /** With the brackets. */
  readonly span: Span;
  readonly line: Span;
}

export interface Comment {
  /** From the `;` or `#` up to, not including, the line end. */
  readonly span: Span;
  /** Without the sign. */
  readonly text: string;
}

export interface SyntaxProblem {
  readonly span: Span;
  readonly message: string;
  readonly fix?: { readonly title: string; readonly edits: readonly TextEdit[] };
}

export interface Tree {
  readonly text: string;
  readonly items: readonly (Option | Header)[];
  readonly comments: readonly Comment[];
  /** In the order of their places. */
  readonly problems: readonly SyntaxProblem[];
}

/** A service of one file: its header with the options up to the next; without a header, what stands before the first. */
export interface Section {
  readonly header: Header | undefined;
  readonly options: readonly Option[];
}

/** The sections of a file in their order; the first is what stands before any service. */
export function sectionsOf({ items }: Tree): Section[] {
  const out: { header: Header | undefined; options: Option[] }[] = [{ header: undefined, options: [] }];
  for (const item of items) {
    if (item.kind === 'header') out.push({ header: item, options: [] });
    else out.at(-1)?.options.push(item);
  }
  return out;
}

/** From the header to the end of the last option. */
export function sectionSpan({ header, options }: Section): Span | undefined {
  const first = header ?? options[0];
  const last = options.at(-1) ?? header;
  return first === undefined || last === undefined ? undefined : { start: first.span.start, end: last.span.end };
}
