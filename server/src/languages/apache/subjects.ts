/** Owns what stands where in Apache files, for hovers, links and outlines. */
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import type { FileUse, Model } from '../../model/model.ts';
import { known } from '../../model/origin.ts';
import { spanTouches } from '../../text/span.ts';
import type { Link, OutlineItem, Subject } from '../language.ts';
import type { ApacheProject } from './project.ts';
import type { Directive } from './syntax/tree.ts';

/** The subject with the smallest span at an offset. */
export function subjectAt(
  file: FileId,
  offset: number,
  project: ApacheProject,
  model: Model,
  uses: readonly FileUse[],
): Subject | undefined {
  const all: Subject[] = [];
  const add = (subject: Subject): void => {
    if (spanTouches(subject.span, offset)) all.push(subject);
  };
  for (const use of uses) if (use.place.file === file) add({ kind: 'file', span: use.place.span, use });
  for (const site of model.sites) {
    if (site.place.file === file) add({ kind: 'site', span: site.place.span, site });
    for (const route of site.routes)
      if (route.place.file === file) add({ kind: 'route', span: route.place.span, route });
    const { endpoint } = site;
    if (endpoint === undefined) continue;
    for (const { place } of endpoint.listed)
      if (place.file === file) add({ kind: 'endpoint', span: place.span, endpoint });
  }
  for (const { file: from, directive, pattern, files, why } of project.includes)
    if (from.id === file) add({ kind: 'include', span: directive.head, pattern, files, why });
  if (all.length === 0) {
    const setting = settingAt(file, offset, project);
    if (setting !== undefined) return setting;
  }
  return all.sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];
}

/** A directive shows what is written. */
function settingAt(file: FileId, offset: number, project: ApacheProject): Subject | undefined {
  let items = project.files.get(file)?.tree.items ?? [];
  for (;;) {
    const at: Directive | undefined = items.find(({ line, section }) => {
      const end = section === undefined ? line.end : (section.close?.line.end ?? Number.POSITIVE_INFINITY);
      return line.start <= offset && offset <= end;
    });
    if (at === undefined) return undefined;
    if (at.section !== undefined && !spanTouches(at.head, offset)) {
      items = at.section.items;
      continue;
    }
    if (at.section !== undefined || !spanTouches(at.head, offset)) return undefined;
    const text = at.args.map(({ value }) => value).join(' ');
    const origin = { kind: 'written' as const, place: { file, span: at.head } };
    return { kind: 'setting', span: at.head, name: at.name.value, fact: known(text, origin) };
  }
}

export function linksOf(file: FileId, project: ApacheProject, uses: readonly FileUse[]): Link[] {
  const out = new Map<number, Link>();
  for (const { file: from, directive, files } of project.includes) {
    const word = directive.args[0];
    const [only, ...more] = files;
    if (from.id === file && word !== undefined && only !== undefined && more.length === 0)
      out.set(word.span.start, { span: word.span, target: only });
  }
  const { files, missing } = project.dependencies;
  for (const { place, file: target } of uses) {
    if (place.file === file && target.known && files.has(target.value) && !missing.has(target.value))
      out.set(place.span.start, { span: place.span, target: target.value });
  }
  return [...out.values()];
}

const KINDS: Readonly<Record<string, OutlineItem['kind']>> = {
  virtualhost: 'site',
  location: 'route',
  locationmatch: 'route',
  proxy: 'upstream',
};

function symbolOf({ name, key, args, head, line, section }: Directive, fileEnd: number): OutlineItem[] {
  if (section === undefined) return [];
  const words = args.map(({ value }) => value);
  const host = section.items.find((item) => item.key === 'servername')?.args[0]?.value;
  return [
    {
      name: name.value,
      detail: [...words, ...(key === 'virtualhost' && host !== undefined ? [host] : [])].join(' '),
      kind: KINDS[key] ?? 'section',
      span: { start: head.start, end: section.close?.line.end ?? Math.max(line.end, fileEnd) },
      nameSpan: head,
      children: section.items.flatMap((item) => symbolOf(item, section.close?.line.start ?? fileEnd)),
    },
  ];
}

export function symbolsOf(file: SourceFile | undefined, project: ApacheProject): OutlineItem[] {
  if (file === undefined) return [];
  return (project.files.get(file.id)?.tree.items ?? []).flatMap((item) => symbolOf(item, file.text.length));
}
