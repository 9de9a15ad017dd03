/** Owns how long a tunnel may be silent: the larger of `Timeout` and that of the worker (modules/proxy/proxy_util.c, ap_proxy_tunnel_create). */
import { byDefault, MOD_PROXY, TIMEOUT } from '../../../facts/apache.ts';
import type { IdleLimit } from '../../../model/model.ts';
import { type Fact, type Known, known, unknown } from '../../../model/origin.ts';
import { isOpen, nearest, originOf, placeOf, value } from '../scope.ts';
import { membersOf } from './balancers.ts';
import { parameter } from './passes.ts';
import type { Server } from './servers.ts';
import { isBalancer } from './worker-lines.ts';
import type { Worker } from './workers.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, mi: 60, min: 60, h: 3600 };

/** Seconds; `ms`, `s`, `min` and `h` may follow the number (server/util.c, ap_timeout_parameter_parse). */
export function parseTimeout(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+)([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase() || 's'];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

function setting(server: Server, key: string, fallback: Fact<number> | undefined): Fact<number> | undefined {
  const found = nearest(server.levels, key);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent') return fallback;
  const text = value(found.entry) ?? '';
  const seconds = isOpen(text) ? undefined : parseTimeout(text);
  if (seconds === undefined) return unknown(`\`${found.entry.directive.name.value}\` has a value that is not known`);
  return known(seconds, originOf(server.scope, found.scope, found.entry));
}

/** The limit of a route; of a balancer's members the one with the shortest decides for its requests (seen with 2.4.71). */
export function idleOf(server: Server, url: string, worker: Worker | undefined): Fact<IdleLimit> {
  if (!isBalancer(url)) return throughWorker(server, worker);
  const members = membersOf(url, server);
  if (members === undefined || members.length === 0) return unknown('the members of the balancer cannot be seen');
  const limits = members.map((member) => throughWorker(server, { ...member, unsure: false }));
  let shortest: Known<IdleLimit> | undefined;
  for (const limit of limits) {
    if (!limit.known) return limit;
    if (shortest === undefined || limit.value.seconds < shortest.value.seconds) shortest = limit;
  }
  const differ = limits.some((limit) => limit.known && limit.value.seconds !== shortest?.value.seconds);
  if (differ && members.some((member) => parameter(member, 'status') !== undefined))
    return unknown('which members of the balancer take requests is not known');
  return shortest ?? unknown('the members of the balancer cannot be seen');
}

function throughWorker(server: Server, worker: Worker | undefined): Fact<IdleLimit> {
  if (worker?.unsure === true) return unknown('other lines may set it');
  const client = setting(server, 'timeout', TIMEOUT);
  const own = worker === undefined ? undefined : parameter(worker, 'timeout');
  const seconds = own === undefined ? undefined : parseTimeout(own.value);
  if (own !== undefined && seconds === undefined) return unknown('`timeout=` has a value that is not known');
  const backend =
    seconds !== undefined && own !== undefined
      ? known(seconds, { kind: 'written', place: placeOf(own.entry) })
      : setting(server, 'proxytimeout', undefined);
  if (client === undefined || !client.known) return unknown(client?.known === false ? client.why : 'no `Timeout`');
  if (backend !== undefined && !backend.known) return unknown(backend.why);
  const name = own === undefined ? 'ProxyTimeout' : 'timeout=';
  const clientWord =
    client.origin.kind === 'default'
      ? `\`Timeout\` is not set, and its default is ${client.value} s`
      : `\`Timeout\` is ${client.value} s`;
  const parts = [
    { setting: 'Timeout', seconds: client as Known<number> },
    ...(backend === undefined ? [] : [{ setting: name, seconds: backend }]),
  ];
  const largest = Math.max(client.value, backend?.value ?? 0);
  const formula =
    backend === undefined
      ? `${clientWord}, and neither \`ProxyTimeout\` nor \`timeout=\` is larger`
      : `the larger of \`${name}\`, ${backend.value} s, and the client's: ${clientWord}`;
  const deciding = backend !== undefined && backend.value > client.value ? backend.origin : client.origin;
  return known(
    { seconds: largest, silence: 'of silence', formula, parts },
    parts.length > 1 && deciding.kind === 'default' ? byDefault(`${MOD_PROXY}#proxytimeout`) : deciding,
  );
}
