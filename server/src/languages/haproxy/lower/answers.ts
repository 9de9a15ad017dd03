/** Owns what a frontend answers: to requests without TLS, and with which `Strict-Transport-Security`. */
import { MANUAL } from '../../../facts/haproxy.ts';
import { HSTS_LEAST, HSTS_USUAL, type HstsGap } from '../../../model/hsts.ts';
import type { PlainAnswer, Traffic } from '../../../model/listening.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { type ProxySection, placeOf, sectionsOf } from '../proxies.ts';
import { conditionOf, statementsOf } from '../syntax/query.ts';
import { spanOfWords } from '../syntax/words.ts';
import { conditionText, mayEnd, type RequestRule, rejectsConnections, requestRules } from './requests.ts';
import { isHttp } from './upgrade.ts';

/** What the connections of a proxy carry. */
export function trafficOf(proxy: ProxySection): Fact<Traffic> {
  const http = isHttp(proxy);
  if (http === undefined) return unknown('the `mode` cannot be known');
  return known(http ? 'http' : 'stream', { kind: 'written', place: placeOf(proxy.section.header) });
}

/** Whether a rule runs for every request without TLS, whatever else it is: no condition, or that there is none. */
export function runsWithoutTls({ always, statement }: RequestRule): boolean {
  if (always) return true;
  const sign = conditionOf(statement)?.sign;
  const text = conditionText(statement);
  return sign === 'unless' ? /^\{ ssl_fc \}$/.test(text) : /^!\s?\{ ssl_fc \}$|^\{ ssl_fc (?:0|eq 0) \}$/.test(text);
}

/** Whether a rule sends clients to `https`. */
export function leadsToTls({ action, statement }: RequestRule): boolean {
  const words = statement.words.map(({ value }) => value);
  const scheme = words[words.indexOf('scheme') + 1];
  return action === 'redirect' && (scheme === 'https' || words.some((word) => word.startsWith('https://')));
}

/** What requests that come without TLS get; `routes` says whether there is any back end. */
export function plainAnswerOf(proxy: ProxySection, routes: number): Fact<PlainAnswer> {
  if (proxy.unclear !== undefined) return unknown(proxy.unclear);
  const place = placeOf(proxy.section.header);
  const origin: Origin = { kind: 'written', place };
  // What else is there then is not known: another section of the same name may do it with TLS.
  if (proxy.section.header.branch !== '') return unknown('the section stands in an `.if` block');
  if (rejectsConnections(proxy)) return unknown('connections may be rejected');
  for (const rule of requestRules(proxy)) {
    if (!mayEnd(rule)) continue;
    if (!runsWithoutTls(rule)) return unknown('what requests get differs');
    const at: Origin = { kind: 'written', place: placeOf(rule.statement) };
    if (leadsToTls(rule)) return known('redirect', at);
    return /^(?:deny|reject|tarpit|silent-drop)$/.test(rule.action)
      ? known('nothing', at)
      : unknown('what requests get is not known');
  }
  return known(routes > 0 ? 'pages' : 'nothing', origin);
}

const NEVER: Origin = { kind: 'default', versions: 'every version', source: `${MANUAL}#4.4` };
const HEADER = 'strict-transport-security';

/** Back ends may send the header themselves, so that only what is written here too short is known. */
export function hstsOf(proxy: ProxySection): Fact<readonly HstsGap[]> {
  const gaps = sectionsOf(proxy)
    .flatMap((section) => [...statementsOf(section, 'http-response'), ...statementsOf(section, 'http-after-response')])
    .flatMap((statement): HstsGap[] => {
      const { words } = statement;
      const [, action, name, value] = words;
      if (!/^(?:set|add)-header$/.test(action?.value ?? '') || name?.value.toLowerCase() !== HEADER) return [];
      const text = value?.value ?? '';
      const seconds = /(?:^|;)\s*max-age\s*=\s*"?(\d+)/i.exec(text)?.[1];
      // 0 takes the promise back, which somebody means.
      if (value === undefined || value.variable || text.includes('%') || seconds === undefined) return [];
      const age = Number(seconds);
      if (age === 0 || age >= HSTS_LEAST) return [];
      const days = Math.floor(age / 86_400);
      return [
        {
          kind: 'short',
          place: placeOf(statement, spanOfWords(words, 0, 4)),
          message: `\`Strict-Transport-Security\` holds for ${days === 1 ? 'a day' : `${days} days`} only; who comes back later may be led to plain HTTP again`,
          related: [],
          offers: [
            {
              title: 'Let it hold for two years',
              safety: 'behaviour',
              remedy: {
                kind: 'edit',
                edits: () => {
                  // Quotes around the whole shift the place by one; anything else inside is left to people.
                  const more = value.span.end - value.span.start - text.length;
                  if (more !== 0 && more !== 2) return undefined;
                  const start = value.span.start + more / 2 + text.indexOf(seconds);
                  return [
                    {
                      file: statement.source.file,
                      edits: [{ span: { start, end: start + seconds.length }, newText: `${HSTS_USUAL}` }],
                    },
                  ];
                },
              },
            },
          ],
        },
      ];
    });
  return known(gaps, NEVER);
}
