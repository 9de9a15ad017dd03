/** Owns what reading a configuration with includes comes to in every block language: limits, holes, and what is said of them. */
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import type { Span } from '../../text/span.ts';
import { type Hole, type IncludeSite, startOf } from './scope.ts';

/** The products have other limits, or none; these keep a hostile workspace from taking the machine. */
export const MAX_DEPTH = 40;
export const MAX_DIRECTIVES = 2_000_000;

/** A block while it is read. */
export type Growing<Scope, Entry> = Scope & { readonly entries: Entry[]; readonly holes: Hole[] };

/** Where directives go while they are read. */
export interface Position<Scope, Directive> {
  readonly scope: Scope;
  readonly file: SourceFile;
  /** The include sites between the block and the directives, outermost first. */
  readonly via: readonly IncludeSite<Directive>[];
  /** What is being read, so that it is not read inside itself. */
  readonly chain: readonly string[];
}

const anything = (): boolean => true;

export function templateHole(file: SourceFile): Hole {
  return { place: startOf(file.id), why: 'the file is a template', couldHold: anything };
}

/** What is around a part of a configuration could hold anything. */
export function surroundingsHole(root: SourceFile): Hole {
  const why = 'the file is a part of a configuration, and what includes it is not known';
  return { place: startOf(root.id), why, couldHold: anything };
}

/** Files that are the same on every machine: what they are called, and which directives they hold. */
export type KnownFiles = readonly (readonly [RegExp, readonly string[]])[];

/** The hole that an include leaves that could not be followed; `known`: nothing of it matters but these directives. */
export function includeHole(
  place: Place,
  written: string,
  pattern: string,
  files: KnownFiles,
): Hole & { known: boolean } {
  const held = files.find(([name]) => name.test(pattern))?.[1];
  const why = `\`${written}\` could not be followed`;
  return {
    place,
    why,
    couldHold: held === undefined ? anything : (name) => held.includes(name),
    known: held !== undefined,
  };
}

/** What is said of an include that could not be followed. */
export function unseenInclude(place: Place, written: string, why: string): { problem: ConfigProblem; unseen: Unseen } {
  const message = `What \`${written}\` brings in could not be seen (${why}); what depends on it is not judged`;
  return { problem: { rule: 'config-include-missing', place, message }, unseen: { place, what: written } };
}

/** `end`: what the product does then, after "still being read, so". */
export function cycleProblem<Directive>(
  place: Place,
  pattern: string,
  end: string,
  via: readonly IncludeSite<Directive>[],
  spanOf: (directive: Directive) => Span,
): ConfigProblem {
  return {
    rule: 'config-include-cycle',
    place,
    message: `\`${pattern}\` brings in a file that is still being read, so ${end}`,
    related: via.map(({ file, directive }) => ({
      place: { file: file.id, span: spanOf(directive) },
      message: 'included here',
    })),
  };
}

export const TOO_DEEP = `includes are nested more than ${MAX_DEPTH} deep`;

/** What is said of a configuration with more than `MAX_DIRECTIVES` directives. */
export function tooLarge(root: FileId): { problem: ConfigProblem; unseen: Unseen } {
  const place = startOf(root);
  const message = `More than ${MAX_DIRECTIVES} directives with all includes; what comes after them was not judged`;
  return {
    problem: { rule: 'config-include-missing', place, message },
    unseen: { place, what: 'the rest of a very large configuration' },
  };
}
