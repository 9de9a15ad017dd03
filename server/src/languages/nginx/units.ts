/**
 * Owns units: the blocks in `http`, `stream` and `mail`, such as servers, which are read and judged one by one. One that has
 * not changed between two readings of a project is taken over, with what was found out about it.
 */
import type { SourceFile } from '../../files/store.ts';
import type { ConfigProblem, Unseen } from '../../model/model.ts';
import type { Named, Part } from './includes.ts';
import type { IncludeResult } from './project.ts';
import type { Entry, Scope } from './scope.ts';
import type { Directive } from './syntax/tree.ts';

/** What an include named when a unit was read. */
export interface Asked {
  readonly pattern: string;
  readonly parts: readonly Part[];
  readonly why: string | undefined;
}

/** All that the reading of a unit brought about. */
export interface Unit {
  readonly directive: Directive;
  readonly file: SourceFile;
  /** The files that were being read, from the root on. */
  readonly keys: readonly string[];
  readonly scope: Scope;
  /** The block with all blocks in it, in the order of the text. */
  readonly scopes: readonly Scope[];
  readonly asked: readonly Asked[];
  readonly includes: readonly IncludeResult[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  readonly directives: number;
  /** Whether a part of it could not be seen. */
  readonly hides: boolean;
  /** What was found out about it, by question, as long as its surroundings are `around`. */
  around: object | undefined;
  found: Map<string, unknown> | undefined;
}

/** Levels whose blocks are units. */
const LEVELS: ReadonlySet<string> = new Set(['http', 'stream', 'mail']);

export function holdsUnits(scope: Scope): boolean {
  return LEVELS.has(scope.name);
}

export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => one === b[i]));
}

/** Whether an include names what it named before. */
export function namesTheSame(asked: Asked, now: Named): boolean {
  return (
    asked.why === now.why &&
    asked.parts.length === now.parts.length &&
    asked.parts.every((part, i) => {
      const other = now.parts[i];
      return part.file === other?.file && part.tree === other.tree && part.key === other.key;
    })
  );
}

interface Surrounded {
  readonly units: readonly Unit[];
  readonly outer: readonly Scope[];
  readonly surroundings: Surroundings;
}

/** What a unit's meaning depends on besides its own text; `id` is the same object as long as all of it is the same. */
export interface Surroundings {
  readonly id: object;
  readonly parts: readonly unknown[];
}

/**
 * Answers a question about a unit once for as long as neither it nor its surroundings change. The answer must follow from
 * the unit's blocks, from the levels around it without the other servers there, from the variables that the project defines,
 * and from the environment.
 */
export function ofUnit<T>(project: Surrounded, unit: Unit, question: string, find: () => T): T {
  if (unit.around !== project.surroundings.id) startOver(project, unit);
  const found = unit.found ?? new Map<string, unknown>();
  unit.found = found;
  if (found.has(question)) return found.get(question) as T;
  const answer = find();
  found.set(question, answer);
  return answer;
}

/** The answer that is kept for a unit, if there is one; for answers that depend on other units, too. */
export function lastOf<T>({ surroundings }: Surrounded, unit: Unit, question: string): T | undefined {
  return unit.around === surroundings.id ? (unit.found?.get(question) as T | undefined) : undefined;
}

export function keepFor<T>(project: Surrounded, unit: Unit, question: string, answer: T): void {
  if (unit.around !== project.surroundings.id) startOver(project, unit);
  unit.found ??= new Map();
  unit.found.set(question, answer);
}

function startOver({ surroundings }: Surrounded, unit: Unit): void {
  unit.around = surroundings.id;
  unit.found = undefined;
}

/** Asks a question of all blocks: of those outside of units together, then of each unit's. */
export function ofBlocks<T>(project: Surrounded, question: string, find: (scopes: readonly Scope[]) => T): T[] {
  const out = [find(project.outer)];
  for (const unit of project.units) out.push(ofUnit(project, unit, question, () => find(unit.scopes)));
  return out;
}

/** What the levels outside of servers say, piece by piece, for comparing. */
export function levelsAsWritten(outer: readonly Scope[]): unknown[] {
  const parts: unknown[] = [];
  const add = ({ directive, file, scope }: Entry): void => {
    parts.push(directive, file, scope);
  };
  for (const scope of outer) {
    parts.push(scope);
    for (const entry of scope.entries) if (!holdsUnits(scope) || entry.scope?.name !== 'server') add(entry);
    for (const { place, why } of scope.holes) parts.push(place.file, place.span.start, why);
  }
  return parts;
}
