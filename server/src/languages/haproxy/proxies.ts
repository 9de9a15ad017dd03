/** Owns proxies and what they inherit: `frontend`, `backend` and `listen` sections with their `defaults` (manual, 4). */
import type { FileId } from '../../files/host.ts';
import type { Origin, Place, Step } from '../../model/origin.ts';
import type { Span } from '../../text/span.ts';
import { alwaysIn, standsWith, statementsOf } from './syntax/query.ts';
import type { Section, Statement, Whole } from './syntax/tree.ts';

export type ProxyKind = 'frontend' | 'backend' | 'listen';

export interface ProxySection {
  readonly kind: ProxyKind;
  readonly name: string;
  readonly file: FileId;
  readonly section: Section;
  /** The `defaults` sections it inherits from, the nearest first. */
  readonly defaults: readonly Section[];
  /** Why it cannot be known what it inherits, when it cannot. */
  readonly unclear: string | undefined;
}

/** One statement in effect, or why it cannot be known. */
export type Lookup =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'found'; readonly statement: Statement; readonly section: Section };

interface Inheritance {
  readonly defaults: readonly Section[];
  readonly unclear: string | undefined;
}

const isProxyKind = (kind: string): kind is ProxyKind => kind === 'frontend' || kind === 'backend' || kind === 'listen';

/**
 * The proxies of a configuration. Without `from` a proxy inherits from the last `defaults` before it, and `defaults` from nothing;
 * with `from`, from the one of that name. `part`: more `defaults` may stand elsewhere.
 */
export function proxiesOf(whole: Whole, part: boolean): ProxySection[] {
  const elsewhere = part
    ? 'this is a part of a configuration, and its `defaults` may stand in another file'
    : undefined;
  const proxies: ProxySection[] = [];
  const inheritances = new Map<Section, Inheritance>();
  const named = new Map<string, Section>();
  let last: Section | undefined;

  const via = (base: Section, user: Section): Inheritance => {
    const above = inheritances.get(base);
    if (!standsWith(base, user)) {
      return { defaults: [], unclear: 'the last `defaults` stands in an `.if` block' };
    }
    return { defaults: [base, ...(above?.defaults ?? [])], unclear: above?.unclear };
  };
  const inherit = (section: Section): Inheritance => {
    if (section.from !== undefined) {
      const base = named.get(section.from.value);
      if (base !== undefined) return via(base, section);
      return { defaults: [], unclear: `\`defaults ${section.from.value}\` is in none of the files seen` };
    }
    if (section.kind === 'defaults') return { defaults: [], unclear: undefined };
    return last === undefined ? { defaults: [], unclear: elsewhere } : via(last, section);
  };

  for (const section of whole.sections) {
    if (section.kind === 'defaults') {
      inheritances.set(section, inherit(section));
      if (section.name !== undefined) named.set(section.name.value, section);
      last = section;
    } else if (isProxyKind(section.kind) && section.name !== undefined) {
      const { file } = section.header.source;
      proxies.push({ kind: section.kind, name: section.name.value, file, section, ...inherit(section) });
    }
  }
  return proxies;
}

/** The sections whose statements a proxy has, its own first. */
export function sectionsOf(proxy: ProxySection): readonly Section[] {
  return [proxy.section, ...proxy.defaults];
}

/** The statement in effect among those with this keyword that `matches` takes: the last one of the nearest section that has one. */
export function find(
  proxy: ProxySection,
  keyword: string,
  matches: (statement: Statement) => boolean = () => true,
): Lookup {
  for (const section of sectionsOf(proxy)) {
    const statement = statementsOf(section, keyword).findLast(matches);
    if (statement === undefined) continue;
    if (alwaysIn(section, statement)) return { kind: 'found', statement, section };
    const words = statement.words.slice(0, 2).map(({ value }) => value);
    return { kind: 'unknown', why: `\`${words.join(' ')}\` stands in an \`.if\` block` };
  }
  return proxy.unclear === undefined ? { kind: 'absent' } : { kind: 'unknown', why: proxy.unclear };
}

/** What a section is called: `frontend web`, `defaults`. */
export function titleOf(section: Section): string {
  return section.name === undefined ? section.kind : `${section.kind} ${section.name.value}`;
}

/** In the order of the text; of several files, in that of their paths. */
export function comparePlaces(a: Place, b: Place): number {
  return a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1;
}

/** A span of a line, or the whole line. */
export function placeOf(statement: Statement, span: Span = statement.span): Place {
  return { file: statement.source.file, span };
}

/** Where a value of a proxy comes from, when it stands in `section` at `span`. */
export function originOf(proxy: ProxySection, section: Section, span: Span): Origin {
  const place = placeOf(section.header, span);
  if (section === proxy.section) return { kind: 'written', place };
  const through: Step[] = [];
  for (const step of proxy.defaults) {
    through.push({ what: titleOf(step), place: placeOf(step.header) });
    if (step === section) break;
  }
  return { kind: 'inherited', place, through };
}

/** Whether a proxy is switched off: `disabled`, and no `enabled` that takes it back. */
export function isDisabled(proxy: ProxySection): boolean {
  const [off, on] = [find(proxy, 'disabled'), find(proxy, 'enabled')];
  return off.kind === 'found' && on.kind === 'absent';
}
