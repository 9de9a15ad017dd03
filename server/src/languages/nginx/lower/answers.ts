/** Owns which blocks of a server answer requests, and whether something in their way looks at certain variables. */
import type { Place } from '../../../model/origin.ts';
import { type Entry, nearest, openerPlace, own, type Scope, scopesBelow, scopeWord, value } from '../scope.ts';
import type { Dependence } from './dependence.ts';

export type Watch = (text: string) => Dependence;

/** A location, or a server that has none, whose answer is more than a fixed one. */
export interface Block {
  readonly scope: Scope;
  readonly server: Scope;
  readonly location: boolean;
  readonly label: string;
  readonly place: Place;
}

/** Directives that hand a request on, each with the one that sets what is told along. */
const PASSES: ReadonlyMap<string, string> = new Map([
  ['proxy_pass', 'proxy_set_header'],
  ['grpc_pass', 'grpc_set_header'],
  ['fastcgi_pass', 'fastcgi_param'],
  ['uwsgi_pass', 'uwsgi_param'],
  ['scgi_pass', 'scgi_param'],
]);

/** Whoever wrote one of these decides about access by other means, or by code that is not evaluated. */
const OTHER_GATES =
  /_by_lua|^js_|^perl|^auth_|^deny$|^satisfy$|^internal$|^limit_except$|^modsecurity|^app_protect|^access_policy|^oidc/;

/** What is written or kept of a request, but gates nothing. */
const NO_GATE =
  /^(access_log|error_log|log_format|add_header|add_trailer|limit_req|limit_conn|limit_rate|set|proxy_cache_key|proxy_ssl_\w+|ssl_\w+|sub_filter|server_name)$/;

/** Whether a location hands requests to a back end. */
export function isServedBy(scope: Scope): boolean {
  return scope.entries.some(({ directive }) => directive.wording.name.endsWith('_pass'));
}

/** `return` at the block's own level, or a path that only internal redirects reach. */
function hasFixedAnswer(scope: Scope): boolean {
  if (own(scope, 'return').length > 0 || own(scope, 'internal').length > 0) return true;
  if (own(scope, 'deny').some((entry) => value(entry) === 'all')) return true;
  return scope.name === 'location' && (value(scope.opener as Entry) ?? '').startsWith('@');
}

/** The well-known files that anybody may ask for (RFC 8615), certificates being renewed among them. */
function isPublic(scope: Scope): boolean {
  return scope.opener?.directive.args.some(({ value: text }) => /well-known|robots\.txt|favicon/.test(text)) === true;
}

export function answersOf(server: Scope): Block[] {
  if (own(server, 'return').length > 0) return [];
  const locations = scopesBelow(server).filter((scope) => scope.name === 'location');
  const scopes = locations.length === 0 ? [server] : locations;
  return scopes.filter((scope) => !hasFixedAnswer(scope) && !isPublic(scope)).map((scope) => blockOf(scope, server));
}

export function blockOf(scope: Scope, server: Scope): Block {
  return { scope, server, location: scope !== server, label: scopeWord(scope), place: openerPlace(scope) };
}

/**
 * Whether something decides by these variables what becomes of a request to a block, or tells its back end; `without` are
 * lines that count for nothing.
 */
export function guardOf({ scope, server }: Block, watch: Watch, without: readonly Entry[] = []): Dependence {
  const seen: Dependence[] = [];
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.name === 'surroundings') break;
    // `if` and its like count in their own block and in the server; access rules and code are inherited.
    const counts = at === scope || at === server;
    if (at.holes.length > 0 && (at.name === 'location' || at.name === 'server')) seen.push('maybe');
    for (const entry of at.entries) if (!without.includes(entry)) seen.push(gate(entry, counts, watch));
  }
  for (const [pass, tells] of PASSES) {
    if (!scopesOfPass(scope, pass)) continue;
    const found = nearest(scope, tells);
    if (found.kind === 'hidden') seen.push('maybe');
    if (found.kind !== 'found') continue;
    if (found.hole !== undefined) seen.push('maybe');
    for (const entry of found.entries) seen.push(...entry.directive.args.map((arg) => watch(arg.value)));
  }
  return seen.includes('yes') ? 'yes' : seen.includes('maybe') ? 'maybe' : 'no';
}

/** Whether an `if` of a block itself decides by these variables. */
export function refusesBy({ scope }: Block, watch: Watch): boolean {
  return own(scope, 'if').some((entry) => gate(entry, true, watch) === 'yes');
}

function scopesOfPass(scope: Scope, pass: string): boolean {
  return (
    own(scope, pass).length > 0 ||
    scope.entries.some(
      ({ scope: inner }) => inner !== undefined && inner.name !== 'location' && own(inner, pass).length > 0,
    )
  );
}

function gate({ directive, scope }: Entry, counts: boolean, watch: Watch): Dependence {
  const word = directive.wording.name;
  if (OTHER_GATES.test(word)) return 'maybe';
  // The headers are looked up by `nearest`, since a level of its own hides those outside.
  if (!counts || NO_GATE.test(word) || [...PASSES.values()].includes(word)) return 'no';
  if (directive.block !== undefined && word !== 'if') return 'no';
  const found = directive.args.map((arg) => watch(arg.value));
  const inner = word === 'if' ? (scope?.entries.map((entry) => gate(entry, true, watch)) ?? []) : [];
  if (word === 'if' && scope !== undefined && scope.holes.length > 0) inner.push('maybe');
  const all = [...found, ...inner];
  return all.includes('yes') ? 'yes' : all.includes('maybe') ? 'maybe' : 'no';
}
