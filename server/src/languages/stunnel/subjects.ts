/** Owns what stands at an offset, links, the outline, folds and the growing selection of a file. */
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import { known, unknown } from '../../model/origin.ts';
import { commentFolds } from '../../text/comment-folds.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import type { Fold, Link, OutlineItem, Subject } from '../language.ts';
import { isOpen } from './claim.ts';
import { IDLE_SETTING, idleOf } from './lower/idle.ts';
import type { Lowered } from './lower/index.ts';
import { levelOf } from './lower/versions.ts';
import type { Scope } from './options.ts';
import { type Entry, placeOf } from './project.ts';
import type { Option, Tree } from './syntax/tree.ts';
import { type Section, sectionSpan, sectionsOf } from './syntax/tree.ts';

const CIPHERS = /^(ciphers|ciphersuites)$/;
const VERSIONS = /^sslversion(min|max)?$/;

/** The option at an offset, with the services that it counts for. */
function entryAt(
  file: FileId,
  offset: number,
  { project }: Lowered,
): { entry: Entry; scope: Scope | undefined } | undefined {
  const here = ({ file: own, option }: Entry): boolean => own.id === file && spanTouches(option.span, offset);
  const shared = project.globals.find(here);
  if (shared !== undefined) return { entry: shared, scope: undefined };
  for (const service of project.services) {
    const entry = service.own.find(here);
    if (entry !== undefined) return { entry, scope: { service, project } };
  }
  return undefined;
}

function ciphersAt({ option }: Entry, scope: Scope | undefined, offset: number): Subject | undefined {
  const { key, name, value } = option;
  if (!CIPHERS.test(key) || isOpen(value.value)) return undefined;
  return {
    kind: 'ciphers',
    span: spanTouches(value.span, offset) ? value.span : name.span,
    setting: name.value,
    text: value.value,
    use: key === 'ciphers' ? 'list' : 'suites13',
    level: scope === undefined ? unknown('each service may have another security level') : levelOf(scope),
    at: spanTouches(value.span, offset) ? offset - value.span.start : undefined,
  };
}

function idleAt(entry: Entry, scope: Scope | undefined): Subject | undefined {
  if (entry.option.key !== IDLE_SETTING.toLowerCase()) return undefined;
  const { span, name, value } = entry.option;
  const origin = { kind: 'written', place: placeOf(entry) } as const;
  if (scope === undefined)
    return {
      kind: 'setting',
      span,
      name: name.value,
      fact: known(`${value.value} s, for services without one`, origin),
    };
  const idle = idleOf(scope);
  const fact = idle.known ? known(`${idle.value.seconds} s`, idle.origin) : idle;
  return { kind: 'setting', span, name: name.value, fact };
}

/** The most telling thing at an offset. */
export function subjectAt(file: FileId, offset: number, lowered: Lowered): Subject | undefined {
  const touches = (span: Span): boolean => spanTouches(span, offset);
  const use = lowered.files.find(({ place }) => place.file === file && touches(place.span));
  if (use !== undefined) return { kind: 'file', span: use.place.span, use };
  for (const { entry, files, why } of lowered.project.includes) {
    const { option } = entry;
    if (entry.file.id === file && touches(option.span))
      return { kind: 'include', span: option.span, pattern: option.value.value, files, why };
  }
  const found = entryAt(file, offset, lowered);
  if (found !== undefined) {
    const { entry, scope } = found;
    const special = ciphersAt(entry, scope, offset) ?? idleAt(entry, scope);
    if (special !== undefined) return special;
    const site = lowered.sites.find((one) => one.scope.service === scope?.service)?.site;
    const route = site?.routes.find(({ place }) => place.file === file && touches(place.span));
    if (route !== undefined) return { kind: 'route', span: route.place.span, route };
    if (site?.endpoint !== undefined && VERSIONS.test(entry.option.key))
      return { kind: 'endpoint', span: entry.option.span, endpoint: site.endpoint };
  }
  const site = lowered.sites.find(({ site: { place } }) => place.file === file && touches(place.span))?.site;
  return site === undefined ? undefined : { kind: 'site', span: site.place.span, site };
}

/** Files that are there. */
export function linksOf(file: FileId, { files, project: { dependencies } }: Lowered): Link[] {
  return files.flatMap(({ place, file: target }) =>
    place.file === file &&
    target.known &&
    dependencies.files.has(target.value) &&
    !dependencies.missing.has(target.value)
      ? [{ span: place.span, target: target.value }]
      : [],
  );
}

const valuesOf = (options: readonly Option[], key: string): string =>
  options
    .filter((option) => option.key === key)
    .map(({ value }) => value.value)
    .join(', ');

/** One symbol a service, with where it leads. */
export function symbolsOf(tree: Tree): OutlineItem[] {
  return sectionsOf(tree).flatMap(({ header, options }: Section): OutlineItem[] => {
    const span = sectionSpan({ header, options });
    if (header === undefined || span === undefined) return [];
    const leads = options.filter(({ key }) => key === 'connect' || key === 'exec');
    return [
      {
        name: `[${header.name.value}]`,
        detail: valuesOf(options, 'accept'),
        kind: 'site',
        span,
        nameSpan: header.span,
        children: leads.map(({ name, value, span: whole }) => ({
          name: value.value,
          detail: name.value,
          kind: 'upstream',
          span: whole,
          nameSpan: value.value === '' ? whole : value.span,
          children: [],
        })),
      },
    ];
  });
}

export function foldsOf({ text, lines }: SourceFile, tree: Tree): Fold[] {
  return [
    ...sectionsOf(tree).flatMap((section): Fold[] => {
      const span = sectionSpan(section);
      return section.header === undefined || span === undefined ? [] : [{ kind: 'block', span }];
    }),
    ...commentFolds(text, lines, tree.comments),
  ];
}

/** The word, the option, the line, the service, the file. */
export function spansAround(tree: Tree, offset: number): Span[] {
  const whole = { start: 0, end: tree.text.length };
  const comment = tree.comments.find(({ span }) => spanTouches(span, offset));
  if (comment !== undefined) return [comment.span, whole];
  for (const section of sectionsOf(tree)) {
    const around = sectionSpan(section);
    if (around === undefined || !spanTouches(around, offset)) continue;
    const outer = section.header === undefined ? [whole] : [around, whole];
    const option = section.options.find(({ line }) => spanTouches(line, offset));
    if (option !== undefined) {
      const word = [option.name, option.value].find(({ span }) => spanTouches(span, offset));
      const inside = spanTouches(option.span, offset) ? [option.span] : [];
      return [...(word === undefined ? [] : [word.span]), ...inside, option.line, ...outer];
    }
    const header =
      section.header !== undefined && spanTouches(section.header.span, offset) ? section.header : undefined;
    return [...(header === undefined ? [] : [header.name.span, header.span]), ...outer];
  }
  return [whole];
}
