/** Owns what an occurrence of a name is, and which part of a configuration a name holds in. */
import type { FileId } from '../../../files/host.ts';
import type { SourceFile } from '../../../files/store.ts';
import { type Span, span } from '../../../text/span.ts';
import { enclosing, type Scope } from '../scope.ts';
import type { Word } from '../syntax/tree.ts';
import { spanOfVariable } from '../syntax/variables.ts';

/** A place where a name is given or used. */
export interface Occurrence {
  readonly file: FileId;
  /** The name itself. */
  readonly span: Span;
  /** With its signs, where a cursor means it: `${name}`, `@name`. */
  readonly area: Span;
  readonly kind: 'variable' | 'upstream' | 'location';
  /** Occurrences with the same key are of the same thing. */
  readonly key: string;
  readonly name: string;
  readonly defines: boolean;
}

/** `http` and `stream` have their own variables and upstreams. A part of a configuration counts as one of `http`. */
export function worldOf(scope: Scope): 'http' | 'stream' {
  return enclosing(scope, 'stream') === undefined ? 'http' : 'stream';
}

/** Where a part of a word's value stands in its file; offsets count in the value. */
export function placeInWord(file: SourceFile, word: Word, start: number, end: number): Span {
  return spanOfVariable(word, file.text, { start, end });
}

/** Without its quotes. */
export function contentSpan({ span: whole, quote }: Word): Span {
  return quote === undefined ? whole : span(whole.start + 1, Math.max(whole.start + 1, whole.end - 1));
}
