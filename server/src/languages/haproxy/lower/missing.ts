/** Owns names of sections that no file of a configuration has, where all its files are known: HAProxy does not start (seen with 2.6, 3.0 and 3.2). */
import type { ConfigProblem } from '../../../model/model.ts';
import { nearest } from '../../../text/nearest.ts';
import { isDisabled, type ProxySection, placeOf } from '../proxies.ts';
import { shown } from '../syntax/parser.ts';
import type { Statement, Whole, Word } from '../syntax/tree.ts';
import { choices, isDynamic } from './routes.ts';

function problem(what: string, word: Word, statement: Statement, names: Iterable<string>): ConfigProblem {
  const place = placeOf(statement, word.span);
  const like = nearest(word.value, names);
  const edits = () => [{ file: place.file, edits: [{ span: place.span, newText: like ?? '' }] }];
  return {
    rule: 'config-syntax',
    place,
    message: `HAProxy does not start: there is no \`${what} ${shown(word.value)}\` in any of the files that it reads`,
    offers:
      like === undefined ? [] : [{ title: `Write \`${like}\``, safety: 'behaviour', remedy: { kind: 'edit', edits } }],
  };
}

/** Back ends that frontends choose, and `defaults` that are named behind `from` and have to stand before it. */
export function missingSections({ sections }: Whole, proxies: readonly ProxySection[]): ConfigProblem[] {
  const backends = new Set(proxies.flatMap(({ kind, name }) => (kind === 'frontend' ? [] : [name])));
  const lines = new Set(
    proxies.flatMap((proxy) => (proxy.kind === 'backend' || isDisabled(proxy) ? [] : choices(proxy))),
  );
  const chosen = [...lines].flatMap((line) => {
    const word = line.words[1];
    const plain = word !== undefined && line.branch === '' && !isDynamic(line) && !backends.has(word.value);
    return plain ? [problem('backend', word, line, backends)] : [];
  });
  const defaults = new Set<string>();
  const inherited = sections.flatMap(({ kind, name, from, header }) => {
    const missing = from !== undefined && !from.variable && header.branch === '' && !defaults.has(from.value);
    if (kind === 'defaults' && name !== undefined) defaults.add(name.value);
    return missing ? [problem('defaults', from, header, defaults)] : [];
  });
  return [...chosen, ...inherited];
}
