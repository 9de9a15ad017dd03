/** Owns directives that nginx refuses because of others: locations in and beside each other, names that are taken, pairs that do not go together. */
import type { ConfigProblem } from '../../../model/model.ts';
import { isMasked } from '../mask.ts';
import { type Entry, own, placeOfWord, placeOfWords, type Scope, scopeWord, value } from '../scope.ts';
import { type Location, locationsOf } from './locations.ts';
import { isCountCertain, isPlaceholder } from './plain-values.ts';

export function conflict(entry: Entry, message: string, first?: Entry): ConfigProblem {
  return {
    rule: 'config-directive-misplaced',
    place: placeOfWords(entry),
    message: `nginx does not start: ${message}`,
    related:
      first === undefined || first.directive === entry.directive
        ? []
        : [{ place: placeOfWords(first), message: 'the other one is here' }],
  };
}

/** Values that a template or a later step may still change; a variable of nginx's own is none. */
const isOpen = (text: string): boolean => isMasked(text) || !isCountCertain([text]);

/** What stands in a block that its other lines forbid. */
export function conflictsIn(scope: Scope): readonly ConfigProblem[] {
  if (scope.entries.length === 0) return NONE;
  switch (scope.name) {
    case 'http':
    case 'stream':
    case 'main':
      return sameNames(scope, 'upstream');
    case 'server':
      return joined(locations(scope), files(scope), store(scope));
    case 'location':
      return joined(locations(scope), files(scope), store(scope), addresses(scope));
    case 'if':
    case 'limit_except':
      return addresses(scope);
    default:
      return NONE;
  }
}

const NONE: readonly ConfigProblem[] = [];

/** Large configurations have many thousands of blocks, of which hardly any has a conflict. */
function joined(...lists: readonly (readonly ConfigProblem[])[]): readonly ConfigProblem[] {
  return lists.every(({ length }) => length === 0) ? NONE : lists.flat();
}

/** Two upstreams of one name, in whatever case ("duplicate upstream", ngx_http_upstream_add). */
function sameNames(scope: Scope, directive: string): ConfigProblem[] {
  const seen = new Map<string, Entry>();
  return own(scope, directive).flatMap((entry) => {
    const name = value(entry)?.toLowerCase();
    if (name === undefined || isOpen(name)) return [];
    const first = seen.get(name);
    if (first !== undefined)
      return [conflict(entry, `there are two \`${directive}\` blocks with the name \`${value(entry)}\``, first)];
    seen.set(name, entry);
    return [];
  });
}

/** `location /a` and `location ^~ /a` are the same to nginx, `location = /a` is another (ngx_http_add_location). */
function keyOf({ modifier, path }: Location): string | undefined {
  if (modifier === '~' || modifier === '~*' || isOpen(path)) return undefined;
  return `${modifier === '^~' ? '' : modifier}${path}`;
}

/** Blocks with more locations are searched by their paths first. */
const FEW = 16;

function locations(scope: Scope): readonly ConfigProblem[] {
  const inner = locationsOf(scope);
  if (inner.length === 0) return NONE;
  const outer = scope.name === 'location' ? asLocation(scope) : undefined;
  if (outer === undefined && (inner.length === 1 || haveOwnPaths(inner))) return NONE;
  const seen = new Map<string, Location>();
  return inner.flatMap((location) => {
    const nested = outer === undefined ? undefined : nestedWrongly(location, outer);
    if (nested !== undefined) return [conflict(location.entry, nested)];
    const key = keyOf(location);
    if (key === undefined) return [];
    const first = seen.get(key);
    if (first !== undefined)
      return [conflict(location.entry, `\`${scopeWord(scope)}\` has this location twice`, first.entry)];
    seen.set(key, location);
    return [];
  });
}

/** Whether no path comes twice, as nearly always. */
function haveOwnPaths(inner: readonly Location[]): boolean {
  if (inner.length > FEW) return new Set(inner.map(({ path }) => path)).size === inner.length;
  for (let at = 1; at < inner.length; at++)
    for (let before = 0; before < at; before++) if (inner[at]?.path === inner[before]?.path) return false;
  return true;
}

function asLocation(scope: Scope): Pick<Location, 'modifier' | 'path'> | undefined {
  const [first, second] = scope.opener?.directive.wording.values ?? [];
  if (first === undefined) return undefined;
  const modifier = (['=', '^~', '~*', '~', '@'] as const).find((one) => first.startsWith(one)) ?? '';
  return { modifier, path: second ?? first.slice(modifier.length) };
}

/** As ngx_http_core_location checks a location inside of another. */
function nestedWrongly(inner: Location, outer: Pick<Location, 'modifier' | 'path'>): string | undefined {
  if (isOpen(inner.path) || isOpen(outer.path)) return undefined;
  const inWord = `\`${scopeWord(inner.scope)}\``;
  if (outer.modifier === '=')
    return `${inWord} cannot be inside of \`location = ${outer.path}\`, which is for one path only`;
  if (outer.modifier === '@') return `${inWord} cannot be inside of the named location \`@${outer.path}\``;
  if (inner.modifier === '@') return `the named location \`@${inner.path}\` belongs in \`server\``;
  if (inner.modifier === '~' || inner.modifier === '~*' || inner.path.startsWith(outer.path)) return undefined;
  return `${inWord} is outside of \`location ${outer.path}\`, in which it stands`;
}

/** `root` and `alias` are one setting (ngx_http_core_root). */
function files(scope: Scope): readonly ConfigProblem[] {
  const alias = own(scope, 'alias')[0];
  if (alias === undefined) return NONE;
  const root = own(scope, 'root')[0];
  if (root !== undefined) return [conflict(alias, '`root` and `alias` stand at the same level', root)];
  return scope.opener?.directive.wording.values[0]?.startsWith('@') === true
    ? [conflict(alias, '`alias` cannot be used in a named location')]
    : [];
}

/** A store and a cache of the same answers (ngx_http_proxy_cache and its like). */
const STORES = ['proxy', 'fastcgi', 'uwsgi', 'scgi'].map((family) => ({
  family,
  store: `${family}_store`,
  cache: `${family}_cache`,
}));

function store(scope: Scope): readonly ConfigProblem[] {
  const { names } = scope.vocabulary;
  if (!STORES.some(({ store }) => names.has(store))) return NONE;
  return STORES.flatMap(({ family, store, cache }) => {
    const stored = own(scope, store)[0];
    const cached = own(scope, cache)[0];
    if (stored === undefined || cached === undefined) return [];
    if ([stored, cached].some((entry) => value(entry) === 'off' || isOpen(value(entry) ?? ''))) return [];
    return [conflict(cached, `\`${family}_cache\` and \`${family}_store\` do not go together`, stored)];
  });
}

/** Where no prefix is replaced, an address has no path (ngx_http_proxy_pass). */
function addresses(scope: Scope): readonly ConfigProblem[] {
  const where = withoutPrefix(scope);
  if (where === undefined) return NONE;
  return own(scope, 'proxy_pass').flatMap((entry) => {
    const address = value(entry) ?? '';
    const word = entry.directive.args[0];
    if (word === undefined || isPlaceholder(address)) return [];
    const uri = /^https?:\/\/(?:unix:[^:]*:|(?!unix:)[^/?]*)([/?].*)$/i.exec(address)?.[1];
    if (uri === undefined) return [];
    return [
      {
        ...conflict(entry, `\`proxy_pass\` in ${where} has no path behind the address, and here is \`${uri}\``),
        place: placeOfWord(entry.file, word),
      },
    ];
  });
}

function withoutPrefix(scope: Scope): string | undefined {
  if (scope.name === 'if' || scope.name === 'limit_except') return `\`${scope.name}\``;
  const first = scope.opener?.directive.wording.values[0] ?? '';
  if (first.startsWith('~')) return 'a location with a regular expression';
  return first.startsWith('@') ? 'a named location' : undefined;
}
