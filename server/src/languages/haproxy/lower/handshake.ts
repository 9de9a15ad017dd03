/** Owns what back ends see of requests: the Host, `Connection: upgrade` for ordinary ones, upgrades to other protocols, early data. */
import { EARLY_DATA_TOLD, EARLY_DATA_WAITED, H2C_DROPPED, H2C_PASSED, MANUAL } from '../../../facts/haproxy.ts';
import type { Handshake, SentHost } from '../../../model/handshake.ts';
import type { EarlyData } from '../../../model/listening.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import type { PathContext } from '../paths.ts';
import { originOf, type ProxySection, placeOf, sectionsOf } from '../proxies.ts';
import { alwaysIn, statementsOf } from '../syntax/query.ts';
import type { Statement } from '../syntax/tree.ts';
import { asksForWebSocket, sparesHandshakes, testsOf, testsOfAll } from './acl.ts';
import { filesOf } from './certificates.ts';
import { listOf } from './crt-lists.ts';
import { type RequestRule, requestRules } from './requests.ts';
import { isHttp } from './upgrade.ts';

/** Takes upgrades to other protocols out. */
export const ONLY_WEBSOCKET = 'http-request del-header Upgrade unless { req.hdr(Upgrade) -i websocket }';

const UNCHANGED: Origin = {
  kind: 'default',
  versions: 'every version',
  source: `${MANUAL}#4.2-http-request%20set-header`,
};
/** A header's value that is what the client sent. */
const CLIENTS = /^%\[(?:req\.)?f?hdr\(host\)\]$/i;

type Touched = 'host' | 'connection' | 'upgrade';

/** What a rule may change: a header of these, or everything, as scripts and agents do. */
function touched({ action, statement }: RequestRule): Touched | 'all' | undefined {
  if (/^(?:lua\.|send-spoe|set-uri|replace-uri)/.test(action)) return 'all';
  if (!/^(?:set|add|del|replace)-(?:header|value)$/.test(action)) return undefined;
  const [, , name, next] = statement.words;
  if (name === undefined) return undefined;
  if (name.variable || (action === 'del-header' && next?.value === '-m')) return 'all';
  const header = name.value.toLowerCase();
  return header === 'host' || header === 'connection' || header === 'upgrade' ? header : undefined;
}

const relevant = new WeakMap<ProxySection, readonly RequestRule[]>();

function rulesOf(proxy: ProxySection): readonly RequestRule[] {
  let rules = relevant.get(proxy);
  if (rules === undefined) {
    rules = requestRules(proxy).filter((rule) => touched(rule) !== undefined || forwardsHost(rule));
    relevant.set(proxy, rules);
  }
  return rules;
}

/** The header by which a rule hands the client's Host on. */
function forwardsHost({ action, statement: { words } }: RequestRule): boolean {
  const isCopy = action === 'set-header' && CLIENTS.test(words[3]?.value ?? '');
  return isCopy && /^x-(?:forwarded|original)-host$/i.test(words[2]?.value ?? '');
}

const lineOf = ({ statement }: RequestRule): string =>
  statement.words
    .slice(0, 3)
    .map(({ value }) => value)
    .join(' ');

const originOfRule = ({ proxy, section, statement }: RequestRule): Origin => originOf(proxy, section, statement.span);

/** A name that is for everybody: another site, which may need to hear it. */
const isPublicName = (host: string): boolean =>
  /^[\w-]+(\.[\w-]+)*\.[a-z][\w-]*$/i.test(host) && !/\.(local|internal|lan|localdomain|localhost)$/i.test(host);

function hostSent(proxies: readonly ProxySection[], rules: readonly RequestRule[]): Fact<SentHost> {
  let host: Fact<SentHost> = known({ kind: 'client', text: "the client's Host", otherSite: false }, UNCHANGED);
  for (const rule of rules) {
    const what = touched(rule);
    if (what !== 'host' && what !== 'all') continue;
    const value = rule.statement.words[3];
    const isPlain = rule.action === 'set-header' && rule.always && value?.variable === false;
    if (!isPlain || what === 'all') host = unknown(`\`${lineOf(rule)}\` may decide it for each request`);
    else if (CLIENTS.test(value.value))
      host = known({ kind: 'client', text: value.value, otherSite: false }, originOfRule(rule));
    else if (value.value.includes('%')) host = unknown(`\`${lineOf(rule)}\` decides it for each request`);
    else {
      const otherSite = isPublicName(value.value.replace(/:\d+$/, ''));
      const forward = rules.find(forwardsHost)?.statement.words[2]?.value;
      const forwardedAs = forward === undefined ? {} : { forwardedAs: forward };
      host = known({ kind: 'fixed', text: value.value, otherSite, ...forwardedAs }, originOfRule(rule));
    }
  }
  const named = proxies.some((proxy) =>
    sectionsOf(proxy).some((one) => statementsOf(one, 'http-send-name-header').length > 0),
  );
  return named ? unknown('`http-send-name-header` may write it') : host;
}

/** Whether the condition of a rule is that the request is a handshake. */
function isForHandshakes(rule: RequestRule): boolean {
  const tests = testsOf(rule.proxy, rule.statement);
  return tests.length > 0 && tests.every(asksForWebSocket);
}

/** Rules that ask for an upgrade whatever the client asks for (seen with 2.6, 3.0 and 3.2). */
export function askingRules(rules: readonly RequestRule[]): RequestRule[] {
  return rules.filter(
    (rule) =>
      rule.always &&
      /^(?:set|add)-header$/.test(rule.action) &&
      ((touched(rule) === 'connection' && /(^|,)\s*upgrade\s*(,|$)/i.test(rule.statement.words[3]?.value ?? '')) ||
        (touched(rule) === 'upgrade' && /^websocket$/i.test(rule.statement.words[3]?.value ?? ''))),
  );
}

function alwaysAsks(rules: readonly RequestRule[], place: Origin): Fact<boolean> {
  let asks: Fact<boolean> = known(false, place);
  for (const rule of rules) {
    const what = touched(rule);
    if ((what !== 'connection' && what !== 'all') || isForHandshakes(rule)) continue;
    const value = rule.statement.words[3];
    const isPlain = rule.always && what === 'connection' && value?.variable !== true && !value?.value.includes('%');
    asks =
      !isPlain || !/^(?:set|add|del)-header$/.test(rule.action)
        ? unknown(`\`${lineOf(rule)}\` may decide it for each request`)
        : known(
            askingRules([rule]).length > 0 || (rule.action === 'add-header' && asks.known && asks.value),
            originOfRule(rule),
          );
  }
  return asks;
}

function anyProtocol(rules: readonly RequestRule[], target: Target, place: Origin): Fact<boolean> {
  for (const rule of rules) {
    const what = touched(rule);
    if (what !== 'upgrade' && what !== 'all') continue;
    const isGate = rule.action === 'del-header' && sparesHandshakes(rule.statement);
    if (isGate && alwaysIn(rule.section, rule.statement)) return known(false, originOfRule(rule));
    return unknown(`\`${lineOf(rule)}\` may decide it for each request`);
  }
  if (atLeast(target, 'haproxy', H2C_DROPPED) === true) return known(false, place);
  return atLeast(target, 'haproxy', H2C_PASSED) === false
    ? known(true, place)
    : unknown(`whether HAProxy is older than ${H2C_PASSED} is not known`);
}

/** The rules over the headers of a route, in the order in which they run. */
export function headerRules(frontend: ProxySection, backend: ProxySection): readonly RequestRule[] {
  return frontend === backend ? rulesOf(frontend) : [...rulesOf(frontend), ...rulesOf(backend)];
}

/** `lines` are those that lead to the back end; none for a `listen` section. */
export function handshakeOf(
  frontend: ProxySection,
  backend: ProxySection | undefined,
  lines: readonly Statement[],
  target: Target,
): Pick<Handshake, 'host' | 'alwaysAsks' | 'anyProtocol'> {
  const all = (why: string) => ({ host: unknown(why), alwaysAsks: unknown(why), anyProtocol: unknown(why) });
  if (backend === undefined) return all('the back end is in none of the files seen');
  const proxies = frontend === backend ? [frontend] : [frontend, backend];
  const hidden = proxies.find(({ unclear }) => unclear !== undefined)?.unclear;
  if (hidden !== undefined) return all(hidden);
  if (!proxies.every((proxy) => isHttp(proxy) === true)) return all('it passes on bytes');
  if (proxies.some((proxy) => sectionsOf(proxy).some((section) => statementsOf(section, 'filter').length > 0)))
    return all('a `filter` may change requests');
  const rules = headerRules(frontend, backend);
  const onlyHandshakes = (line: Statement) => testsOfAll(frontend, line)?.some(asksForWebSocket) === true;
  const place: Origin = { kind: 'written', place: placeOf(frontend.section.header) };
  return {
    host: hostSent(proxies, rules),
    // Where nothing but handshakes arrive, nothing else asks.
    alwaysAsks: lines.length > 0 && lines.every(onlyHandshakes) ? known(false, place) : alwaysAsks(rules, place),
    anyProtocol: anyProtocol(rules, target, UNCHANGED),
  };
}

const WAITS: Origin = {
  kind: 'default',
  versions: `HAProxy before ${EARLY_DATA_WAITED}`,
  source: `${MANUAL}#5.1-allow-0rtt`,
};
const TELLS: Origin = {
  kind: 'default',
  versions: `HAProxy ${EARLY_DATA_TOLD} and newer`,
  source: `${MANUAL}#5.1-allow-0rtt`,
};

/**
 * What becomes of early data that is taken: older versions wait with a request until the handshake is done, newer ones hand it on with
 * `Early-Data: 1`, which no rule takes away again (seen with 2.6, 3.0 and 3.2).
 */
function taken(frontend: ProxySection, target: Target): Fact<EarlyData> {
  if (isHttp(frontend) !== true || frontend.unclear !== undefined) return unknown('it passes on bytes');
  const wait = requestRules(frontend).find(({ action, always }) => action === 'wait-for-handshake' && always);
  if (wait !== undefined) return known('none', { kind: 'written', place: placeOf(wait.statement) });
  if (atLeast(target, 'haproxy', EARLY_DATA_WAITED) === false) return known('none', WAITS);
  return atLeast(target, 'haproxy', EARLY_DATA_TOLD) === true
    ? known('told', TELLS)
    : unknown('whether HAProxy waits with a request until the handshake is done is not known');
}

/** Early data is taken with `allow-0rtt` only, on a `bind` line or on a line of a `crt-list`. */
export function earlyDataOf(frontend: ProxySection, context: PathContext): Fact<EarlyData> {
  const place = placeOf(frontend.section.header);
  for (const bind of statementsOf(frontend.section, 'bind')) {
    if (bind.words.some(({ variable }, i) => i > 1 && variable))
      return unknown('the environment decides a part of a `bind` line');
    const lists = filesOf(bind, context)
      .filter(({ setting }) => setting === 'crt-list')
      .map((named) => listOf(named, context));
    if (lists.includes(undefined)) return unknown('`crt-list` may allow it for each certificate');
    const settings = lists.flatMap((list) => list?.entries.flatMap((entry) => entry.settings) ?? []);
    const [own, listed] = [bind.words, settings].map((words) => words.some(({ value }) => value === 'allow-0rtt'));
    const fate = own || listed ? taken(frontend, context.environment.target) : undefined;
    // A line of a list alone was not seen to let early data in.
    if (fate?.known === true && fate.value === 'told' && !own)
      return unknown('`crt-list` may allow it for each certificate');
    if (fate !== undefined) return fate;
  }
  return known('none', { kind: 'written', place });
}
