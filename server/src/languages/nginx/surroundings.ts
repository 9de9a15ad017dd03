/** Owns what units have around them, and whether it is the same as in the reading before. */
import type { SourceFile } from '../../files/store.ts';
import type { Environment } from '../language.ts';
import { type Definitions, definitionsIn, type Variables, variablesOf } from './lower/variables.ts';
import type { NginxProject, Reading } from './project.ts';
import { levelsAsWritten, sameList, type Unit } from './units.ts';

/** A project with what it was worked out from, for the next reading of the same root. */
export interface Surrounded {
  readonly project: NginxProject;
  readonly variables: Variables;
}

/**
 * Client certificates and early data are judged over all servers together: who has them is worked out anew each time.
 * What else looks at several servers at once compares what it looked at (see lower/sites.ts).
 */
const TOGETHER = /ssl_early_data|ssl_verify_client|\$ssl_client_/;

const together = new WeakMap<SourceFile, boolean>();

function isJudgedTogether(file: SourceFile): boolean {
  let is = together.get(file);
  if (is === undefined) {
    is = TOGETHER.test(file.text);
    together.set(file, is);
  }
  return is;
}

const defined = new WeakMap<Unit, { readonly by: Definitions | undefined }>();

function definitionsOf(unit: Unit): Definitions | undefined {
  let known = defined.get(unit);
  if (known === undefined) {
    known = { by: definitionsIn(unit.scopes) };
    defined.set(unit, known);
  }
  return known.by;
}

function environmentParts({ target, pathMap, webSocketPaths, workspaces }: Environment): unknown[] {
  return [
    ...[...target].flatMap(([product, { text }]) => [product, text]),
    ...pathMap.flatMap(({ from, to }) => [from, to]),
    ...webSocketPaths,
    ...workspaces,
  ];
}

/**
 * Says what a reading's units have around them. Where that is the same as before, what was found out about units that were
 * taken over still holds; `unchanged` says whether all files but those of the configuration itself are as they were.
 */
export function surround(reading: Reading, before: Surrounded | undefined, unchanged: boolean): Surrounded {
  const outside = definitionsIn(reading.outer);
  const definitions = reading.units.flatMap((unit) => definitionsOf(unit) ?? []);
  const all = outside === undefined ? definitions : [outside, ...definitions];
  const { environment } = reading.paths;
  if (environment.changed === undefined)
    return { project: { ...reading, surroundings: { id: {}, parts: [] } }, variables: variablesOf(reading.main, all) };
  const apart = ![...reading.files.values()].some(({ file }) => isJudgedTogether(file));
  const parts = [reading.root.id, ...environmentParts(environment), ...levelsAsWritten(reading.outer), ...definitions];
  if (before !== undefined && unchanged && apart && sameList(parts, before.project.surroundings.parts)) {
    return { project: { ...reading, surroundings: before.project.surroundings }, variables: before.variables };
  }
  return {
    project: { ...reading, surroundings: { id: {}, parts } },
    variables: variablesOf(reading.main, all),
  };
}
