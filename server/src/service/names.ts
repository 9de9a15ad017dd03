/** Owns what is named at an offset, over all projects that share the files in which it is named. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { LoadedProject, NamedThing, Renaming } from '../languages/language.ts';
import type { Place } from '../model/origin.ts';
import type { Span } from '../text/span.ts';

export interface SharedName {
  readonly what: string;
  readonly name: string;
  /** Where it was asked for. */
  readonly span: Span;
  readonly definitions: readonly Place[];
  readonly uses: readonly Place[];
  /** What each of the projects says of a rename. */
  readonly renamings: readonly Renaming[];
}

/** A file that two configurations include names the same in both, so that the places of both are those of one thing. */
export function sharedNameAt(engine: Engine, file: FileId, offset: number): SharedName | undefined {
  const things: NamedThing[] = [];
  const seen = new Map<FileId, Set<LoadedProject>>();
  const look = (at: FileId, start: number): void => {
    const known = seen.get(at) ?? new Set();
    seen.set(at, known);
    for (const { project } of engine.projectsOf(at)) {
      if (known.has(project)) continue;
      known.add(project);
      const thing = project.nameAt?.(at, start);
      if (thing !== undefined) things.push(thing);
    }
  };
  look(file, offset);
  for (let i = 0; i < things.length; i++) {
    const { definitions = [], uses = [] } = things[i] ?? {};
    for (const place of [...definitions, ...uses]) look(place.file, place.span.start);
  }
  const [first] = things;
  if (first === undefined) return undefined;
  return {
    what: first.what,
    name: first.name,
    span: first.span,
    definitions: once(things.flatMap(({ definitions }) => definitions)),
    uses: once(things.flatMap(({ uses }) => uses)),
    renamings: things.flatMap(({ renaming }) => renaming ?? []),
  };
}

/** Each place once, in the order of files and texts. */
export function once(places: readonly Place[]): Place[] {
  const byKey = new Map(places.map((place) => [`${place.span.start}-${place.span.end} ${place.file}`, place] as const));
  return [...byKey.values()].sort((a, b) =>
    a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1,
  );
}
