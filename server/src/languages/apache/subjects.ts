/** Owns what stands where in Apache files, for hovers, links and outlines. */
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import type { FileUse, Model } from '../../model/model.ts';
import { known } from '../../model/origin.ts';
import { spanTouches } from '../../text/span.ts';
import { modelSubjectAt } from '../blocks/subjects.ts';
import type { OutlineItem, Subject } from '../language.ts';
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
  return modelSubjectAt(file, offset, project, model, uses, ({ head }) => head) ?? settingAt(file, offset, project);
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
