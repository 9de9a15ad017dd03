/** Owns what stands where in Apache files, for hovers, links and outlines. */

import { byDefault, CIPHER_SUFFIX, MOD_SSL } from '../../facts/apache.ts';
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import type { FileUse, Model } from '../../model/model.ts';
import { known } from '../../model/origin.ts';
import { spanTouches } from '../../text/span.ts';
import { modelSubjectAt } from '../blocks/subjects.ts';
import type { OutlineItem, Subject } from '../language.ts';
import type { ApacheProject } from './project.ts';
import { isOpen } from './scope.ts';
import { contentSpan, findAt } from './syntax/query.ts';
import type { Directive } from './syntax/tree.ts';

/** The subject with the smallest span at an offset. */
export function subjectAt(
  file: FileId,
  offset: number,
  project: ApacheProject,
  model: Model,
  uses: readonly FileUse[],
): Subject | undefined {
  const tree = project.files.get(file)?.tree;
  const directive = tree === undefined ? undefined : findAt(tree, offset).path.at(-1);
  const isOnWords = directive !== undefined && spanTouches(directive.head, offset);
  return (
    (isOnWords ? ciphersAt(directive, offset) : undefined) ??
    modelSubjectAt(file, offset, project, model, uses, ({ head }) => head) ??
    (isOnWords && directive.section === undefined ? settingOf(directive, file) : undefined)
  );
}

/** A directive that hands a cipher string, or suites of TLS 1.3, to OpenSSL (docs, SSLCipherSuite). */
function ciphersAt({ name, key, args, head }: Directive, offset: number): Subject | undefined {
  const isCommand = key === 'sslopensslconfcmd';
  if (!isCommand && key !== 'sslciphersuite' && key !== 'sslproxyciphersuite') return undefined;
  const [first, second] = args;
  const word = isCommand ? first?.value.toLowerCase() : second === undefined ? 'ssl' : first?.value.toLowerCase();
  const value = second ?? (isCommand ? undefined : first);
  const use = word === 'ssl' || word === 'cipherstring' ? 'list' : 'suites13';
  if (value === undefined || isOpen(value.value) || !/^(ssl|tlsv1\.3|cipherstring|ciphersuites)$/.test(word ?? ''))
    return undefined;
  const inner = contentSpan(value);
  const isPlain = inner.end - inner.start === value.value.length;
  const isOnValue = spanTouches(value.span, offset);
  return {
    kind: 'ciphers',
    span: isOnValue ? value.span : head,
    setting: value === first ? name.value : `${name.value} ${first?.value ?? ''}`,
    text: value.value + (use === 'list' && key === 'sslciphersuite' ? CIPHER_SUFFIX : ''),
    use,
    level: known(undefined, byDefault(`${MOD_SSL}#sslciphersuite`)),
    at: isOnValue && isPlain ? Math.max(0, offset - inner.start) : undefined,
  };
}

/** A directive shows what is written. */
function settingOf({ name, args, head }: Directive, file: FileId): Subject {
  const text = args.map(({ value }) => value).join(' ');
  const origin = { kind: 'written' as const, place: { file, span: head } };
  return { kind: 'setting', span: head, name: name.value, fact: known(text, origin) };
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
