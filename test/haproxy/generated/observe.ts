/** Owns the comparison of a generated HAProxy configuration with a running one: each known fact that the wire contradicts. */
import type { Model, Route, Site, TlsEndpoint } from '../../../server/src/model/model.ts';
import { selfSigned, sharedAuthority } from '../../kit/authority.ts';
import type { Backend } from '../../kit/backends.ts';
import { open as connect, httpProbe, type Target, webSocketProbe } from '../../kit/probes.ts';
import type { RunningServer } from '../../kit/server.ts';
import { type ClientVerdict, clientCertificateProbe } from '../../kit/tls-probes.ts';
import { type Configuration, plainPort, tlsPort } from './configuration.ts';

/** Silent tunnels are watched so long; limits are a second, or a minute and more. */
const HOLD_MS = 2500;
const EARLIEST_MS = 500;
const HSTS_LEAST = 15_552_000;
const NAME = 'site.example';

export type Compared = Record<
  'versions' | 'demands' | 'upgrades' | 'limits' | 'hosts' | 'asks' | 'protocols' | 'plain' | 'hsts',
  number
>;

async function clients() {
  const authority = await sharedAuthority();
  const [good, foreign] = await Promise.all([
    authority.issue({ commonName: 'good', usages: ['client'] }),
    selfSigned({ commonName: 'foreign', usages: ['client'] }),
  ]);
  return { good: { cert: good.chain, key: good.key }, foreign: { cert: foreign.chain, key: foreign.key } };
}

/** Asks a running configuration about everything that its model claims to know; one line for each difference. */
export async function differences(
  model: Model,
  configuration: Configuration,
  server: RunningServer,
  backends: readonly Backend[],
  compared: Compared,
): Promise<readonly string[]> {
  const client = await clients();
  const all = await Promise.all(
    configuration.pairs.map(async (pair, i): Promise<string[]> => {
      const sites = model.sites.filter(({ label }) => label === `frontend f${i}`);
      const [site] = sites;
      const backend = backends[i];
      if (site === undefined || backend === undefined) return [`f${i}: not in the model`];
      const found: string[] = [];
      const open: number[] = [];
      for (const at of pair.binds.keys()) {
        const written = tlsPort(i, at);
        const endpoint = sites
          .map((one) => one.endpoint)
          .find((one) => one?.label === `bind :${written} of frontend f${i}`);
        if (endpoint === undefined) return [`f${i}: bind ${at} is not in the model`];
        const port = server.port(written);
        const scanned = await versionsSeen(port, client);
        found.push(...versionsOf(endpoint, scanned, compared));
        if (scanned.length === 0) continue;
        open.push(port);
        found.push(...(await demandOf(endpoint, port, client, compared)));
      }
      if (pair.plain !== undefined && !pair.tcp)
        found.push(...(await plainOf(site, server.port(plainPort(i)), compared)));
      const [port] = open;
      const route = site.routes[0];
      if (port === undefined || route === undefined) return found;
      const target = { port, host: `${NAME}:${port}`, tls: { servername: NAME, ...client.good } };
      found.push(...(await routeOf(route, target, backend, compared)));
      if (!pair.tcp) found.push(...(await hstsOf(site, target, compared)));
      return found.map((line) => `f${i}: ${line}`);
    }),
  );
  return all.flat();
}

/** With a good certificate, because HAProxy ends handshakes without one where it requires one. */
async function versionsSeen(port: number, { good }: Awaited<ReturnType<typeof clients>>): Promise<string[]> {
  const seen: string[] = [];
  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
    const tls = { servername: NAME, version, ...good };
    const socket = await connect({ port, tls }).catch(() => undefined);
    if (socket === undefined) continue;
    socket.destroy();
    seen.push(version);
  }
  return seen;
}

function versionsOf({ label, versions }: TlsEndpoint, scanned: readonly string[], compared: Compared): string[] {
  if (!versions.known) return [];
  compared.versions++;
  const [claimed, seen] = [[...versions.value].sort().join(' '), [...scanned].sort().join(' ')];
  return claimed === seen ? [] : [`${label}: versions ${claimed}, seen ${seen}`];
}

/** Whether clients without, with a good and with a foreign certificate get an answer. */
const ANSWERED = {
  none: [true, true, true],
  optional: [true, true, false],
  unverified: undefined,
  required: [false, true, false],
} as const;

async function demandOf(
  { label, clientCertificates: facts }: TlsEndpoint,
  port: number,
  client: Awaited<ReturnType<typeof clients>>,
  compared: Compared,
): Promise<string[]> {
  if (!facts.known) return [];
  const { demand, written } = facts.value;
  compared.demands++;
  const seen = await clientCertificateProbe({ port, servername: NAME, path: '/clients', ...client });
  const gets = (verdict: ClientVerdict) => 'status' in verdict;
  const answers = [seen.none, seen.good, seen.foreign].map(gets);
  // What is not verified may still have to be shown.
  const claimed = ANSWERED[demand] ?? [!/required/.test(written) && answers[0], true, true];
  return `${answers}` === `${claimed}` ? [] : [`${label}: ${written} gives ${claimed}, seen ${answers}`];
}

async function plainOf({ plainAnswer }: Site, port: number, compared: Compared): Promise<string[]> {
  if (!plainAnswer.known) return [];
  compared.plain++;
  const { status } = await httpProbe({ port, path: '/plain', host: NAME });
  const seen = status === 301 || status === 302 ? 'redirect' : status === 403 ? 'nothing' : 'pages';
  return seen === plainAnswer.value ? [] : [`plain requests get ${plainAnswer.value}, seen ${status}`];
}

async function hstsOf({ hsts }: Site, target: Target, compared: Compared): Promise<string[]> {
  if (!hsts.known) return [];
  compared.hsts++;
  const { headers } = await httpProbe({ ...target, path: '/hsts' });
  const age = Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1] ?? 0);
  const isShort = age > 0 && age < HSTS_LEAST;
  return isShort === hsts.value.length > 0 ? [] : [`HSTS short ${hsts.value.length > 0}, seen ${age}`];
}

async function routeOf(route: Route, target: Target, backend: Backend, compared: Compared): Promise<string[]> {
  const { upgrade, idle, handshake } = route;
  const found: string[] = [];
  const { opened, closedAfterMs, headers } = await webSocketProbe({ ...target, path: '/socket', holdMs: HOLD_MS });
  // RFC 6455, 4.1: a client must refuse an answer without these two headers.
  const accepted =
    opened && /^websocket$/i.test(headers.get('upgrade') ?? '') && /\bupgrade\b/i.test(headers.get('connection') ?? '');
  if (upgrade.known) {
    compared.upgrades++;
    if (upgrade.value.passes !== accepted) found.push(`upgrade passes ${upgrade.value.passes}, seen ${accepted}`);
  }
  if (idle.known && opened) {
    compared.limits++;
    const { seconds } = idle.value;
    const isRight =
      seconds <= 1 ? closedAfterMs !== undefined && closedAfterMs > EARLIEST_MS : closedAfterMs === undefined;
    if (!isRight) found.push(`silent for ${seconds} s, seen ${closedAfterMs} ms`);
  }
  const arrived = async (path: string, more: Readonly<Record<string, string>> = {}) => {
    await httpProbe({ ...target, path, headers: more });
    return backend.requests.find((one) => one.path === path);
  };
  const asks = (connection: string | undefined) => /(^|,)\s*upgrade\s*(,|$)/i.test(connection ?? '');
  const ordinary = handshake.host.known || handshake.alwaysAsks.known ? await arrived('/ordinary') : undefined;
  if (handshake.host.known) {
    compared.hosts++;
    const { kind, text } = handshake.host.value;
    const claimed = kind === 'client' ? target.host : text;
    if (ordinary?.header('host') !== claimed) found.push(`Host ${claimed}, seen ${ordinary?.header('host')}`);
  }
  if (handshake.alwaysAsks.known) {
    compared.asks++;
    const seen = asks(ordinary?.header('connection'));
    if (seen !== handshake.alwaysAsks.value) found.push(`always asks ${handshake.alwaysAsks.value}, seen ${seen}`);
  }
  if (handshake.anyProtocol.known) {
    compared.protocols++;
    const h2c = { Upgrade: 'h2c', Connection: 'Upgrade, HTTP2-Settings', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
    const seen = /h2c/i.test((await arrived('/h2c', h2c))?.header('upgrade') ?? '');
    if (seen !== handshake.anyProtocol.value) found.push(`any protocol ${handshake.anyProtocol.value}, seen ${seen}`);
  }
  return found;
}
