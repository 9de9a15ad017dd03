/** Owns blocks as products with block languages see them: includes expanded, names looked up, parts that cannot be seen. */
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import type { Place } from '../../model/origin.ts';
import type { Word } from './tree.ts';

/** An include that brought a file in. */
export interface IncludeSite<Directive> {
  readonly file: SourceFile;
  readonly directive: Directive;
  /** The pattern as written. */
  readonly path: string;
}

/** What an include brought in. */
export interface IncludeResult<Directive> {
  readonly file: SourceFile;
  readonly directive: Directive;
  readonly pattern: string;
  readonly files: readonly FileId[];
  readonly why: string | undefined;
  /** Whether it names one file on disk, which is certainly not there; left out where nobody asks. */
  readonly gone?: boolean;
}

/** A part of a block that could not be seen. */
export interface Hole {
  readonly place: Place;
  readonly why: string;
  couldHold(name: string): boolean;
}

/** A directive in its block. */
interface Named {
  /** As it is looked up. */
  readonly name: string;
}

interface Level<Entry extends Named> {
  readonly entries: readonly Entry[];
}

const NONE: readonly never[] = [];

/** Blocks with more directives than this have an index; in others it would cost more than it saves. */
const MANY = 24;
/** By the list of directives: a block that is read again is the same block with another list. */
const indexes = new WeakMap<readonly Named[], ReadonlyMap<string, readonly Named[]>>();

/** The directives of one name in a block that has been read, in order, includes expanded. */
export function own<Entry extends Named>({ entries }: Level<Entry>, name: string): readonly Entry[] {
  if (entries.length > MANY) return (indexOf(entries).get(name) as readonly Entry[] | undefined) ?? NONE;
  let found: Entry[] | undefined;
  // By number: large configurations ask this a hundred thousand times, the first of them before it is compiled.
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as Entry;
    if (entry.name !== name) continue;
    if (found === undefined) found = [entry];
    else found.push(entry);
  }
  return found ?? NONE;
}

function indexOf(entries: readonly Named[]): ReadonlyMap<string, readonly Named[]> {
  const known = indexes.get(entries);
  if (known !== undefined) return known;
  const index = new Map<string, Named[]>();
  for (const entry of entries) {
    const { name } = entry;
    const same = index.get(name);
    if (same === undefined) index.set(name, [entry]);
    else same.push(entry);
  }
  indexes.set(entries, index);
  return index;
}

/** The first hole of a block that could hold a directive. */
export function holeFor({ holes }: { readonly holes: readonly Hole[] }, name: string): Hole | undefined {
  return holes.length === 0 ? undefined : holes.find((hole) => hole.couldHold(name));
}

interface Nested<Scope> {
  readonly entries: readonly { readonly scope: Scope | undefined }[];
}

/** All blocks below one, itself first, in the order of the text. */
export function scopesBelow<Scope extends Nested<Scope>>(scope: Scope): Scope[] {
  const out: Scope[] = [];
  const stack: Scope[] = [scope];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    out.push(at);
    for (let i = at.entries.length - 1; i >= 0; i--) {
      const child = at.entries[i]?.scope;
      if (child !== undefined) stack.push(child);
    }
  }
  return out;
}

export function placeOfWord(file: SourceFile, word: Word): Place {
  return { file: file.id, span: word.span };
}

/** The place of what stands for a whole file. */
export function startOf(file: FileId): Place {
  return { file, span: { start: 0, end: 0 } };
}
