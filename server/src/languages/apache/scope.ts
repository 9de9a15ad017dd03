/** Owns sections as Apache sees them: includes and conditions expanded, each directive with the include sites it came through. */
import type { SourceFile } from '../../files/store.ts';
import type { Origin, Place, Step } from '../../model/origin.ts';
import { type IncludeSite as BlockInclude, type Hole, holeFor, own, startOf } from '../blocks/scope.ts';
import type { Directive } from './syntax/tree.ts';

export { type Hole, holeFor, own, placeOfWord, scopesBelow } from '../blocks/scope.ts';

/** An `Include` that brought a file in. */
export type IncludeSite = BlockInclude<Directive>;

export interface Entry {
  /** The directive's name in small letters. */
  readonly name: string;
  readonly directive: Directive;
  readonly file: SourceFile;
  /** Include sites between the section and this directive, outermost first. */
  readonly via: readonly IncludeSite[];
  /** The section that this directive opens. */
  readonly scope: Scope | undefined;
  /** The values of the arguments where `${…}` in them could be filled in. */
  readonly resolved: readonly string[] | undefined;
  /** Stands in a condition that could not be decided, such as `<IfDefine>`; only sections are kept from these. */
  readonly conditional: boolean;
}

export interface Scope {
  /** The section's name in small letters; `main` for the server itself, `surroundings` for what is around a fragment. */
  readonly key: string;
  readonly opener: Entry | undefined;
  readonly parent: Scope | undefined;
  readonly entries: readonly Entry[];
  readonly holes: readonly Hole[];
}

/** The value of an argument with `${…}` filled in; it is still in it where that is not known. */
export function value(entry: Entry, index = 0): string | undefined {
  return entry.resolved?.[index] ?? entry.directive.args[index]?.value;
}

export function values(entry: Entry): readonly string[] {
  return entry.resolved ?? entry.directive.args.map((arg) => arg.value);
}

/** Whether a value has parts that only the running server knows. */
export function isOpen(text: string): boolean {
  return text.includes('${');
}

export function placeOf({ directive, file }: Entry): Place {
  return directive.made ?? { file: file.id, span: directive.head };
}

/** From one argument to another (both included). */
export function placeOfArgs(entry: Entry, first: number, last = entry.directive.args.length - 1): Place {
  const from = entry.directive.args[first];
  const to = entry.directive.args[last];
  if (from === undefined || to === undefined) return placeOf(entry);
  return { file: entry.file.id, span: { start: from.span.start, end: to.span.end } };
}

/** What a section is called in messages: `<VirtualHost *:443>`, `the main server`. */
export function scopeWord(scope: Scope): string {
  const { opener } = scope;
  if (opener === undefined) return 'the main server';
  return `<${[opener.directive.name.value, ...opener.directive.args.map((arg) => arg.value)].join(' ')}>`;
}

/** The words that open a section; a file's start where nothing opens it. */
export function openerPlace(scope: Scope): Place {
  if (scope.opener !== undefined) return placeOf(scope.opener);
  const first = scope.entries[0];
  return startOf(first?.file.id ?? '');
}

export type Lookup =
  | { readonly kind: 'found'; readonly entry: Entry; readonly scope: Scope }
  | { readonly kind: 'absent' }
  /** A level could have it where it cannot be seen. */
  | { readonly kind: 'hidden'; readonly hole: Hole };

/** The last directive of a name at the nearest of some levels, innermost first, as Apache merges what has one value. */
export function nearest(levels: readonly Scope[], key: string, fits: (entry: Entry) => boolean = () => true): Lookup {
  for (const scope of levels) {
    const entry = own(scope, key).findLast(fits);
    const hole = holeFor(scope, key);
    if (entry !== undefined) return { kind: 'found', entry, scope };
    if (hole !== undefined) return { kind: 'hidden', hole };
  }
  return { kind: 'absent' };
}

/** Where a directive that counts at a level came from. */
export function originOf(level: Scope, foundIn: Scope, entry: Entry): Origin {
  const place = placeOf(entry);
  const through: Step[] = [];
  if (level !== foundIn && foundIn.opener !== undefined) {
    through.push({ what: scopeWord(foundIn), place: openerPlace(foundIn) });
  }
  for (const site of entry.via) {
    through.push({
      what: `${site.directive.name.value} ${site.path}`,
      place: { file: site.file.id, span: site.directive.head },
    });
  }
  if (level !== foundIn && through.length === 0) through.push({ what: scopeWord(foundIn), place });
  return through.length === 0 ? { kind: 'written', place } : { kind: 'inherited', place, through };
}

/**
 * What follows from a section alone is found once: large configurations ask the same of their main server for each of
 * thousands of hosts.
 */
export function oncePerScope<T>(find: (scope: Scope) => T): (scope: Scope) => T {
  const found = new WeakMap<Scope, { readonly is: T }>();
  return (scope) => {
    let known = found.get(scope);
    if (known === undefined) {
      known = { is: find(scope) };
      found.set(scope, known);
    }
    return known.is;
  };
}

/** The sections of a level that are not those of a host in it, in the order of the text. */
export const sectionsOf = oncePerScope((level: Scope): readonly Scope[] => {
  const out: Scope[] = [];
  const visit = (scope: Scope): void => {
    for (const { scope: inner } of scope.entries) {
      if (inner === undefined || inner.key === 'virtualhost') continue;
      out.push(inner);
      visit(inner);
    }
  };
  visit(level);
  return out;
});
