/** Owns what stands where in Caddyfiles, for hovers, links, outlines and the names of snippets and matchers. */
import type { FileId } from '../../files/host.ts';
import type { FileUse, Model } from '../../model/model.ts';
import { known, type Place } from '../../model/origin.ts';
import { spanTouches } from '../../text/span.ts';
import { modelSubjectAt } from '../blocks/subjects.ts';
import type { NamedThing, OutlineItem, Subject } from '../language.ts';
import type { CaddyProject, ReadFile } from './project.ts';
import { directivesAt } from './shape.ts';
import { isSite } from './syntax/parser.ts';
import { type Directive, type Word, wholeOf } from './syntax/tree.ts';

/** The subject with the smallest span at an offset. */
export function subjectAt(
  file: FileId,
  offset: number,
  project: CaddyProject,
  model: Model,
  uses: readonly FileUse[],
): Subject | undefined {
  return modelSubjectAt(file, offset, project, model, uses, ({ head }) => head) ?? settingAt(file, offset, project);
}

/** A line shows what is written. */
function settingAt(file: FileId, offset: number, project: CaddyProject): Subject | undefined {
  const around = directivesAt(project.files.get(file)?.tree.items ?? [], offset);
  const at = around.at(-1);
  if (at === undefined || around.length < 2 || !spanTouches(at.head, offset)) return undefined;
  const text = at.args.map(({ value }) => value).join(' ');
  const origin = { kind: 'written' as const, place: { file, span: at.head } };
  return { kind: 'setting', span: at.head, name: at.name.value, fact: known(text, origin) };
}

const ROUTES: ReadonlySet<string> = new Set(['handle', 'handle_path', 'route', 'handle_errors', 'reverse_proxy']);

function symbolOf(item: Directive, top: boolean): OutlineItem[] {
  const { name, args, head, block } = item;
  if (block === undefined) return [];
  const words = args.map(({ value }) => value);
  const site = top && isSite(item);
  return [
    {
      name: name.value === '' ? 'global options' : site ? [name.value, ...words].join(' ') : name.value,
      detail: site ? '' : words.join(' '),
      kind: site ? 'site' : ROUTES.has(name.value) ? 'route' : 'section',
      span: wholeOf(item),
      nameSpan: head,
      children: block.items.flatMap((inner) => symbolOf(inner, false)),
    },
  ];
}

export function symbolsOf(read: ReadFile | undefined): OutlineItem[] {
  return (read?.tree.items ?? []).flatMap((item) => symbolOf(item, true));
}

/** A word without what stands around its name: `(`, `)`, `@`. */
function bare(file: FileId, { span }: Word, before: number, after: number): Place {
  return { file, span: { start: span.start + before, end: span.end - after } };
}

/** Snippets, with the lines that import them, and matchers of a site. */
export function nameAt(file: FileId, offset: number, project: CaddyProject): NamedThing | undefined {
  return snippetAt(file, offset, project) ?? matcherAt(file, offset, project);
}

function snippetAt(file: FileId, offset: number, project: CaddyProject): NamedThing | undefined {
  for (const snippet of project.snippets.values()) {
    const definition = bare(snippet.file.id, snippet.directive.name, 1, 1);
    const uses = project.snippetUses.flatMap(({ file: from, directive, snippet: used }): Place[] => {
      const word = directive.args[0];
      return used === snippet && word !== undefined && word.value === snippet.name
        ? [{ file: from.id, span: word.span }]
        : [];
    });
    const unique = [...new Map(uses.map((use) => [`${use.file}\n${use.span.start}`, use])).values()];
    const here = [definition, ...unique].find((place) => place.file === file && spanTouches(place.span, offset));
    if (here === undefined) continue;
    const { name } = snippet;
    return { what: 'snippet', name, span: here.span, definitions: [definition], uses: unique, renaming: undefined };
  }
  return undefined;
}

/** Matchers are named in one block and used in it. */
function matcherAt(file: FileId, offset: number, project: CaddyProject): NamedThing | undefined {
  const around = directivesAt(project.files.get(file)?.tree.items ?? [], offset);
  const line = around.at(-1);
  const words = line === undefined ? [] : [line.name, ...line.args];
  const asked = words.find(({ span, value }) => value.startsWith('@') && value.length > 1 && spanTouches(span, offset));
  if (asked === undefined) return undefined;
  for (const level of around.slice(0, -1).reverse()) {
    const items = level.block?.items ?? [];
    const definitions = items.filter(({ name }) => name.value === asked.value);
    if (definitions.length === 0) continue;
    const uses: Place[] = [];
    const visit = (list: readonly Directive[]): void => {
      for (const { args, block } of list) {
        for (const word of args.slice(0, 1)) if (word.value === asked.value) uses.push(bare(file, word, 1, 0));
        visit(block?.items ?? []);
      }
    };
    visit(items);
    return {
      what: 'matcher',
      name: asked.value.slice(1),
      span: bare(file, asked, 1, 0).span,
      definitions: definitions.map(({ name }) => bare(file, name, 1, 0)),
      uses,
      renaming: undefined,
    };
  }
  return undefined;
}
