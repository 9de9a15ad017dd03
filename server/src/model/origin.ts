/** Owns facts and where they come from. */
import type { FileId } from '../files/host.ts';
import type { Span } from '../text/span.ts';

/** A span of a file. */
export interface Place {
  readonly file: FileId;
  readonly span: Span;
}

/** A block or an include site that a value came through, outermost last. */
export interface Step {
  readonly what: string;
  readonly place: Place;
}

export type Origin =
  /** Written right here. */
  | { readonly kind: 'written'; readonly place: Place }
  /** Written further out, or in an included file. */
  | { readonly kind: 'inherited'; readonly place: Place; readonly through: readonly Step[] }
  /** Not written: the product's own value; `versions` says for which versions it holds. */
  | { readonly kind: 'default'; readonly versions: string; readonly source: string };

export interface Known<T> {
  readonly known: true;
  readonly value: T;
  readonly origin: Origin;
}

/** Not to be known from what can be seen; no rule fires on it. */
export interface Unknown {
  readonly known: false;
  readonly why: string;
}

export type Fact<T> = Known<T> | Unknown;

export function known<T>(value: T, origin: Origin): Known<T> {
  return { known: true, value, origin };
}

export function unknown(why: string): Unknown {
  return { known: false, why };
}

/** The place where a fact was written, if it was. */
export function writtenAt(origin: Origin): Place | undefined {
  return origin.kind === 'default' ? undefined : origin.place;
}
