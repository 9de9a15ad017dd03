/** Owns what a server answers without TLS: pages, only a redirect to https, or nothing. */
import type { PlainAnswer } from '../../../model/listening.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { rememberedTest } from '../../../text/names.ts';
import {
  type Entry,
  nearest,
  oncePerScope,
  openerPlace,
  own,
  placeOfWords,
  type Scope,
  scopesBelow,
  value,
} from '../scope.ts';

type Verdict = Fact<PlainAnswer>;

/**
 * Code and modules that may answer or redirect by rules that are not evaluated. A password is no such rule: who has one gets
 * the pages, and sends it in plain text.
 */
const isUnjudged = rememberedTest(/_by_lua|^js_|^perl|^auth_(?!basic|delay)|^modsecurity|^app_protect/);

/** A path that a certificate authority asks for in plain text (RFC 8555, 8.3), and others that stay so by custom. */
const PUBLIC = /well-known|acme|robots\\?\.txt|favicon/;
/** Regular expressions that every path matches. */
const EVERYTHING = new Set([
  '^',
  '.*',
  '^.*',
  '^.*$',
  '(.*)',
  '^(.*)',
  '^(.*)$',
  '^/',
  '^/.*',
  '^/(.*)',
  '^/(.*)$',
  '/',
]);

/** Whether a location is for files that have to be had in plain text. */
export function isPublic({ name, opener }: Scope): boolean {
  return name === 'location' && opener?.directive.wording.values.some((value) => PUBLIC.test(value)) === true;
}

function at(place: Place, answer: PlainAnswer): Verdict {
  return known(answer, { kind: 'written', place });
}

/** The `error_page` lines that count for a block; undefined where they cannot be seen. */
function errorPages(scope: Scope): readonly Entry[] | undefined {
  const found = nearest(scope, 'error_page');
  if (found.kind === 'hidden') return undefined;
  return found.kind === 'found' ? found.entries : [];
}

function mayBeReplaced(code: string, scope: Scope): boolean {
  const pages = errorPages(scope);
  return pages === undefined || pages.some(({ directive }) => directive.wording.values.includes(code));
}

/** Errors that there are with TLS only: of the certificate, and plain HTTP on a listener with TLS. */
const OF_TLS = /^49[567]$/;

/** Whether an error is answered by a redirect, to TLS perhaps: then paths with no page may be for that. */
function redirectsErrors({ directive }: Entry): boolean {
  const { values } = directive.wording;
  const codes = values.filter((value) => /^\d+$/.test(value));
  if (codes.length > 0 && codes.every((code) => OF_TLS.test(code))) return false;
  return values.some((value) => /^(?:https?:|\$|=3\d\d$)/i.test(value));
}

/** What a `return` gives: `return 301 https://…`, `return https://…`, `return 444`. */
function returned(entry: Entry, scope: Scope): Verdict {
  const place = placeOfWords(entry);
  const [code = '', text] = entry.directive.wording.values;
  if (mayBeReplaced(code, scope)) return unknown('`error_page` may answer instead');
  const address = text ?? code;
  if (/^https:/i.test(address)) return at(place, 'redirect');
  if (/^http:/i.test(address)) return unknown('it redirects to another site');
  if (/^(4\d\d|5\d\d)$/.test(code)) return at(place, 'nothing');
  return /^2\d\d$/.test(code) ? at(place, 'pages') : unknown('where `return` leads is not known');
}

/** What the block itself says before any location is looked for; undefined when it says nothing. */
function ownAnswer(scope: Scope): Verdict | undefined {
  if (scope.holes.length > 0) return unknown(scope.holes[0]?.why ?? 'a part of it cannot be seen');
  const [internal] = own(scope, 'internal');
  // Whoever asks for it himself gets a 404.
  if (internal !== undefined && !mayBeReplaced('404', scope)) return at(placeOfWords(internal), 'nothing');
  if (internal !== undefined) return unknown('`error_page` may answer instead');
  let condition = false;
  for (const entry of scope.entries) {
    const word = entry.directive.wording.name;
    if (isUnjudged(word) || (word === 'limit_except' && !letsGetThrough(entry)))
      return unknown(`\`${word}\` may answer as well`);
    // Conditions usually are what redirects; which requests they hold for is not evaluated.
    if (word === 'if') condition = true;
    if (word !== 'return' && word !== 'rewrite') continue;
    if (condition) return unknown('a condition decides');
    if (word === 'return') return returned(entry, scope);
    if (!/^https:/i.test(value(entry, 1) ?? '')) return unknown('`rewrite` changes the path');
    if (EVERYTHING.has(value(entry) ?? '')) return at(placeOfWords(entry), 'redirect');
    return unknown('`rewrite` redirects some of the paths');
  }
  if (condition) return unknown('a condition decides');
  const denies = own(scope, 'deny').find((entry) => value(entry) === 'all');
  if (denies !== undefined) return unknown('access is limited');
  const pages = errorPages(scope);
  return pages === undefined || pages.some(redirectsErrors) ? unknown('`error_page` may redirect') : undefined;
}

/** GET includes HEAD (docs, limit_except). */
function letsGetThrough({ directive }: Entry): boolean {
  return directive.wording.values.some((value) => value.toUpperCase() === 'GET');
}

/** What a level outside of servers says to all of them. */
const levelSays = oncePerScope((level): string | undefined => {
  const entry = level.entries.find(({ directive }) => isUnjudged(directive.wording.name));
  const hole = level.holes.find((one) => one.couldHold('rewrite_by_lua_block'));
  return entry === undefined ? hole?.why : `\`${entry.directive.wording.name}\` may answer as well`;
});

function inherited(server: Scope): string | undefined {
  for (let level = server.parent; level !== undefined; level = level.parent) {
    const why = levelSays(level);
    if (why !== undefined) return why;
  }
  return undefined;
}

/**
 * What requests for a server's names get without TLS. Everything in the way has to be seen: one location with pages is
 * enough for `pages`, `redirect` and `nothing` hold for all of them.
 */
export function plainAnswerOf(server: Scope): Verdict {
  const mine = ownAnswer(server);
  if (mine !== undefined) return mine;
  const outside = inherited(server);
  if (outside !== undefined) return unknown(outside);
  const locations = scopesBelow(server).filter(
    (scope) =>
      scope.name === 'location' &&
      !isPublic(scope) &&
      !scope.opener?.directive.args.some((arg) => arg.value.startsWith('@')),
  );
  const verdicts = locations.map((scope) => ownAnswer(scope) ?? at(openerPlace(scope), 'pages'));
  const pages = verdicts.find((one) => one.known && one.value === 'pages');
  if (pages !== undefined) return pages;
  const dark = verdicts.find((one) => !one.known);
  if (dark !== undefined) return dark;
  const catchAll = locations.find(
    ({ opener }) => opener?.directive.wording.values.length === 1 && opener.directive.wording.values[0] === '/',
  );
  // What no location takes, the server answers from its folder.
  if (catchAll === undefined) return at(openerPlace(server), 'pages');
  return (
    verdicts.find((one) => one.known && one.value === 'redirect') ?? verdicts[0] ?? at(openerPlace(server), 'pages')
  );
}
