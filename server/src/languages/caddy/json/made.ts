/** Owns making lines out of JSON: what a JSON configuration says, in the form in which Caddyfiles are lowered. */
import type { Node } from 'jsonc-parser';
import type { SourceFile } from '../../../files/store.ts';
import { type Span, span } from '../../../text/span.ts';
import type { Arg, Entry, Scope } from '../scope.ts';
import type { Directive, Word } from '../syntax/tree.ts';

/** A word with the place that it is from. */
export interface Made {
  readonly value: string;
  readonly span: Span;
  /** The value in the JSON that says it; undefined where nothing does by itself. */
  readonly node: Node | undefined;
}

interface GrowingScope extends Scope {
  readonly entries: Entry[];
}

export function spanOf(node: Node): Span {
  return span(node.offset, node.offset + node.length);
}

/** A name or a word that stands for a value. */
export const named = (value: string, node: Node): Made => ({ value, span: spanOf(node), node });

/** The value behind a name of an object. */
export function member(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== 'object') return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === name)?.children?.[1];
}

export function path(node: Node | undefined, ...names: readonly string[]): Node | undefined {
  return names.reduce(member, node);
}

/** The names of an object with their values. */
export function members(node: Node | undefined): readonly (readonly [name: string, value: Node])[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [name, value] = [] }) =>
    typeof name?.value === 'string' && value !== undefined ? [[name.value, value] as const] : [],
  );
}

export function elements(node: Node | undefined): readonly Node[] {
  return node?.type === 'array' ? (node.children ?? []) : [];
}

/** A text or a number as a word; what is neither is none. */
export function word(node: Node | undefined): Made | undefined {
  if (node?.type !== 'string' && node?.type !== 'number') return undefined;
  return named(`${node.value}`, node);
}

/** A time: a text as in Caddyfiles, or a number of nanoseconds. */
export function time(node: Node | undefined): Made | undefined {
  const made = word(node);
  return made !== undefined && node?.type === 'number' ? { ...made, value: `${made.value}ns` } : made;
}

export const words = (node: Node | undefined): Made[] => elements(node).flatMap((one) => word(one) ?? []);

export const isTrue = (node: Node | undefined): boolean => node?.type === 'boolean' && node.value === true;

const wordOf = ({ value, span: at }: Made): Word => ({ value, span: at, quote: '"' });

/** Makes lines of one file. */
export class Maker {
  constructor(readonly file: SourceFile) {}

  /** A line; `inside` fills its block, where it has one, which stands for the object `name.node`. */
  line(into: Scope, name: Made, args: readonly Made[], inside?: (scope: Scope) => void): Entry {
    const scope: GrowingScope | undefined =
      inside === undefined ? undefined : { opener: undefined, parent: into, entries: [], holes: [] };
    const directive: Directive = {
      name: wordOf(name),
      args: args.map(wordOf),
      head: name.span,
      block: scope === undefined ? undefined : { open: undefined, items: [], close: undefined },
    };
    const all: Arg[] = args.map((made) => ({
      value: made.value,
      word: wordOf(made),
      filled: true,
      ...(made.node === undefined ? {} : { node: made.node }),
    }));
    const json = { node: name.node };
    const entry: Entry = { name: name.value, directive, file: this.file, via: [], args: all, scope, json };
    if (scope !== undefined) Object.assign(scope, { opener: entry });
    (into as GrowingScope).entries.push(entry);
    if (scope !== undefined) inside?.(scope);
    return entry;
  }
}

export function emptyScope(): Scope {
  return { opener: undefined, parent: undefined, entries: [], holes: [] };
}
