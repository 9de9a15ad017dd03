/** Owns what is named at an offset of an nginx file, with all places of the project that name it. */
import type { FileId } from '../../../files/host.ts';
import type { Place } from '../../../model/origin.ts';
import { spanTouches } from '../../../text/span.ts';
import type { NamedThing } from '../../language.ts';
import type { NginxProject } from '../project.ts';
import { locationOccurrences } from './named-locations.ts';
import type { Occurrence } from './occurrences.ts';
import { renamingOf } from './renaming.ts';
import { upstreamOccurrences } from './upstreams.ts';
import { variableOccurrences } from './variables.ts';

const WORDS = { variable: 'variable', upstream: 'upstream', location: 'named location' } as const;

/** All occurrences of a project; those of variables come before others at the same place. */
interface Names {
  readonly byFile: ReadonlyMap<FileId, readonly Occurrence[]>;
  readonly byKey: ReadonlyMap<string, readonly Occurrence[]>;
}

/** Found when somebody asks for a name in this reading of the project. */
const known = new WeakMap<NginxProject, Names>();

function namesOf(project: NginxProject): Names {
  let names = known.get(project);
  if (names === undefined) {
    const all = [...variableOccurrences(project), ...upstreamOccurrences(project), ...locationOccurrences(project)];
    names = { byFile: grouped(all, ({ file }) => file), byKey: grouped(all, ({ key }) => key) };
    known.set(project, names);
  }
  return names;
}

function grouped(all: readonly Occurrence[], by: (one: Occurrence) => string): Map<string, Occurrence[]> {
  const groups = new Map<string, Occurrence[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group === undefined) groups.set(by(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** What stands at an offset; a host that is no upstream, and a named location that is nowhere, are nothing. */
export function nameAt(project: NginxProject, file: FileId, offset: number): NamedThing | undefined {
  const names = namesOf(project);
  const here = (names.byFile.get(file) ?? []).filter(({ area }) => spanTouches(area, offset));
  for (const kind of ['variable', 'upstream', 'location'] as const) {
    const ofKind = here.filter((one) => one.kind === kind);
    const asked = ofKind.at(-1);
    const thing = asked && thingOf(asked, ofKind, names);
    if (thing !== undefined) return thing;
  }
  return undefined;
}

/** `here`: a file that is included by two servers means the named locations of both. */
function thingOf(asked: Occurrence, here: readonly Occurrence[], { byKey }: Names): NamedThing | undefined {
  const keys = new Set(here.filter(({ span }) => span.start === asked.span.start).map(({ key }) => key));
  const same = [...keys].flatMap((key) => byKey.get(key) ?? []);
  const definitions = placesOf(same.filter(({ defines }) => defines));
  if (definitions.length === 0 && asked.kind !== 'variable') return undefined;
  return {
    what: WORDS[asked.kind],
    name: asked.name,
    span: asked.span,
    definitions,
    uses: placesOf(same.filter(({ defines }) => !defines)),
    renaming: renamingOf(asked, definitions.length > 0, (key) => byKey.has(key)),
  };
}

/** Each place once, though a file may be included several times. */
function placesOf(occurrences: readonly Occurrence[]): Place[] {
  return [
    ...new Map(
      occurrences.map(({ file, span }) => [`${span.start}-${span.end} ${file}`, { file, span }] as const),
    ).values(),
  ];
}
