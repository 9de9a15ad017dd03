/** Owns what a host answers without TLS, and which handshakes meet a redirect: `Redirect` and `RewriteRule`. */
import type { HandshakeRedirect } from '../../../model/handshake.ts';
import type { PlainAnswer } from '../../../model/listening.ts';
import { isWebSocket, type Listener, type Route } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { byFile } from '../realize/layout.ts';
import { openerPlace, own, placeOf, placeOfArgs, scopesBelow, values } from '../scope.ts';
import { decidedByFile } from './htaccess.ts';
import { mayRequireTls } from './managed.ts';
import { passesOf } from './passes.ts';
import {
  asksForUpgrade,
  type Condition,
  engineOf,
  handsOn,
  headerOf,
  inheritsRules,
  type Rewrite,
  rewritesIn,
} from './rewrites.ts';
import type { Server } from './servers.ts';

/** Patterns that every path matches. */
const EVERYTHING: ReadonlySet<string> = new Set([
  '^',
  '.*',
  '^.*',
  '^.*$',
  '(.*)',
  '^(.*)',
  '^(.*)$',
  '^/',
  '^/(.*)',
  '^/(.*)$',
  '^/?(.*)',
  '^/?(.*)$',
  '/',
  '/(.*)',
  '.',
  '^.',
]);
/** Paths that a certificate authority asks for in plain text (RFC 8555, 8.3). */
const PUBLIC = /well-known|acme/i;

/** Whether a condition only keeps a redirect from requests that come over TLS already, or from public paths. */
function isUsual({ test, pattern }: Condition): boolean {
  if (/^%\{(HTTPS|REQUEST_SCHEME|SERVER_PORT|HTTP:X-Forwarded-Proto)\}$/i.test(test)) return true;
  if (/^%\{REQUEST_URI\}$/i.test(test)) return pattern.startsWith('!') && PUBLIC.test(pattern);
  // Certbot writes one for each of the host's names.
  return /^%\{SERVER_NAME\}$/i.test(test) && /^=/.test(pattern);
}

const isRedirect = (rule: Rewrite): boolean =>
  [...rule.flags].some((flag) => flag === 'r' || flag === 'redirect') ||
  (/^\w+:\/\//.test(rule.target) && !handsOn(rule));

function toTls(rule: Rewrite): boolean {
  return isRedirect(rule) && /^https:\/\//i.test(rule.target);
}

const REDIRECTS = ['redirect', 'redirectpermanent', 'redirecttemp', 'redirectmatch'];

/** What requests for a host's names get without TLS. */
export function plainAnswerOf(server: Server, project: ApacheProject): Fact<PlainAnswer> {
  const { scope } = server;
  const [hole] = scope.holes;
  if (hole !== undefined) return unknown(hole.why);
  if (mayRequireTls(server.levels)) return unknown('mod_md may redirect it (`MDRequireHttps`)');
  const engine = engineOf(server);
  const rules = engine === false ? [] : rewritesIn(scope);
  const at = (place: Place, answer: PlainAnswer): Fact<PlainAnswer> => known(answer, { kind: 'written', place });
  if (inheritsRules(server)) return unknown('rules of the main server count as well');
  for (const rule of rules) {
    const place = placeOf(rule.entry);
    if (toTls(rule) && EVERYTHING.has(rule.pattern) && rule.conditions.every(isUsual)) return at(place, 'redirect');
    // A rule that ends nothing only changes the path.
    if (rule.target === '-' && !rule.flags.has('f') && !rule.flags.has('g')) continue;
    return unknown('a `RewriteRule` decides');
  }
  const passes = passesOf(server);
  if (passes.lines.length + passes.located.length > 0) {
    // `ProxyPass` counts before `Redirect` (seen with 2.4.69 and 2.4.71), so that each has some of the paths.
    return REDIRECTS.some((key) => own(scope, key).length > 0)
      ? unknown('`ProxyPass` has some of its paths, and `Redirect` others')
      : at(openerPlace(scope), 'pages');
  }
  for (const key of REDIRECTS) {
    for (const entry of own(scope, key)) {
      const words = values(entry).filter((word) => !/^(permanent|temp|seeother|gone|30\d|\d{3})$/i.test(word));
      const [from = '', to = ''] = words;
      const all = key === 'redirectmatch' ? EVERYTHING.has(from) || /well-known/.test(from) : from === '/';
      if (!/^https:\/\//i.test(to)) return unknown('where it redirects to is not known');
      if (all) return at(placeOf(entry), 'redirect');
      return unknown('a `Redirect` is for some of the paths');
    }
  }
  const other = scopesBelow(scope).find((one) =>
    ['redirect', 'redirectmatch', 'rewriterule', 'require', 'deny', 'sethandler', 'authtype'].some(
      (key) => one !== scope && own(one, key).some((entry) => !/^all granted$/i.test(values(entry).join(' '))),
    ),
  );
  if (other !== undefined) return unknown('a section of it decides');
  const decided = decidedByFile(server, project);
  if (decided !== undefined) return unknown(decided);
  return own(scope, 'documentroot').length > 0
    ? at(openerPlace(scope), 'pages')
    : unknown('where its pages are from is not written');
}

function statusOf({ flagText }: Rewrite): number {
  const code = /(?:^|,)\s*(?:R|redirect)\s*=\s*(\w+)/i.exec(flagText)?.[1];
  if (code === undefined) return 302;
  return code === 'permanent' ? 301 : code === 'seeother' ? 303 : /^\d+$/.test(code) ? Number(code) : 302;
}

/** Whether conditions let a rule through for the requests of a host: those for plain ones only where it has no others. */
function mayHold({ conditions }: Rewrite, isPlain: boolean): boolean {
  if (!conditions.every((one) => headerOf(one) === undefined && isUsual(one))) return false;
  // What stands in front may have taken the TLS off.
  if (conditions.some(({ test }) => /X-Forwarded/i.test(test))) return false;
  return isPlain || !conditions.some(({ test }) => /HTTPS|SCHEME|PORT/i.test(test));
}

/** Rules that send handshakes of a host's WebSockets somewhere else: they come before any `ProxyPass`. */
export function redirectsOf(
  server: Server,
  listeners: readonly Listener[],
  routes: readonly Route[],
): Fact<readonly HandshakeRedirect[]> {
  const origin = { kind: 'written' as const, place: openerPlace(server.scope) };
  if (engineOf(server) !== true) return known([], origin);
  const isPlain = listeners.length > 0 && listeners.every(({ tls }) => tls.known && !tls.value);
  const out: HandshakeRedirect[] = [];
  for (const rule of rewritesIn(server.scope)) {
    // A rule that hands handshakes on comes first for them.
    if (handsOn(rule) && (asksForUpgrade(rule) || /^wss?:/i.test(rule.target))) break;
    if (!isRedirect(rule)) continue;
    if (/^wss?:/i.test(rule.target)) {
      out.push({
        path: rule.pattern,
        webSocket: { level: 'certain', why: 'its scheme is that of WebSockets' },
        status: statusOf(rule),
        to: rule.target,
        why: '`RewriteRule` without `[P]` redirects to another address instead of handing requests on',
        place: placeOf(rule.entry),
        related: [],
        offers: [
          {
            title: 'Hand the requests on (`[P]`)',
            safety: 'behaviour',
            remedy: { kind: 'edit', edits: () => addProxyFlag(rule) },
          },
        ],
      });
      continue;
    }
    if (!EVERYTHING.has(rule.pattern) || !mayHold(rule, isPlain)) continue;
    for (const route of routes) {
      if (!isWebSocket(route) || route.path === undefined || route.upstream === rule.target) continue;
      out.push({
        path: route.path,
        webSocket: route.webSocket,
        status: statusOf(rule),
        to: rule.target,
        why: '`RewriteRule` redirects before any `ProxyPass` is looked at',
        place: route.place,
        related: [{ place: placeOf(rule.entry), message: 'this redirects all paths' }],
        offers: [],
      });
    }
  }
  return known(out, origin);
}

function addProxyFlag({ entry, flagText }: Rewrite) {
  const word = entry.directive.args[2];
  const { file } = entry;
  if (word === undefined) {
    const { span } = placeOfArgs(entry, 1, 1);
    return byFile([{ file, edit: { span: { start: span.end, end: span.end }, newText: ' [P]' } }]);
  }
  const kept = flagText
    .split(',')
    .map((flag) => flag.trim())
    .filter((flag) => flag !== '' && !/^(R|redirect)\b/i.test(flag));
  return byFile([{ file, edit: { span: word.span, newText: `[${['P', ...kept].join(',')}]` } }]);
}
