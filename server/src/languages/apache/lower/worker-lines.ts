/** Owns the lines that open workers or set their parameters: `ProxyPass`, `<Proxy …>` and `ProxySet` (modules/proxy/mod_proxy.c). */
import { type Entry, oncePerScope, own, type Scope, value } from '../scope.ts';
import { isLocation, type Parameter, parametersOf, passOf } from './passes.ts';

export interface WorkerLine {
  readonly entry: Entry;
  readonly url: string;
  readonly parameters: readonly Parameter[];
  /** pass: opens a worker, or uses one. section: opens one, or changes it. set: changes one. */
  readonly kind: 'pass' | 'section' | 'set';
  /** Whether it may not count, or more may stand beside it. */
  readonly unsure: boolean;
}

/** The address as a worker's name: scheme and host in small letters, no slash for the whole host. */
export function nameOf(url: string): string {
  const [, start, path = ''] = /^(\w+:\/\/[^/?]*)(.*)$/s.exec(url) ?? [];
  return start === undefined ? url : start.toLowerCase() + (path === '/' ? '' : path);
}

export const isBalancer = (url: string): boolean => /^balancer:/i.test(url);

const all = oncePerScope((scope: Scope): readonly WorkerLine[] =>
  scope.entries.flatMap((entry) => ofEntry(entry, scope)),
);

/** Those of a level, as Apache reads them; by default those for workers. */
export function linesOfWorkers(scope: Scope, fits = (url: string): boolean => !isBalancer(url)): readonly WorkerLine[] {
  return all(scope).filter(({ url }) => fits(url));
}

function ofEntry(entry: Entry, scope: Scope): readonly WorkerLine[] {
  const { name, scope: inner } = entry;
  if (inner !== undefined) return isLocation(inner) ? all(inner) : name === 'proxy' ? ofSection(entry, inner) : [];
  if (name === 'proxypass' || name === 'proxypassmatch') {
    const pass = passOf(entry, scope);
    if (pass === undefined || pass.url === '!') return [];
    return [{ entry, url: pass.url, parameters: pass.parameters, kind: 'pass', unsure: false }];
  }
  const url = name === 'proxyset' ? value(entry) : undefined;
  return url === undefined ? [] : [{ entry, url, parameters: parametersOf(entry, 1), kind: 'set', unsure: false }];
}

/** `<Proxy url name=value>` opens a worker, `ProxySet` in it does, too, and a section without both does not. */
function ofSection(entry: Entry, inner: Scope): WorkerLine[] {
  const url = value(entry) ?? '';
  if (!/^\w+:\/\//.test(url)) return [];
  const unsure = entry.conditional || inner.holes.length > 0;
  const opening = parametersOf(entry, 1);
  const sets = own(inner, 'proxyset').map(
    (set): WorkerLine => ({ entry: set, url, parameters: parametersOf(set, 0), kind: 'section', unsure }),
  );
  return [
    ...(opening.length > 0 ? [{ entry, url, parameters: opening, kind: 'section' as const, unsure }] : []),
    ...sets,
  ];
}
