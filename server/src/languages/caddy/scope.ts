/** Owns blocks as Caddy sees them: imports expanded and their arguments put in, each line with the imports it came through. */
import type { SourceFile } from '../../files/store.ts';
import type { Origin, Place, Step } from '../../model/origin.ts';
import { type Hole, type IncludeSite, own as ownIn } from '../blocks/scope.ts';
import type { Node } from './json/node.ts';
import { type Directive, isOpen, type Word, wholeOf } from './syntax/tree.ts';

export type ImportSite = IncludeSite<Directive>;

export interface Entry {
  readonly name: string;
  readonly directive: Directive;
  readonly file: SourceFile;
  /** Imports between the block and this line, outermost first. */
  readonly via: readonly ImportSite[];
  /** The values of its words with `{args[0]}` filled in; the words of the file where nothing is. */
  readonly args: readonly Arg[];
  readonly scope: Scope | undefined;
  /** Where a line that stands for something in JSON has it: the value that goes with the line, or the object that is its block. */
  readonly json?: { readonly node: Node | undefined };
}

/** One argument, as it counts, and the word that it is from. */
export interface Arg {
  readonly value: string;
  readonly word: Word;
  /** Whether it came in with an import, so that another text cannot simply be written in its place. */
  readonly filled: boolean;
  /** Its value in JSON. */
  readonly node?: Node;
}

export interface Scope {
  readonly opener: Entry | undefined;
  readonly parent: Scope | undefined;
  readonly entries: readonly Entry[];
  readonly holes: readonly Hole[];
}

/** The lines of one name in a block, in order; none where there is no block. */
export function own(scope: Scope | undefined, name: string): readonly Entry[] {
  return scope === undefined ? [] : ownIn(scope, name);
}

export function lastOwn(scope: Scope | undefined, name: string): Entry | undefined {
  return own(scope, name).at(-1);
}

export function value(entry: Entry | undefined, index = 0): string | undefined {
  return entry?.args[index]?.value;
}

export function values(entry: Entry): readonly string[] {
  return entry.args.map((arg) => arg.value);
}

/** Whether a value has parts that only the environment, or the running server, knows. */
export function isUnknown(text: string): boolean {
  return isOpen({ value: text }) || /\{(args|env|block)[.[\]]/.test(text);
}

/** What a line, or one of its words, is called where it is written: the line's own name, or that of the value in JSON. */
export function settingOf(entry: Entry, index?: number): string {
  const node = index === undefined ? entry.json?.node : entry.args[index]?.node;
  const holder = node?.parent?.type === 'array' ? node.parent.parent : node?.parent;
  const written: unknown = holder?.type === 'property' ? holder.children?.[0]?.value : undefined;
  return typeof written === 'string' ? written : entry.name;
}

/** From the first to the last word of the line. */
export function placeOf(entry: Entry): Place {
  return { file: entry.file.id, span: entry.directive.head };
}

/** A line in messages, as it is written, without its block; one that came in with an import, or from JSON, as it counts. */
export function shownLine({ file, directive, name, args }: Entry): string {
  const filled = args.some((arg) => arg.filled);
  const written = file.text.slice(directive.head.start, directive.head.end).replace(/\s+/g, ' ');
  const text = filled ? [name, ...args.map((arg) => arg.value)].join(' ') : written;
  return `\`${text.length > 80 ? `${text.slice(0, 79)}…` : text}\``;
}

/** The line with its block. */
export function wholePlaceOf(entry: Entry): Place {
  return { file: entry.file.id, span: wholeOf(entry.directive) };
}

export function placeOfArg(entry: Entry, index: number): Place {
  const arg = entry.args[index];
  return arg === undefined ? placeOf(entry) : { file: entry.file.id, span: arg.word.span };
}

/** From one argument to the last one. */
export function placeOfArgs(entry: Entry, first: number): Place {
  const from = entry.args[first];
  const to = entry.args.at(-1);
  if (from === undefined || to === undefined) return placeOf(entry);
  return { file: entry.file.id, span: { start: from.word.span.start, end: to.word.span.end } };
}

/** Where a line came from: written here, or brought in by imports. */
export function originOf(entry: Entry, inheritedFrom?: string): Origin {
  const place = placeOf(entry);
  const through: Step[] = entry.via.map((site) => ({
    what: `import ${site.path}`,
    place: { file: site.file.id, span: site.directive.head },
  }));
  if (inheritedFrom !== undefined) through.unshift({ what: inheritedFrom, place });
  return through.length === 0 ? { kind: 'written', place } : { kind: 'inherited', place, through };
}

export function written(place: Place): Origin {
  return { kind: 'written', place };
}

export type { Hole };
