/** Owns what `header_up` and `request_header` make of the headers that go to a back end (modules/caddyhttp/headers). */
import { type Entry, own, type Scope } from '../scope.ts';
import { argsOf, covers, matcherOf } from './matchers.ts';
import type { ProxyLine } from './proxies.ts';

export interface HeaderLine {
  readonly entry: Entry;
  readonly name: string;
  readonly kind: 'set' | 'add' | 'delete' | 'replace';
  readonly value: string;
  /** Which argument the value is. */
  readonly index: number;
}

function lineOf(entry: Entry, skip: number): HeaderLine | undefined {
  const field = entry.args[skip]?.value;
  const text = entry.args[skip + 1]?.value;
  if (field === undefined) return undefined;
  const more = entry.args.length > skip + 2;
  const base = { entry, value: text ?? '', index: skip + 1 };
  if (field.startsWith('-')) return { ...base, name: field.slice(1), kind: 'delete' };
  if (field.startsWith('+')) return { ...base, name: field.slice(1), kind: 'add' };
  if (more) return { ...base, name: field, kind: 'replace' };
  return { ...base, name: field, kind: 'set' };
}

/** Whether a line is for a header; a deleted name may have a `*` at either end. */
export function isFor({ name, kind }: HeaderLine, header: string): boolean {
  const [a, b] = [name.toLowerCase(), header.toLowerCase()];
  if (kind !== 'delete') return a === b;
  if (a.startsWith('*') && a.endsWith('*') && a.length > 1) return b.includes(a.slice(1, -1));
  if (a.startsWith('*')) return b.endsWith(a.slice(1));
  return a.endsWith('*') ? b.startsWith(a.slice(0, -1)) : a === b;
}

/** The lines in the proxy's own block. */
export function upLines({ entry }: Pick<ProxyLine, 'entry'>): HeaderLine[] {
  return own(entry.scope, 'header_up').flatMap((line) => lineOf(line, 0) ?? []);
}

/** `request_header` lines that certainly count for all requests of a proxy, before it sees them. */
export function requestLines(proxy: ProxyLine): HeaderLine[] {
  const out: HeaderLine[] = [];
  for (const { step } of proxy.before) {
    const { entry } = step;
    if (entry.name !== 'request_header' || !covers(step.matcher, proxy.paths)) continue;
    const line = lineOf(entry, entry.args.length - argsOf(entry).length);
    if (line !== undefined) out.push(line);
  }
  return out;
}

/** `header` lines of a block: what goes to clients, with the matcher's words left out. */
export function headerLines(scope: Scope): (HeaderLine & { readonly forAll: boolean })[] {
  return own(scope, 'header').flatMap((entry) => {
    const forAll = covers(matcherOf(entry, scope), undefined);
    const skip = entry.args.length - argsOf(entry).length;
    const inline = lineOf(entry, skip);
    const inner = (entry.scope?.entries ?? []).flatMap((line): HeaderLine[] => {
      const value = line.args[0]?.value ?? '';
      const name = line.name.replace(/^[-+?>]+/, '');
      const kind = line.name.startsWith('-')
        ? 'delete'
        : line.name.startsWith('+')
          ? 'add'
          : line.args.length > 1
            ? 'replace'
            : 'set';
      return [{ entry: line, name, kind, value, index: 0 }];
    });
    return [...(inline === undefined ? [] : [{ ...inline, name: inline.name.replace(/^[?>]/, '') }]), ...inner].map(
      (line) => ({ ...line, forAll }),
    );
  });
}
