/** Owns blocks as nginx sees them: includes expanded, each directive with the include sites it came through. */
import type { SourceFile } from '../../files/store.ts';
import type { Origin, Place, Step } from '../../model/origin.ts';
import { type IncludeSite as BlockInclude, type Hole, holeFor, own, startOf } from '../blocks/scope.ts';
import type { Directive } from './syntax/tree.ts';

export { type Hole, holeFor, own, placeOfWord, scopesBelow } from '../blocks/scope.ts';

/** An `include` that brought a file in. */
export type IncludeSite = BlockInclude<Directive>;

export interface Entry {
  /** The directive's name. */
  readonly name: string;
  readonly directive: Directive;
  readonly file: SourceFile;
  /** Include sites between the block and this directive, outermost first. */
  readonly via: readonly IncludeSite[];
  /** The block that this directive opens. */
  readonly scope: Scope | undefined;
}

/** What is known of all files of a reading together; a name that is nowhere need not be looked for. */
export interface Vocabulary {
  /** Every name of a directive, and possibly some that are gone; not the first words of the lines of tables. */
  readonly names: ReadonlySet<string>;
  /** Whether a part of some block could not be seen. */
  readonly hides: boolean;
}

export interface Scope {
  readonly vocabulary: Vocabulary;
  /** The directive's name, `main` for a whole file, `surroundings` for what is around a fragment. */
  readonly name: string;
  readonly opener: { readonly directive: Directive; readonly file: SourceFile } | undefined;
  readonly parent: Scope | undefined;
  readonly entries: readonly Entry[];
  readonly holes: readonly Hole[];
}

/** Those of some names that any file of the project has: most are in none, and large configurations are searched for each. */
export function present<Name extends string>({ vocabulary: { names } }: Scope, all: Iterable<Name>): readonly Name[] {
  return [...all].filter((name) => names.has(name));
}

/**
 * What follows from a block and the levels around it is found once, until one of them is read again: large configurations
 * ask the same of their few outer levels for each of thousands of servers. `rest` must make no difference.
 */
export function oncePerScope<T, Rest extends readonly unknown[]>(
  find: (scope: Scope, ...rest: Rest) => T,
): (scope: Scope, ...rest: Rest) => T {
  const found = new WeakMap<Scope, { readonly is: T; readonly levels: readonly (readonly Entry[])[] }>();
  return (scope, ...rest) => {
    let known = found.get(scope);
    if (known === undefined || !isAsRead(scope, known.levels)) {
      known = { is: find(scope, ...rest), levels: levelsAsRead(scope) };
      found.set(scope, known);
    }
    return known.is;
  };
}

function levelsAsRead(scope: Scope): (readonly Entry[])[] {
  const levels: (readonly Entry[])[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) levels.push(at.entries);
  return levels;
}

function isAsRead(scope: Scope, levels: readonly (readonly Entry[])[]): boolean {
  let depth = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    if (levels[depth++] !== at.entries) return false;
  return true;
}

export function placeOf(entry: { readonly file: SourceFile; readonly directive: Directive }): Place {
  return { file: entry.file.id, span: entry.directive.span };
}

/** From the name to the last argument, without the `;` or the block. */
export function placeOfWords(entry: { readonly file: SourceFile; readonly directive: Directive }): Place {
  return { file: entry.file.id, span: entry.directive.words };
}

/** The place of one argument, of which there are enough. */
export function placeOfArgument(entry: Entry, index: number): Place {
  return { file: entry.file.id, span: entry.directive.argumentSpan(index) ?? entry.directive.words };
}

/** What a block is called in messages: `location /ws/`, `server`, `http`. */
export function scopeWord(scope: Scope): string {
  return [scope.name, ...(scope.opener?.directive.wording.values ?? [])].join(' ');
}

export function value(entry: Entry, index = 0): string | undefined {
  return entry.directive.wording.values[index];
}

export type Lookup =
  | {
      readonly kind: 'found';
      readonly entries: readonly Entry[];
      readonly scope: Scope;
      readonly hole: Hole | undefined;
    }
  /** No level that can be seen has it. */
  | { readonly kind: 'absent' }
  /** A level could have it where it cannot be seen. */
  | { readonly kind: 'hidden'; readonly hole: Hole };

/** The nearest level that has a directive, as nginx inherits: a level that has any of its own takes none from outside. */
export function nearest(scope: Scope, name: string): Lookup {
  const { hides, names } = scope.vocabulary;
  if (!hides && !names.has(name)) return ABSENT;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const entries = own(at, name);
    const hole = holeFor(at, name);
    if (entries.length > 0) return { kind: 'found', entries, scope: at, hole };
    if (hole !== undefined) return { kind: 'hidden', hole };
  }
  return ABSENT;
}

/** The line that counts, of directives that nginx takes once. */
export function firstOf(found: Lookup): Entry | undefined {
  return found.kind === 'found' ? found.entries[0] : undefined;
}

const ABSENT: Lookup = { kind: 'absent' };

/** Where a directive that counts in `scope` came from: the blocks and include sites between, innermost first. */
export function originOf(scope: Scope, foundIn: Scope, entry: Entry): Origin {
  const place = placeOfWords(entry);
  const through: Step[] = [];
  for (let at: Scope | undefined = scope; at !== undefined && at !== foundIn; at = at.parent) {
    if (at.parent !== undefined && at.parent.opener !== undefined) {
      through.push({ what: scopeWord(at.parent), place: openerPlace(at.parent) });
    }
  }
  for (const site of entry.via) {
    through.push({ what: `include ${site.path}`, place: { file: site.file.id, span: site.directive.span } });
  }
  return through.length === 0 ? { kind: 'written', place } : { kind: 'inherited', place, through };
}

/** The words that open a block; a file's start where nothing opens it. */
export function openerPlace(scope: Scope): Place {
  const { opener } = scope;
  if (opener !== undefined) return placeOfWords(opener);
  const first = scope.entries[0];
  return startOf(first?.file.id ?? '');
}

/** The nearest enclosing block of a name, the block itself included. */
export function enclosing(scope: Scope | undefined, name: string): Scope | undefined {
  let at = scope;
  while (at !== undefined && at.name !== name) at = at.parent;
  return at;
}

/** The level that takes proxy directives for a block: `if` and `limit_except` take none of them (docs, proxy_set_header). */
export function settingLevel(scope: Scope): Scope {
  let at = scope;
  while ((at.name === 'if' || at.name === 'limit_except') && at.parent !== undefined) at = at.parent;
  return at;
}
