/** Owns what stands where in nginx files, for hovers, links and outlines. */
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import type { FileUse, Model } from '../../model/model.ts';
import { known } from '../../model/origin.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import { modelSubjectAt } from '../blocks/subjects.ts';
import type { OutlineItem, Subject } from '../language.ts';
import { isMasked } from './mask.ts';
import { contentSpan } from './names/occurrences.ts';
import type { NginxProject } from './project.ts';
import { findAt } from './syntax/query.ts';
import type { Directive } from './syntax/tree.ts';

/** The subject with the smallest span at an offset. */
export function subjectAt(
  file: FileId,
  offset: number,
  project: NginxProject,
  model: Model,
  uses: readonly FileUse[],
): Subject | undefined {
  const ciphers = ciphersAt(file, offset, project);
  if (ciphers !== undefined) return ciphers;
  return (
    modelSubjectAt(file, offset, project, model, uses, ({ span }) => span) ?? settingAt(file, offset, project, model)
  );
}

const CIPHER_DIRECTIVE = /^(?:(?:proxy|grpc|uwsgi|zone_sync)_)?ssl_(?:ciphers|conf_command)$/;

/** A directive that hands a cipher string, or suites of TLS 1.3, to OpenSSL. */
function ciphersAt(file: FileId, offset: number, project: NginxProject): Subject | undefined {
  const tree = project.files.get(file)?.trees.find(({ span }) => spanTouches(span, offset));
  const directive = tree && findAt(tree, offset).path.at(-1);
  if (tree === undefined || directive === undefined || !CIPHER_DIRECTIVE.test(directive.name.value)) return undefined;
  const { name, args } = directive;
  const isCommand = name.value.endsWith('conf_command');
  const command = isCommand ? args[0]?.value.toLowerCase() : 'cipherstring';
  const value = args[isCommand ? 1 : 0];
  if (value === undefined || isMasked(value.value) || !/^cipher(?:string|suites)$/.test(command ?? ''))
    return undefined;
  const inner = contentSpan(value);
  const plain = tree.text.slice(inner.start, inner.end) === value.value;
  const isOnValue = spanTouches(value.span, offset);
  return {
    kind: 'ciphers',
    span: isOnValue ? value.span : { start: name.span.start, end: wordsEnd(directive) },
    setting: isCommand ? `${name.value} ${args[0]?.value}` : name.value,
    text: value.value,
    use: command === 'cipherstring' ? 'list' : 'suites13',
    level: known(undefined, { kind: 'default', versions: 'every version', source: 'nginx has no setting for it' }),
    at: isOnValue && plain ? Math.max(0, offset - inner.start) : undefined,
  };
}

/** A location's words stand for its route; a proxy setting shows what is written. */
function settingAt(file: FileId, offset: number, project: NginxProject, model: Model): Subject | undefined {
  for (const tree of project.files.get(file)?.trees ?? []) {
    if (offset < tree.span.start || offset > tree.span.end) continue;
    const { path } = findAt(tree, offset);
    const directive = path[path.length - 1];
    if (directive === undefined) continue;
    const head = { start: directive.name.span.start, end: wordsEnd(directive) };
    if (!spanTouches(head, offset)) continue;
    if (directive.block !== undefined) {
      for (const route of model.sites.flatMap((site) => site.routes)) {
        if (route.place.file === file && inside(directive, route.place.span) && directive.name.value === 'location')
          return { kind: 'route', span: head, route };
      }
      continue;
    }
    const text = directive.args.map((arg) => arg.value).join(' ');
    const origin = { kind: 'written' as const, place: { file, span: head } };
    return { kind: 'setting', span: head, name: directive.name.value, fact: known(text, origin) };
  }
  return undefined;
}

function wordsEnd(directive: Directive): number {
  return directive.args[directive.args.length - 1]?.span.end ?? directive.name.span.end;
}

/** Whether a span lies in a block but in none of its inner blocks. */
function inside(directive: Directive, span: Span): boolean {
  const { block } = directive;
  if (block === undefined || span.start < block.raw.start || span.end > block.raw.end) return false;
  return !block.items.some(
    (item) => item.name.value === 'location' && item.span.start <= span.start && span.end <= item.span.end,
  );
}

const KINDS: Readonly<Record<string, OutlineItem['kind']>> = {
  server: 'site',
  location: 'route',
  upstream: 'upstream',
};

function symbolOf(directive: Directive): OutlineItem | undefined {
  const { block, name, args } = directive;
  if (block === undefined) return undefined;
  const names =
    directive.name.value === 'server' ? block.items.find((item) => item.name.value === 'server_name')?.args : args;
  return {
    name: name.value,
    detail: (names ?? []).map((arg) => arg.value).join(' '),
    kind: KINDS[name.value] ?? 'section',
    span: directive.span,
    nameSpan: { start: name.span.start, end: wordsEnd(directive) },
    children: block.items.flatMap((item) => symbolOf(item) ?? []),
  };
}

export function symbolsOf(file: SourceFile | undefined, project: NginxProject): OutlineItem[] {
  if (file === undefined) return [];
  return (project.files.get(file.id)?.trees ?? []).flatMap((tree) =>
    tree.items.flatMap((item) => symbolOf(item) ?? []),
  );
}
