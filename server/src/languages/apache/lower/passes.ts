/** Owns `ProxyPass`, `ProxyPassMatch` and `BalancerMember` lines: their paths, addresses and parameters (docs, ProxyPass). */
import { type Entry, oncePerScope, own, type Scope, value, values } from '../scope.ts';
import type { Server } from './servers.ts';

/** What requests a line is for. */
export type Matcher =
  | { readonly kind: 'prefix'; readonly path: string }
  | { readonly kind: 'regex'; readonly source: string };

export interface Parameter {
  readonly entry: Entry;
  readonly name: string;
  readonly value: string;
  /** Which argument it is. */
  readonly index: number;
}

export interface Pass {
  readonly entry: Entry;
  /** The level that it stands in: a server, or a `<Location>`. */
  readonly scope: Scope;
  readonly matcher: Matcher;
  /** As written; `!` takes requests out. */
  readonly url: string;
  /** Which argument the address is. */
  readonly urlIndex: number;
  readonly parameters: readonly Parameter[];
}

const LOCATIONS: ReadonlySet<string> = new Set(['location', 'locationmatch']);

export function isLocation({ key }: Scope): boolean {
  return LOCATIONS.has(key);
}

/** What a `<Location>` is for. */
export function locationMatcher({ key, opener }: Scope): Matcher {
  const first = opener === undefined ? '' : (value(opener) ?? '');
  const second = opener === undefined ? undefined : value(opener, 1);
  if (key === 'locationmatch') return { kind: 'regex', source: first };
  return first === '~' && second !== undefined ? { kind: 'regex', source: second } : { kind: 'prefix', path: first };
}

export function passOf(entry: Entry, scope: Scope): Pass | undefined {
  const words = values(entry);
  const inLocation = isLocation(scope);
  const url = words[inLocation ? 0 : 1];
  const first = words[0];
  if (first === undefined || url === undefined) return undefined;
  const matcher: Matcher = inLocation
    ? locationMatcher(scope)
    : entry.directive.key === 'proxypassmatch'
      ? { kind: 'regex', source: first }
      : { kind: 'prefix', path: first };
  const urlIndex = inLocation ? 0 : 1;
  return { entry, scope, matcher, url, urlIndex, parameters: parametersOf(entry, urlIndex + 1) };
}

export function parametersOf(entry: Entry, from: number): Parameter[] {
  return values(entry).flatMap((word, index) => {
    const at = word.indexOf('=');
    return index < from || at < 0
      ? []
      : [{ entry, name: word.slice(0, at).toLowerCase(), value: word.slice(at + 1), index }];
  });
}

/** The last parameter of a name counts. */
export function parameter(of: { readonly parameters: readonly Parameter[] }, name: string): Parameter | undefined {
  return of.parameters.findLast((one) => one.name === name);
}

const passesIn = oncePerScope((scope: Scope): readonly Pass[] =>
  scope.entries.flatMap((entry) => {
    const { key } = entry.directive;
    if (entry.scope !== undefined) return isLocation(entry.scope) ? passesIn(entry.scope) : [];
    return key === 'proxypass' || key === 'proxypassmatch' ? (passOf(entry, scope) ?? []) : [];
  }),
);

/** The locations of a server level, in the order of the text. */
export const locationsIn = oncePerScope((scope: Scope): readonly Scope[] =>
  scope.entries.flatMap(({ scope: inner }) => (inner !== undefined && isLocation(inner) ? [inner] : [])),
);

/** What a server takes its requests by. */
export interface Passes {
  /** Of the server levels: the first that matches counts, those of the main server before the host's own. */
  readonly lines: readonly Pass[];
  /** In locations: the last that matches counts, before all of `lines`. */
  readonly located: readonly Pass[];
}

/** Lines of the main server count for each host as well, unless it says `ProxyPassInherit Off` (seen with 2.4.69 and 2.4.71). */
export function passesOf(server: Server): Passes {
  const outer = server.levels.filter((level) => level !== server.scope && level.key === 'main');
  const inherits = own(server.scope, 'proxypassinherit').at(-1);
  const inherited = inherits !== undefined && value(inherits)?.toLowerCase() === 'off' ? [] : outer.flatMap(passesIn);
  const mine = passesIn(server.scope);
  return {
    lines: [...inherited, ...mine].filter(({ scope }) => !isLocation(scope)),
    located: [...outer.flatMap(passesIn), ...mine].filter(({ scope }) => isLocation(scope)),
  };
}
