/** Owns the levels of a configuration that hold directives of nginx's own, each with the places that it may be. */
import type { Context } from '../../../facts/nginx-directives.ts';
import type { SourceFile } from '../../../files/store.ts';
import { inside, outermost } from '../directives.ts';
import type { NginxProject } from '../project.ts';
import type { Entry, Scope } from '../scope.ts';
import { ofUnit, type Unit } from '../units.ts';

/** A level whose place is known well enough to judge what stands in it. */
export interface Level {
  readonly scope: Scope;
  readonly contexts: readonly Context[];
}

/** A level and the levels in it that hold directives of nginx's own, the outermost first. */
function levelsFrom(first: Level, goesInto: (level: Level) => boolean, enters: (file: SourceFile) => boolean): Level[] {
  const levels: Level[] = [];
  const stack = [first];
  for (let level = stack.pop(); level !== undefined; level = stack.pop()) {
    levels.push(level);
    if (!goesInto(level)) continue;
    const { entries } = level.scope;
    for (let at = 0; at < entries.length; at++) {
      const { scope, name, file } = entries[at] as Entry;
      if (scope === undefined || !enters(file)) continue;
      const contexts = inside(level.contexts, name);
      if (contexts.length > 0) stack.push({ scope, contexts });
    }
  }
  return levels;
}

const always = (): boolean => true;

/** All levels of a project, whatever is wrong with its files. */
export function levelsOf({ main, role }: NginxProject): Level[] {
  return levelsFrom({ scope: main, contexts: outermost(role) }, always, always);
}

const plainLevels = new WeakMap<NginxProject, readonly Level[]>();

/** The levels in plain files, without what is in units. */
function levelsAround(project: NginxProject, units: ReadonlyMap<Scope, Unit>): readonly Level[] {
  let levels = plainLevels.get(project);
  if (levels === undefined) {
    const first = { scope: project.main, contexts: outermost(project.role) };
    levels = levelsFrom(
      first,
      ({ scope }) => !units.has(scope),
      (file) => isPlain(project, file),
    );
    plainLevels.set(project, levels);
  }
  return levels;
}

/** Asks a question of all levels in plain files: of those outside of units together, then of each unit's. */
export function ofLevels<T>(project: NginxProject, question: string, find: (levels: readonly Level[]) => T): T[] {
  const units = new Map(project.units.map((unit) => [unit.scope, unit]));
  const around = levelsAround(project, units);
  if (units.size === 0) return [find(around)];
  const answers = [find(around.filter(({ scope }) => !units.has(scope)))];
  for (const level of around) {
    const unit = units.get(level.scope);
    if (unit === undefined) continue;
    const inside = (): Level[] => levelsFrom(level, always, (file) => isPlain(project, file));
    answers.push(ofUnit(project, unit, question, () => find(inside())));
  }
  return answers;
}

/** Neither a template nor a file with a fault, behind which words may stand at other places than they seem to. */
export function isPlain(project: NginxProject, file: SourceFile): boolean {
  const read = project.files.get(file.id);
  return read !== undefined && !read.template && read.trees.every(({ problems }) => problems.length === 0);
}
