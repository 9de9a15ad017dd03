/** Owns the choice of a location for a path, as nginx makes it (ngx_http_core_find_location; docs, location). */
import { isMasked } from '../mask.ts';
import { type Entry, holeFor, own, type Scope } from '../scope.ts';
import { regex } from './values.ts';

export type Modifier = '' | '=' | '^~' | '~' | '~*' | '@';

export interface Location {
  readonly scope: Scope;
  readonly entry: Entry;
  readonly modifier: Modifier;
  /** The prefix, the whole path, the regular expression, or the name without `@`. */
  readonly path: string;
}

export type Choice =
  /** The block that takes the request: a location, or the server where none fits. */
  | { readonly kind: 'block'; readonly scope: Scope; readonly location: Location | undefined }
  /** The path lacks the slash at the end of this location, so nginx answers 301 by itself. */
  | { readonly kind: 'slash'; readonly location: Location }
  | { readonly kind: 'unknown'; readonly why: string };

/** Directives that make nginx add a missing slash by a redirect: those that hand requests on (`auto_redirect`). */
const HANDS_ON = ['proxy_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'grpc_pass', 'memcached_pass'];

const MODIFIERS: readonly Modifier[] = ['=', '^~', '~*', '~', '@'];

/** The locations of a block in the order of the text, each with its modifier, which may be glued to the path. */
export function locationsOf(scope: Scope): readonly Location[] {
  const entries = own(scope, 'location');
  if (entries.length === 0) return NONE;
  let known = read.get(scope.entries);
  if (known === undefined) {
    known = readLocations(entries);
    read.set(scope.entries, known);
  }
  return known;
}

const NONE: readonly Location[] = [];
const read = new WeakMap<readonly Entry[], readonly Location[]>();

function readLocations(entries: readonly Entry[]): Location[] {
  const out: Location[] = [];
  for (const entry of entries) {
    const { values } = entry.directive.wording;
    const first = values[0];
    if (entry.scope === undefined || first === undefined) continue;
    const modifier = MODIFIERS.find((one) => first.startsWith(one)) ?? '';
    const path = values[1] ?? first.slice(modifier.length);
    out.push({ scope: entry.scope, entry, modifier, path });
  }
  return out;
}

/** The block that takes requests for a path (decoded, without its query). */
export function chooseLocation(server: Scope, path: string): Choice {
  return find(server, path)?.choice ?? { kind: 'block', scope: server, location: undefined };
}

/** What one level finds. A prefix is not final: regular expressions further out are still tried. */
interface Found {
  readonly choice: Choice;
  readonly final: boolean;
}

const final = (choice: Choice): Found => ({ choice, final: true });
const block = (location: Location): Choice => ({ kind: 'block', scope: location.scope, location });

function find(level: Scope, path: string): Found | undefined {
  const hole = holeFor(level, 'location');
  if (hole !== undefined) return final({ kind: 'unknown', why: hole.why });
  const locations = locationsOf(level);
  const withSlash = `${path}/`;
  let slash: Location | undefined;
  let prefix: Location | undefined;
  let exact: Location | undefined;
  for (const one of locations) {
    if (isMasked(one.path)) return final({ kind: 'unknown', why: 'a template writes the path of a location' });
    const isExact = one.modifier === '=';
    if (!isExact && one.modifier !== '' && one.modifier !== '^~') continue;
    if (isExact && one.path === path) exact ??= one;
    if (slash === undefined && one.path === withSlash && handsOn(one.scope)) slash = one;
    if (!isExact && path.startsWith(one.path) && one.path.length > (prefix?.path.length ?? -1)) prefix = one;
  }
  if (exact !== undefined) return final(block(exact));
  if (slash !== undefined && prefix?.path !== path) return final({ kind: 'slash', location: slash });
  const inner = prefix === undefined ? undefined : find(prefix.scope, path);
  if (inner?.final === true) return inner;
  const byPattern = prefix?.modifier === '^~' ? undefined : findByPattern(locations, path);
  if (byPattern !== undefined) return byPattern;
  if (inner !== undefined) return inner;
  return prefix === undefined ? undefined : { choice: block(prefix), final: false };
}

/** The first regular expression that fits ends the search; its own locations are regular expressions, too. */
function findByPattern(locations: readonly Location[], path: string): Found | undefined {
  for (const one of locations) {
    if (one.modifier !== '~' && one.modifier !== '~*') continue;
    const pattern = regex(one.modifier + one.path);
    if (pattern === undefined)
      return final({ kind: 'unknown', why: `the regular expression of \`location ${one.path}\` cannot be judged` });
    if (!pattern.test(path)) continue;
    return final(find(one.scope, path)?.choice ?? block(one));
  }
  return undefined;
}

function handsOn(scope: Scope): boolean {
  return HANDS_ON.some((name) => own(scope, name).length > 0);
}
