/** Owns what Caddy refuses at a `reverse_proxy`: addresses, times, and lines of other products (modules/caddyhttp/reverseproxy/caddyfile.go, addresses.go). */
import { hasStreamOptions, STREAMS_SINCE } from '../../../facts/caddy.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { byFile, removeLines, replaceArg } from '../realize/layout.ts';
import { type Entry, isUnknown, own, placeOf, placeOfArg } from '../scope.ts';
import { transportOf, type Upstream, upstreamsOf } from './proxies.ts';
import { parseDuration } from './time.ts';

/** Lines of Caddy 1 and of nginx that people bring along, and what is to be said of them. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['websocket', 'Caddy 2 passes WebSockets on by itself'],
  ['transparent', "Caddy 2 passes the Host and the client's address on by itself"],
  ['header_upstream', '`header_up` took its place'],
  ['header_downstream', '`header_down` took its place'],
  ['insecure_skip_verify', '`tls_insecure_skip_verify` in `transport http` took its place'],
  ['proxy_set_header', "it is nginx's; `header_up` sets headers here"],
  ['proxy_pass', "it is nginx's; the back end stands behind `reverse_proxy`"],
  ['proxy_http_version', "it is nginx's, and nothing has to be said here"],
  ['proxy_read_timeout', "it is nginx's; `read_timeout` in `transport http` is like it"],
]);

/** These change nothing when they go. */
const NEEDLESS: ReadonlySet<string> = new Set(['websocket', 'transparent', 'proxy_http_version']);

function foreignLine(entry: Entry, proxy: Entry): ConfigProblem | undefined {
  const advice = FOREIGN.get(entry.name);
  if (advice === undefined) return undefined;
  const problem: ConfigProblem = {
    rule: 'config-syntax',
    place: placeOf(entry),
    message: `\`${entry.name}\` is no line of \`reverse_proxy\`, and Caddy refuses it (unrecognized subdirective): ${advice}`,
  };
  if (!NEEDLESS.has(entry.name)) return problem;
  const remedy = { kind: 'edit' as const, edits: () => byFile(removeLines(proxy, [entry])) };
  return { ...problem, offers: [{ title: 'Take the line out', safety: 'safe', remedy }] };
}

function addressFault({ arg, entry }: Upstream): ConfigProblem | undefined {
  const { value } = arg;
  if (isUnknown(value) || value.includes('{')) return undefined;
  const [, scheme, port, rest] = /^(\w[\w+]*):\/\/(?:\[[^\]]*\]|[^:/?#]*)(?::(\d+))?(.*)$/.exec(value) ?? [];
  if (scheme === undefined) return undefined;
  const index = entry.args.indexOf(arg);
  const place = placeOfArg(entry, index);
  const refused = (message: string): ConfigProblem => ({ rule: 'config-syntax', place, message });
  if (rest !== undefined && rest !== '')
    return refused(
      `\`${rest}\` has no place in the address of a back end: Caddy refuses all but scheme, host and port; \`rewrite\` changes the path`,
    );
  if (scheme === 'https' && port === '80')
    return refused('`https` to port 80 is refused by Caddy: scheme and port are in conflict');
  if (scheme === 'http' && port === '443')
    return refused('`http` to port 443 is refused by Caddy: scheme and port are in conflict');
  return undefined;
}

/** Schemes of browsers: 2.6 takes them for plain HTTP, 2.11 refuses them. */
function schemeFault({ arg, entry }: Upstream, target: Target): ConfigProblem | undefined {
  if (atLeast(target, 'caddy', '2.11') !== true) return undefined;
  const scheme = /^(wss?):\/\//i.exec(arg.value)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  const index = entry.args.indexOf(arg);
  const other = scheme === 'wss' ? 'https' : 'http';
  return {
    rule: 'config-syntax',
    place: placeOfArg(entry, index),
    message: `\`${scheme}://\` is for browsers: Caddy wants \`${other}://\` here, passes WebSockets on by itself, and refuses the configuration`,
    offers: [
      {
        title: `Write \`${other}://\``,
        safety: 'behaviour',
        remedy: {
          kind: 'edit',
          edits: () => {
            const edit = replaceArg(entry, index, arg.value.replace(/^wss?/i, other));
            return edit === undefined ? undefined : byFile([edit]);
          },
        },
      },
    ],
  };
}

/** Times without a unit; `stream_timeout` alone takes them, for nanoseconds. */
function timeFaults(entry: Entry): ConfigProblem[] {
  const transport = transportOf(entry);
  return ['read_timeout', 'write_timeout', 'dial_timeout', 'response_header_timeout']
    .flatMap((name) => own(transport, name))
    .flatMap((line): ConfigProblem[] => {
      const text = line.args[0]?.value ?? '';
      if (text === '' || isUnknown(text) || text.includes('{') || parseDuration(text) !== undefined) return [];
      const unit = /^\d+$/.test(text) ? `; a unit is missing, such as \`${text}s\`` : '';
      return [
        {
          rule: 'config-syntax',
          place: placeOfArg(line, 0),
          message: `\`${text}\` is no time, and Caddy refuses it${unit}`,
        },
      ];
    });
}

/** Options that the target does not have yet. */
function newerLines(entry: Entry, target: Target): ConfigProblem[] {
  if (hasStreamOptions(target) !== false) return [];
  return ['stream_timeout', 'stream_close_delay']
    .flatMap((name) => own(entry.scope, name))
    .map((line) => ({
      rule: 'config-syntax',
      place: placeOf(line),
      message: `\`${line.name}\` came with Caddy ${STREAMS_SINCE}; the target, ${target.get('caddy')?.text}, refuses it`,
    }));
}

/** The faults of one `reverse_proxy`. */
export function proxyFaults(entry: Entry, target: Target): ConfigProblem[] {
  const upstreams = upstreamsOf(entry);
  return [
    ...upstreams.flatMap((upstream) => schemeFault(upstream, target) ?? addressFault(upstream) ?? []),
    ...(entry.scope?.entries ?? []).flatMap((line) => foreignLine(line, entry) ?? []),
    ...timeFaults(entry),
    ...newerLines(entry, target),
  ];
}
