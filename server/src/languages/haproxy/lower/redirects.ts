/** Owns redirects that handshakes meet: rules that run before any back end is chosen. */
import type { HandshakeRedirect } from '../../../model/handshake.ts';
import type { WebSocketEvidence } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { namedPath, suspectPath } from '../../../model/websocket.ts';
import { insertBehind } from '../edits.ts';
import { type ProxySection, placeOf } from '../proxies.ts';
import { alwaysIn, conditionOf, statementsOf } from '../syntax/query.ts';
import { spanOfWords } from '../syntax/words.ts';
import { pathsOf, testsOfAll } from './acl.ts';
import { runsWithoutTls } from './answers.ts';
import { type RequestRule, requestRules } from './requests.ts';
import type { SourcedRoute } from './routes.ts';
import { isHttp } from './upgrade.ts';

type Socket = Exclude<WebSocketEvidence, { level: 'none' }>;

const HANDSHAKE = '{ hdr(Upgrade) -i websocket }';

/** `code 301 location /chat` in words; 302 is the default (manual, "redirect"). */
function targetOf({ statement }: RequestRule): { readonly status: number; readonly to: string } {
  const words = statement.words.map(({ value }) => value);
  const code = Number(words[words.indexOf('code') + 1]);
  const at = words.findIndex((word, i) => i > 0 && /^(?:location|prefix|scheme)$/.test(word));
  const to = at < 0 ? '' : (words[at + 1] ?? '');
  return { status: words.includes('code') && code > 0 ? code : 302, to: words[at] === 'scheme' ? `${to}://…` : to };
}

/** Lets handshakes pass: one condition more, where the others are not alternatives. */
function exempting({ statement }: RequestRule): HandshakeRedirect['offers'] {
  const last = statement.words[statement.words.length - 1];
  const condition = conditionOf(statement);
  const either = condition?.words.some(({ value }) => value === '||' || value === 'or') === true;
  if (last === undefined || (condition?.sign === 'if' && either)) return [];
  const words =
    condition === undefined ? `unless ${HANDSHAKE}` : condition.sign === 'if' ? `!${HANDSHAKE}` : `|| ${HANDSHAKE}`;
  return [
    {
      title: 'Let handshakes of WebSockets pass',
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => [{ file: statement.source.file, edits: [insertBehind(last, words)] }] },
    },
  ];
}

function redirectOf(rule: RequestRule, path: string, webSocket: Socket): HandshakeRedirect {
  const { statement } = rule;
  const end = statement.words.findIndex(({ value }) => value === 'if' || value === 'unless');
  return {
    path,
    webSocket,
    ...targetOf(rule),
    why: '`redirect` runs before a back end is chosen',
    place: placeOf(statement, spanOfWords(statement.words, 0, end < 0 ? statement.words.length : end)),
    related: [],
    offers: exempting(rule),
  };
}

/** Redirects of one path, where that is one of a WebSocket. */
function ofPath(rule: RequestRule, routes: readonly SourcedRoute[], named: readonly string[]): HandshakeRedirect[] {
  const tests = testsOfAll(rule.proxy, rule.statement);
  const [test, ...more] = tests ?? [];
  const condition = conditionOf(rule.statement)?.words ?? [];
  if (test === undefined || more.length > 0 || condition.some(({ value }) => value.startsWith('!'))) return [];
  return pathsOf(test).flatMap(({ path, how }): HandshakeRedirect[] => {
    if (how !== '' && how !== 'beg') return [];
    const socket = routes.find(({ route }) => route.webSocket.level === 'certain' && route.path === path);
    if (socket !== undefined) return [redirectOf(rule, path, socket.route.webSocket as Socket)];
    if (namedPath(path, named))
      return [redirectOf(rule, path, { level: 'certain', why: `the settings name \`${path}\`` })];
    const why = suspectPath(path);
    return why === undefined ? [] : [redirectOf(rule, path, { level: 'suspected', why })];
  });
}

/** Redirects that every handshake of a frontend meets; those to TLS are meant where it speaks TLS as well. */
function ofAll(rule: RequestRule, routes: readonly SourcedRoute[]): HandshakeRedirect[] {
  const speaksTls = statementsOf(rule.proxy.section, 'bind').some(({ words }) =>
    words.some(({ value, variable }, i) => i > 1 && (value === 'ssl' || variable)),
  );
  if (speaksTls && (!rule.always || targetOf(rule).to.startsWith('https:'))) return [];
  const sockets = routes.filter(({ route }) => route.webSocket.level === 'certain');
  const [first] = sockets;
  return first === undefined ? [] : [redirectOf(rule, first.route.path ?? '/', first.route.webSocket as Socket)];
}

export function redirectsOf(
  proxy: ProxySection,
  routes: readonly SourcedRoute[],
  named: readonly string[],
): Fact<readonly HandshakeRedirect[]> {
  if (isHttp(proxy) !== true) return unknown('it passes on bytes');
  const out: HandshakeRedirect[] = [];
  for (const rule of requestRules(proxy)) {
    // What is allowed, or left to a script, meets no further rule.
    if (/^(?:allow|lua\.|send-spoe)/.test(rule.action)) break;
    if (rule.action !== 'redirect' || rule.proxy.section !== rule.section || !alwaysIn(rule.section, rule.statement))
      continue;
    out.push(...(runsWithoutTls(rule) ? ofAll(rule, routes) : ofPath(rule, routes, named)));
    if (rule.always) break;
  }
  return known(out, { kind: 'written', place: placeOf(proxy.section.header) });
}
