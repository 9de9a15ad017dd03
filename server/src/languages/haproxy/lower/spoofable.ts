/** Owns headers that tell a back end who the client is, and requests for which nothing overwrites what the client wrote there. */
import type { SpoofableIdentity } from '../../../model/client-certificates.ts';
import { type ProxySection, placeOf, titleOf } from '../proxies.ts';
import { addRules } from '../realize/rules.ts';
import { alwaysIn, conditionOf, statementsOf } from '../syntax/query.ts';
import type { Source, Whole } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';
import { leadsToTls, runsWithoutTls } from './answers.ts';
import { isBehindProxy, isLocalBind } from './listeners.ts';
import { conditionText, mayEnd, type RequestRule, rejectsConnections, requestRules } from './requests.ts';
import type { SourcedRoute } from './routes.ts';
import { isHttp } from './upgrade.ts';

const IDENTITY = /\bssl_(?:c_\w+|fc_has_crt)/;

/** A rule that writes what the client's certificate says into a header of the request. */
interface Told {
  readonly rule: RequestRule;
  readonly header: string;
}

function toldBy(rule: RequestRule): Told | undefined {
  const [, , header, value] = rule.statement.words;
  if (!/^(?:set|add)-header$/.test(rule.action) || header === undefined || header.variable) return undefined;
  return value !== undefined && IDENTITY.test(value.value) ? { rule, header: header.value } : undefined;
}

/** Whether a rule takes a header of clients away, or overwrites it; by a pattern it may. */
function overwrites({ action, statement }: RequestRule, header: string): boolean {
  const [, , name, next] = statement.words;
  if (action === 'del-header' && next?.value === '-m') return true;
  if (!/^(?:set-header|del-header|replace-header|replace-value)$/.test(action)) return action.startsWith('lua.');
  return name?.variable === true || name?.value.toLowerCase() === header.toLowerCase();
}

/** Whether all connections of a proxy are TLS, with a certificate that was verified. */
function allVerified({ section }: ProxySection): boolean {
  return statementsOf(section, 'bind').every(({ words }) => {
    const at = words.findIndex(({ value }) => value === 'verify');
    return words[at + 1]?.value === 'required' && words.some(({ value }) => value === 'ssl');
  });
}

function allTls({ section }: ProxySection): boolean {
  return statementsOf(section, 'bind').every(({ words }) => words.some(({ value }, i) => i > 1 && value === 'ssl'));
}

/** Whether the condition of a line holds wherever clients get: TLS where there is nothing else, certificates where they are required. */
function alwaysTrue({ proxy, statement }: RequestRule): boolean {
  const condition = conditionOf(statement);
  if (condition?.sign !== 'if') return false;
  const text = conditionText(statement);
  if (text === '{ ssl_fc }') return allTls(proxy) || requestRules(proxy).some(isForPlain);
  return /^\{ ssl_(?:c_used|fc_has_crt)(?: 1)? \}$/.test(text) && allVerified(proxy);
}

/** Whether clients get to a proxy themselves: a local listener, or one behind another proxy, is theirs to guard. */
function isOpen({ section }: ProxySection): boolean {
  const binds = statementsOf(section, 'bind');
  return (
    binds.length > 0 &&
    binds.some((bind) => bind.words[1]?.variable === false && !isLocalBind(bind) && !isBehindProxy(bind))
  );
}

/** Names in a condition are ACLs, which may ask anything. */
function asksOfTransport(condition: string): boolean {
  const names = condition.replace(/\{[^}]*\}/g, '').match(/[A-Za-z]/);
  return names !== null || /\b(?:ssl_|dst|src|so_id|fc_|var\()/.test(condition);
}

/** A rule that takes requests without TLS to `https`, and no others. */
const isForPlain = (rule: RequestRule): boolean => !rule.always && leadsToTls(rule) && runsWithoutTls(rule);

/** Whether requests without a good certificate may be turned away before they come to a back end. */
function mayTurnAway(proxy: ProxySection, passes: (rule: RequestRule) => boolean = () => false): boolean {
  if (rejectsConnections(proxy)) return true;
  return requestRules(proxy).some((rule) => {
    const condition = conditionText(rule.statement);
    return mayEnd(rule) && !passes(rule) && (condition === '' || asksOfTransport(condition));
  });
}

/** A header that is set under a condition, or added to what the client wrote. */
function conditionalGaps(proxy: ProxySection, whole: Whole): SpoofableIdentity[] {
  const rules = requestRules(proxy);
  const found = new Map<string, Told>();
  for (const rule of rules) {
    const told = toldBy(rule);
    if (told === undefined || !alwaysIn(rule.section, rule.statement)) continue;
    const adds = rule.action === 'add-header';
    if (!adds && (rule.always || alwaysTrue(rule))) continue;
    const others = rules.filter((other) => other !== rule && overwrites(other, told.header));
    if (others.length > 0 || found.has(told.header.toLowerCase())) continue;
    found.set(told.header.toLowerCase(), told);
  }
  return [...found.values()].map(({ rule, header }): SpoofableIdentity => {
    const { words } = rule.statement;
    const line = words
      .slice(0, 3)
      .map(({ value }) => value)
      .join(' ');
    const when = [conditionOf(rule.statement)?.sign, conditionText(rule.statement)].join(' ').trim();
    const why =
      rule.action === 'add-header'
        ? 'adds to what is there, and what the client wrote comes first'
        : `runs only \`${when}\`, and otherwise nothing overwrites the header`;
    return {
      place: placeOf(rule.statement, spanOfWords(words, 0, 3)),
      headers: [header],
      message: `A client that sends \`${header}\` itself is believed: \`${line}\` ${why}`,
      related: [],
      offers: [
        {
          title: `Delete \`${header}\` of clients first`,
          safety: 'safe',
          remedy: { kind: 'edit', edits: () => addRules(proxy, whole, [`http-request del-header ${header}`]) },
        },
      ],
    };
  });
}

/** Another frontend of the same back end, which leaves the header to its clients. */
function frontendGaps(routes: readonly SourcedRoute[], whole: Whole): SpoofableIdentity[] {
  const byBackend = new Map<ProxySection, SourcedRoute[]>();
  for (const route of routes) {
    if (route.backend === undefined || isHttp(route.frontend) !== true || isHttp(route.backend) !== true) continue;
    const same = byBackend.get(route.backend);
    if (same === undefined) byBackend.set(route.backend, [route]);
    else same.push(route);
  }
  return [...byBackend].flatMap(([backend, ways]) => {
    const told = ways.flatMap(({ frontend }) => requestRules(frontend).flatMap((rule) => toldBy(rule) ?? []));
    if (told.length === 0) return [];
    return ways.flatMap((way): SpoofableIdentity[] => {
      const { frontend, route } = way;
      const own = [...requestRules(frontend), ...requestRules(backend)];
      if (!isOpen(frontend) || mayTurnAway(frontend) || mayTurnAway(backend)) return [];
      const missing = told.filter(
        ({ rule, header }) =>
          rule.proxy !== frontend && !own.some((one) => overwrites(one, header) || toldBy(one)?.header === header),
      );
      const headers = [...new Map(missing.map((one) => [one.header.toLowerCase(), one])).values()];
      const [first] = headers;
      if (first === undefined) return [];
      const names = headers.map(({ header }) => header);
      const quoted = names.map((name) => `\`${name}\``).join(', ');
      const [these, them] = names.length === 1 ? ['this header', 'it'] : ['these headers', 'them'];
      return [
        {
          place: route.place,
          headers: names,
          message: `A client that sends ${quoted} itself is believed: \`${titleOf(first.rule.proxy.section)}\` tells the same back end by ${these} who the client is, and \`${titleOf(frontend.section)}\` does not overwrite ${them}`,
          related: headers.map(({ rule }) => ({
            place: placeOf(rule.statement),
            message: 'set here from the certificate',
          })),
          offers: [
            {
              title: `Delete ${quoted} of clients first`,
              safety: 'safe',
              remedy: {
                kind: 'edit',
                edits: () =>
                  addRules(
                    frontend,
                    whole,
                    names.map((name) => `http-request del-header ${name}`),
                  ),
              },
            },
          ],
        },
      ];
    });
  });
}

export function spoofableOf(
  fronts: readonly ProxySection[],
  routes: readonly SourcedRoute[],
  whole: Whole,
  sources: readonly Source[],
): SpoofableIdentity[] {
  // Cheap, and true of most configurations: nobody is told of client certificates.
  if (!sources.some(({ text }) => IDENTITY.test(text))) return [];
  const own = fronts
    .filter(
      (proxy) =>
        isHttp(proxy) === true && proxy.unclear === undefined && isOpen(proxy) && !mayTurnAway(proxy, isForPlain),
    )
    .flatMap((proxy) => conditionalGaps(proxy, whole));
  return [...own, ...frontendGaps(routes, whole)];
}
