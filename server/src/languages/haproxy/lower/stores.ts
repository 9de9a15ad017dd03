/** Owns `crt-store` sections (HAProxy 3.0): certificates that `crt @store/name` brings, each with its own key and settings. */

import { isAbsolute } from '../../../files/paths.ts';
import type { ConfigProblem, FileUse } from '../../../model/model.ts';
import { locate, type PathContext } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import { shown } from '../syntax/parser.ts';
import { alwaysIn, type Parameter, parametersOf, statementsOf } from '../syntax/query.ts';
import type { Section, Statement, Whole, Word } from '../syntax/tree.ts';

/** Settings of a `load` line; each takes a value (src/ssl_ckch.c, ckch_conf_kws). */
const LOAD_VALUES: ReadonlySet<string> = new Set([
  ...['crt', 'key', 'ocsp', 'issuer', 'sctl', 'ocsp-update', 'alias'],
  ...['acme', 'domains', 'ips', 'jwt'],
]);
const BASES: ReadonlyMap<string, 'crt-base' | 'key-base'> = new Map([
  ['crt', 'crt-base'],
  ['key', 'key-base'],
  ['ocsp', 'crt-base'],
  ['issuer', 'crt-base'],
  ['sctl', 'crt-base'],
]);

/** A `load` line. */
export interface Load {
  readonly section: Section;
  readonly statement: Statement;
  readonly parameters: readonly Parameter[];
  /** `@store/name`, by which other lines name it: the alias goes before the file as it is written (seen with 3.0 and 3.2). */
  readonly name: string;
  /** Whether no `.if` block decides over it. */
  readonly always: boolean;
}

const stores = new WeakMap<Whole, readonly Load[]>();

export function loadsOf(whole: Whole): readonly Load[] {
  let loads = stores.get(whole);
  if (loads === undefined) {
    const sections = whole.sections.filter(({ kind }) => kind === 'crt-store');
    loads = sections.flatMap((section) =>
      statementsOf(section, 'load').flatMap((statement): Load[] => {
        const parameters = parametersOf(statement.words, 1, LOAD_VALUES);
        const value = (name: string) => parameters.find((one) => one.name.value === name)?.value?.value;
        const called = value('alias') ?? value('crt');
        const always = section.header.branch === '' && alwaysIn(section, statement);
        if (called === undefined) return [];
        return [{ section, statement, parameters, name: `@${section.name?.value ?? ''}/${called}`, always }];
      }),
    );
    stores.set(whole, loads);
  }
  return loads;
}

/** The line that brings what a word of a `bind` line or a `crt-list` names; it has to stand before. */
export function loadNamed(name: string, { whole }: PathContext): Load | undefined {
  return name.startsWith('@') ? loadsOf(whole).find((load) => load.name === name) : undefined;
}

export const loadValue = ({ parameters }: Load, name: string): Word | undefined =>
  parameters.find((one) => one.name.value === name)?.value;

/** A file that a `load` line names; the folders of its section count from where they are set on, those of `global` otherwise. */
export function loadedFile({ section, statement }: Load, setting: string, word: Word, context: PathContext): FileUse {
  const base = BASES.get(setting);
  const { file: from } = statement.source;
  const own = section.statements
    .slice(0, section.statements.indexOf(statement))
    .findLast(({ words }) => words[0]?.value === base)?.words[1];
  const path = own === undefined || isAbsolute(word.value) ? word.value : `${own.value}/${word.value}`;
  return {
    place: placeOf(statement, word.span),
    setting,
    written: word.value,
    file: locate(path, base, from, context),
  };
}

/** The files of all `load` lines, whether a listener uses them or not: HAProxy reads them all. */
export function loadedFiles(context: PathContext): FileUse[] {
  return loadsOf(context.whole).flatMap((load) =>
    load.parameters.flatMap(({ name, value }) =>
      BASES.has(name.value) && value !== undefined && !value.variable && value.value !== ''
        ? [loadedFile(load, name.value, value, context)]
        : [],
    ),
  );
}

/** `crt @store/name` before the store that has it, or, where all files are known, of one that is nowhere: HAProxy does not start. */
export function missingLoads(whole: Whole, isAll: boolean): ConfigProblem[] {
  const named = new Set<string>();
  const all = new Set(loadsOf(whole).map(({ name }) => name));
  const open = new Set(
    loadsOf(whole)
      .filter(({ always }) => !always)
      .map(({ section }) => section.name?.value ?? ''),
  );
  return whole.sections.flatMap((section): ConfigProblem[] => {
    if (section.kind === 'crt-store') {
      for (const load of loadsOf(whole)) if (load.section === section) named.add(load.name);
      return [];
    }
    return statementsOf(section, 'bind').flatMap((bind) =>
      bind.words.flatMap((word, i): ConfigProblem[] => {
        const isNamed =
          i > 1 && /^(?:default-)?crt$/.test(bind.words[i - 1]?.value ?? '') && /^@[^/]*\/./.test(word.value);
        if (!isNamed || word.variable || named.has(word.value) || bind.branch !== '') return [];
        const store = word.value.slice(1, word.value.indexOf('/'));
        if (open.has(store) || (!all.has(word.value) && !isAll)) return [];
        const title = store === '' ? '`crt-store`' : `\`crt-store ${shown(store)}\``;
        return [
          {
            rule: 'config-syntax',
            place: placeOf(bind, word.span),
            message: all.has(word.value)
              ? `HAProxy does not start: ${title} stands below this line, and has to stand above it`
              : `HAProxy does not start: no ${title} loads \`${shown(word.value.slice(word.value.indexOf('/') + 1))}\``,
          },
        ];
      }),
    );
  });
}
