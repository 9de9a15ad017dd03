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

/** What stands at an offset; a host that is no upstream, and a named location that is nowhere, are nothing. */
export function nameAt(project: NginxProject, file: FileId, offset: number): NamedThing | undefined {
  for (const find of [variableOccurrences, upstreamOccurrences, locationOccurrences]) {
    const all = find(project);
    const here = all.filter((one) => one.file === file && spanTouches(one.area, offset));
    const thing = thingOf(here.at(-1), here, all);
    if (thing !== undefined) return thing;
  }
  return undefined;
}

/** `here`: a file that is included by two servers means the named locations of both. */
function thingOf(
  asked: Occurrence | undefined,
  here: readonly Occurrence[],
  all: readonly Occurrence[],
): NamedThing | undefined {
  if (asked === undefined) return undefined;
  const keys = new Set(here.filter(({ span }) => span.start === asked.span.start).map(({ key }) => key));
  const same = all.filter(({ key }) => keys.has(key));
  const definitions = placesOf(same.filter(({ defines }) => defines));
  if (definitions.length === 0 && asked.kind !== 'variable') return undefined;
  return {
    what: WORDS[asked.kind],
    name: asked.name,
    span: asked.span,
    definitions,
    uses: placesOf(same.filter(({ defines }) => !defines)),
    renaming: renamingOf(asked, definitions.length > 0, all),
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
