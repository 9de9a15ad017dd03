/** Owns the names of services, and where others take names from them: `sni = service:pattern`. */
import type { FileId } from '../../files/host.ts';
import type { Place } from '../../model/origin.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import type { NamedThing, Renaming } from '../language.ts';
import type { StunnelProject } from './project.ts';

interface Occurrence {
  readonly name: string;
  readonly place: Place;
  readonly defines: boolean;
}

function occurrences({ services, globals }: StunnelProject): Occurrence[] {
  const headers = services.map(({ name, file, header }) => ({
    name,
    place: { file: file.id, span: header.name.span },
    defines: true,
  }));
  const uses = [...globals, ...services.flatMap(({ own }) => own)].flatMap(({ file, option }): Occurrence[] => {
    const at = option.key === 'sni' ? option.value.value.indexOf(':') : -1;
    if (at <= 0) return [];
    const { start } = option.value.span;
    const span: Span = { start, end: start + at };
    return [{ name: option.value.value.slice(0, at), place: { file: file.id, span }, defines: false }];
  });
  return [...headers, ...uses];
}

const RENAMING: Renaming = {
  possible: true,
  accept: (name) =>
    /^[^\]\r\n:[]+$/.test(name) && name.trim() === name
      ? { ok: true, name }
      : { ok: false, why: 'The name of a service has no brackets, no `:` and no white space around it' },
};

export function nameAt(project: StunnelProject, file: FileId, offset: number): NamedThing | undefined {
  const all = occurrences(project);
  const found = all.find(({ place }) => place.file === file && spanTouches(place.span, offset));
  if (found === undefined) return undefined;
  const same = all.filter(({ name }) => name.toLowerCase() === found.name.toLowerCase());
  return {
    what: 'service',
    name: found.name,
    span: found.place.span,
    definitions: same.filter(({ defines }) => defines).map(({ place }) => place),
    uses: same.filter(({ defines }) => !defines).map(({ place }) => place),
    renaming: RENAMING,
  };
}
