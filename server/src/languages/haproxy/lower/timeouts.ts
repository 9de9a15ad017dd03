/** Owns how long a silent tunnel lives: `timeout tunnel`, or the shorter of `timeout client` and `timeout server`. */
import { NO_TIMEOUT } from '../../../facts/haproxy.ts';
import type { IdleLimit } from '../../../model/model.ts';
import { type Fact, type Known, known, type Origin, unknown } from '../../../model/origin.ts';
import { find, originOf, type ProxySection, sectionsOf, titleOf } from '../proxies.ts';
import { statementsOf } from '../syntax/query.ts';
import type { Section, Statement } from '../syntax/tree.ts';
import { parseTime, timeInWords } from './time.ts';

export type Timeout =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'set';
      readonly seconds: Known<number>;
      /** `timeout client` 50000 (50s) */
      readonly words: string;
      readonly section: Section;
      readonly statement: Statement;
    };

/** The timeout of that name in effect for a proxy. */
export function timeoutOf(proxy: ProxySection, name: string): Timeout {
  const found = find(proxy, 'timeout', ({ words }) => words[1]?.value === name);
  if (found.kind !== 'found') return found;
  const { statement, section } = found;
  const value = statement.words[2];
  if (value === undefined) return { kind: 'unknown', why: `\`timeout ${name}\` has no value` };
  if (value.variable) return { kind: 'unknown', why: `\`timeout ${name}\` comes from the environment` };
  const time = parseTime(value.value);
  if (time === undefined || !time.ok)
    return { kind: 'unknown', why: `\`timeout ${name}\` has a value that HAProxy may refuse` };
  return {
    kind: 'set',
    seconds: known(time.seconds, originOf(proxy, section, statement.span)),
    words: `\`timeout ${name}\` ${timeInWords(value.value)}`,
    section,
    statement,
  };
}

const setting = new WeakMap<ProxySection, boolean>();

/** Whether a rule sets one of the timeouts for each request by itself. */
function setsTimeouts(proxy: ProxySection): boolean {
  let sets = setting.get(proxy);
  if (sets === undefined) {
    sets = sectionsOf(proxy)
      .flatMap((section) => [...statementsOf(section, 'http-request'), ...statementsOf(section, 'http-response')])
      .some(({ words }) => words[1]?.value === 'set-timeout' && /^(tunnel|client|server)$/.test(words[2]?.value ?? ''));
    setting.set(proxy, sets);
  }
  return sets;
}

const part = (setting: string, { seconds }: { readonly seconds: Known<number> }) => ({ setting, seconds });
const smaller = (a: Known<number>, b: Known<number>) => (b.value < a.value ? b : a);

/** Why `timeout tunnel` has no part in the limit, with a word about one that somebody meant to have. */
function withoutTunnel(frontend: ProxySection, tunnel: Timeout): string {
  // Zero is HAProxy's "not set" (TICK_ETERNITY), and a stream then keeps its other timeouts (src/stream.c).
  if (tunnel.kind === 'set') return 'because `timeout tunnel` 0 counts as none';
  const ignored =
    frontend.kind === 'frontend' &&
    statementsOf(frontend.section, 'timeout').some(({ words }) => words[1]?.value === 'tunnel');
  return ignored
    ? `because HAProxy ignores \`timeout tunnel\` in \`${titleOf(frontend.section)}\`: it belongs to the back end`
    : 'because there is no `timeout tunnel`';
}

/**
 * Silence until a tunnel from `frontend` to `backend` closes (manual, "timeout tunnel": it "supersedes both the client and
 * server timeouts"; seen with 2.6 and 3.2). A `listen` section is both.
 */
export function idleLimit(frontend: ProxySection, backend: ProxySection): Fact<IdleLimit> {
  if (setsTimeouts(frontend) || setsTimeouts(backend)) return unknown('`set-timeout` decides it for each request');
  const limit = (seconds: Known<number>, formula: string, parts: IdleLimit['parts']): Fact<IdleLimit> =>
    known({ seconds: seconds.value, silence: 'of silence', formula, parts }, seconds.origin);

  const tunnel = timeoutOf(backend, 'tunnel');
  if (tunnel.kind === 'unknown') return unknown(tunnel.why);
  if (tunnel.kind === 'set' && tunnel.seconds.value !== Number.POSITIVE_INFINITY)
    return limit(tunnel.seconds, tunnel.words, [part('timeout tunnel', tunnel)]);

  const client = timeoutOf(frontend, 'client');
  const server = timeoutOf(backend, 'server');
  if (client.kind === 'unknown') return unknown(client.why);
  if (server.kind === 'unknown') return unknown(server.why);
  const because = withoutTunnel(frontend, tunnel);
  if (client.kind === 'set' && server.kind === 'set') {
    return limit(
      smaller(client.seconds, server.seconds),
      `the smaller of ${client.words} and ${server.words}, ${because}`,
      [part('timeout client', client), part('timeout server', server)],
    );
  }
  if (client.kind === 'set')
    return limit(client.seconds, `${client.words}, ${because}, and no \`timeout server\` either`, [
      part('timeout client', client),
    ]);
  if (server.kind === 'set')
    return limit(server.seconds, `${server.words}, ${because}, and no \`timeout client\` either`, [
      part('timeout server', server),
    ]);
  const never: Origin = NO_TIMEOUT;
  return limit(
    known(Number.POSITIVE_INFINITY, never),
    'no `timeout tunnel`, `timeout client` or `timeout server` is set',
    [],
  );
}
