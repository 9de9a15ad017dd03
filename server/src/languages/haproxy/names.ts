/** Owns where sections and ACLs of HAProxy are named and used. */
import type { FileId } from '../../files/host.ts';
import type { Place } from '../../model/origin.ts';
import { span, spanTouches } from '../../text/span.ts';
import type { NamedThing } from '../language.ts';
import { type ProxySection, placeOf, sectionsOf } from './proxies.ts';
import { renamingOf } from './renaming.ts';
import { conditionOf, isServerLine } from './syntax/query.ts';
import type { Section, Statement, Whole, Word } from './syntax/tree.ts';

export interface Occurrence {
  readonly place: Place;
  /** Occurrences with the same key are of the same thing. */
  readonly key: string;
  readonly what: string;
  readonly name: string;
  readonly defines: boolean;
}

/** Sections by what they are used as: a `listen` is a backend as well. */
const USED_AS: Readonly<Record<string, string>> = { listen: 'backend' };

/** Words whose next word names a section of this kind. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['use_backend', 'backend'],
  ['default_backend', 'backend'],
  ['table', 'backend'],
  ['resolvers', 'resolvers'],
  ['cache-use', 'cache'],
  ['cache-store', 'cache'],
  ['mailers', 'mailers'],
]);

/** Fetches that take a backend, or a server of one behind a `/` (manual, 7.3.2). */
const FETCHES =
  /\b(?:nbsrv|connslots|avg_queue|queue|be_conn|be_conn_free|be_sess_rate|srv_conn|srv_conn_free|srv_is_up|srv_queue|srv_sess_rate)\(\s*([\w.:-]+)/g;

export function nameAt(
  whole: Whole,
  proxies: readonly ProxySection[],
  { file, offset }: { readonly file: FileId; readonly offset: number },
  part: boolean,
): NamedThing | undefined {
  const all = [...sectionNames(whole), ...aclNames(proxies), ...serverNames(whole)];
  const here = all.filter(({ place }) => place.file === file && spanTouches(place.span, offset));
  const [asked] = here;
  if (asked === undefined) return undefined;
  const keys = new Set(here.map(({ key }) => key));
  const places = (defines: boolean): Place[] => {
    const found = all.filter((one) => one.defines === defines && keys.has(one.key));
    return [...new Map(found.map(({ place }) => [`${place.span.start} ${place.file}`, place])).values()];
  };
  const definitions = places(true);
  if (definitions.length === 0) return undefined;
  const { what, name } = asked;
  return {
    what,
    name,
    span: asked.place.span,
    definitions,
    uses: places(false),
    get renaming() {
      return renamingOf(asked, all, whole, part);
    },
  };
}

/** What tells sections of one configuration apart. */
const sectionKey = ({ header }: Section): string => `${header.span.start} ${header.source.file}`;

function sectionNames({ sections }: Whole): Occurrence[] {
  const out: Occurrence[] = [];
  const put = (
    kind: string,
    word: Pick<Word, 'value' | 'span'> | undefined,
    statement: Statement,
    defines: boolean,
  ) => {
    if (word === undefined) return;
    out.push({
      place: placeOf(statement, word.span),
      key: `${kind} ${word.value}`,
      what: kind,
      name: word.value,
      defines,
    });
  };
  for (const section of sections) {
    put(USED_AS[section.kind] ?? section.kind, section.name, section.header, true);
    put('defaults', section.from, section.header, false);
    for (const statement of section.statements) {
      const { words } = statement;
      words.forEach((word, index) => {
        const kind = NAMES.get(words[index - 1]?.value ?? '');
        if (kind !== undefined) put(kind, word, statement, false);
        for (const found of word.value.matchAll(FETCHES)) {
          const name = found[1] ?? '';
          const start = word.span.start + found.index + found[0].length - name.length;
          // Behind quotes and backslashes the place would be another one.
          if (word.span.end - word.span.start === word.value.length)
            put('backend', { value: name, span: span(start, start + name.length) }, statement, false);
        }
      });
    }
  }
  return out;
}

/** ACLs hold in their section, and those of a `defaults` in all that inherit from it. */
function aclNames(proxies: readonly ProxySection[]): Occurrence[] {
  const out: Occurrence[] = [];
  const put = (section: Section, statement: Statement, word: Word, skip: number, name: string, defines: boolean) => {
    const key = `acl ${sectionKey(section)} ${name}`;
    const place = placeOf(statement, span(word.span.start + skip, word.span.end));
    out.push({ place, key, what: 'acl', name, defines });
  };
  for (const proxy of proxies) {
    const levels = sectionsOf(proxy);
    const owners = new Map<string, Section[]>();
    for (const section of levels) {
      for (const statement of section.statements) {
        const [keyword, name] = statement.words;
        if (keyword?.value !== 'acl' || name === undefined) continue;
        put(section, statement, name, 0, name.value, true);
        owners.set(name.value, [...(owners.get(name.value) ?? []), section]);
      }
    }
    if (owners.size === 0) continue;
    for (const section of levels)
      for (const statement of section.statements)
        for (const { word, skip, name } of namesIn(statement))
          for (const owner of owners.get(name) ?? []) put(owner, statement, word, skip, name, false);
  }
  return out;
}

/** The names of ACLs in a condition; what stands between `{` and `}` is a test of its own. */
export function namesIn(statement: Statement): { word: Word; skip: number; name: string }[] {
  const out: { word: Word; skip: number; name: string }[] = [];
  let inside = false;
  for (const word of conditionOf(statement)?.words ?? []) {
    const name = word.value.replace(/^!+/, '');
    if (name === '{') inside = true;
    else if (name === '}') inside = false;
    else if (!inside && name !== '') out.push({ word, skip: word.value.length - name.length, name });
  }
  return out;
}

/** The servers of a backend, which `use-server` chooses. */
function serverNames({ sections }: Whole): Occurrence[] {
  return sections.flatMap((section) =>
    section.statements.flatMap((statement): Occurrence[] => {
      const defines = isServerLine(statement);
      const [keyword, name] = statement.words;
      if (name === undefined || (!defines && keyword?.value !== 'use-server')) return [];
      const key = `server ${sectionKey(section)} ${name.value}`;
      return [{ place: placeOf(statement, name.span), key, what: 'server', name: name.value, defines }];
    }),
  );
}
