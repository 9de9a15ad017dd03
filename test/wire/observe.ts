/** Owns the comparison of a lowered configuration with a running one: each known fact that the wire contradicts. */
import { usableBy } from '../../server/src/ciphers/server.ts';
import type { CertificateDemand } from '../../server/src/model/client-certificates.ts';
import type { Model, Route, Site } from '../../server/src/model/model.ts';
import type { Target as Products } from '../../server/src/model/target.ts';
import { readingsOf } from '../../server/src/rules/tls-library.ts';
import { selfSigned, sharedAuthority } from '../kit/authority.ts';
import type { Backend } from '../kit/backends.ts';
import { httpProbe, type Target, type WebSocketAnswer, webSocketProbe } from '../kit/probes.ts';
import type { RunningServer } from '../kit/server.ts';
import { type ClientVerdict, clientCertificateProbe, suiteScan, tlsScan } from '../kit/tls-probes.ts';
import { type Configuration, PLAIN_PATH, pathOf, serverName, writtenPort } from './configuration.ts';

/** Silent tunnels are watched so long; limits are far below or far above. */
const HOLD_MS = 2200;
const HELD_LIMIT_SECONDS = 1;
/** A busy test hears of the answer late, and so measures less than the limit. */
const EARLIEST_MS = 500;
const ATTEMPTS = 6;

/** What was compared, so that a run in which nothing was known does not pass for a proof. */
export interface Compared {
  versions: number;
  suites: number;
  demands: number;
  upgrades: number;
  httpVersions: number;
  limits: number;
  hosts: number;
  alwaysAsked: number;
  anyProtocols: number;
}

export interface Observation {
  readonly compared: Compared;
  /** One line each: the server or path, what the model says, what was seen. */
  readonly differences: readonly string[];
}

type Client = Awaited<ReturnType<typeof clients>>;

/** Client certificates that the servers trust, and that they have never heard of. */
async function clients() {
  const authority = await sharedAuthority();
  const [good, foreign] = await Promise.all([
    authority.issue({ commonName: 'good', usages: ['client'] }),
    selfSigned({ commonName: 'foreign', usages: ['client'] }),
  ]);
  return {
    good: { cert: good.chain, key: good.key },
    foreign: { cert: foreign.chain, key: foreign.key },
  };
}

/** Asks a running configuration about everything that its model claims to know. */
export async function observe(
  model: Model,
  configuration: Configuration,
  nginx: RunningServer,
  backend: Backend,
): Promise<Observation> {
  const compared = {
    versions: 0,
    suites: 0,
    demands: 0,
    upgrades: 0,
    httpVersions: 0,
    limits: 0,
    hosts: 0,
    alwaysAsked: 0,
    anyProtocols: 0,
  };
  const client = await clients();
  const differences = await Promise.all(
    configuration.servers.map(async (server, i) => {
      const site = model.sites.find(({ names }) => names.some(({ name }) => name === serverName(i)));
      if (site === undefined) return [`${serverName(i)}: the model has no such site`];
      const target = { port: nginx.port(writtenPort(server)), servername: serverName(i) };
      const scanned = await tlsScan(target);
      const found = versionsOf(site, [...scanned], compared);
      // Where no handshake completes, there is nothing else to see.
      if (scanned.size === 0) return found;
      if (scanned.has('TLSv1.2')) found.push(...(await suitesOf(site, target, model.target, compared)));
      found.push(...(await demandOf(site, target, client, compared)));
      const routes = server.locations.map((_, place) =>
        routeOf(site, pathOf(i, place), target, client, backend, compared),
      );
      return [...found, ...(await Promise.all(routes)).flat()];
    }),
  );
  return { compared, differences: differences.flat() };
}

const text = (values: readonly string[]) => values.join(' ') || 'none';

function versionsOf(site: Site, scanned: readonly string[], compared: Compared): string[] {
  const versions = site.endpoint?.versions;
  if (versions?.known !== true) return [];
  compared.versions++;
  const claimed = text([...versions.value].sort());
  const seen = text([...scanned].sort());
  return claimed === seen ? [] : [`${site.label}: versions ${claimed}, seen ${seen}`];
}

/** Some of each kind: modes, key exchanges, authentications, what only a security level of 0 lets through. */
const SUITES = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-CCM8',
  'ECDHE-RSA-AES256-SHA384',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-CAMELLIA128-SHA256',
  'ECDHE-ARIA128-GCM-SHA256',
  'DHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-CCM8',
  'AES128-SHA256',
  'AES128-SHA',
  'AECDH-AES128-SHA',
  'ECDHE-RSA-NULL-SHA',
  'NULL-SHA256',
];

async function suitesOf(
  site: Site,
  target: { readonly port: number; readonly servername: string },
  products: Products,
  compared: Compared,
): Promise<string[]> {
  const [reading] = site.endpoint === undefined ? [] : readingsOf(site.endpoint.ciphers, products);
  if (reading === undefined) return [];
  compared.suites++;
  // No server of these has DH parameters.
  const usable = usableBy({ keys: new Set(['RSA', 'EC']), dhParameters: false, newest: 'TLSv1.2' }, reading.open);
  const open = new Set(usable.map(({ name }) => name));
  const claimed = text(SUITES.filter((suite) => open.has(suite)));
  const seen = text(await suiteScan(target, SUITES));
  return claimed === seen ? [] : [`${site.label}: suites ${claimed}, seen ${seen}`];
}

/** What clients without, with a good and with a foreign certificate are answered. */
const ANSWERS: Readonly<Record<CertificateDemand, string>> = {
  none: '200 200 200',
  optional: '200 200 400',
  unverified: '200 200 200',
  required: '400 200 400',
};

async function demandOf(
  site: Site,
  target: { readonly port: number; readonly servername: string },
  { good, foreign }: Client,
  compared: Compared,
): Promise<string[]> {
  const asked = site.endpoint?.clientCertificates;
  if (asked?.known !== true) return [];
  compared.demands++;
  const seen = await clientCertificateProbe({ ...target, path: PLAIN_PATH, good, foreign });
  const word = (verdict: ClientVerdict) => ('status' in verdict ? verdict.status : verdict.refused);
  const answers = [seen.none, seen.good, seen.foreign].map(word).join(' ');
  const { demand } = asked.value;
  return answers === ANSWERS[demand] ? [] : [`${site.label}: client certificates ${demand}, seen ${answers}`];
}

async function routeOf(
  site: Site,
  path: string,
  { port, servername }: { readonly port: number; readonly servername: string },
  { good }: Client,
  backend: Backend,
  compared: Compared,
): Promise<string[]> {
  const route = site.routes.find((one) => one.path === path);
  if (route === undefined) return [`${path}: the model has no such route`];
  const target = { port, host: `${servername}:${port}`, tls: { servername, ...good } };
  const answer = await inTime(() => webSocketProbe({ ...target, path, holdMs: HOLD_MS }));
  const request = backend.requests.find((one) => one.path === path);
  const found: string[] = [];
  if (route.upgrade.known) {
    compared.upgrades++;
    const { passes } = route.upgrade.value;
    if (passes !== answer.opened) found.push(`${path}: upgrade passes ${passes}, seen ${answer.status}`);
    // What nginx refuses itself, its back end does not see.
    if (route.upgrade.value.losses.some(({ kind }) => kind === 'refused'))
      return answer.status === 403 ? found : [...found, `${path}: refused, seen ${answer.status}`];
  }
  if (route.backendHttp.known) {
    compared.httpVersions++;
    const { value } = route.backendHttp;
    if (value !== request?.httpVersion) found.push(`${path}: HTTP ${value}, seen ${request?.httpVersion}`);
  }
  if (answer.opened) found.push(...limitOf(route, path, answer, compared));
  // One after the other: a limit of a second must not run out because a hundred requests come at once.
  return [...found, ...(await headersOf(route, path, target, backend, compared))];
}

/**
 * Asks again where a busy machine let the back end answer later than a limit of a second allows, which nginx reports as 504;
 * no back end of these tests answers so itself.
 */
async function inTime<T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left--) {
    const answer = await ask();
    if (answer.status !== 504 || left === 1) return answer;
  }
}

/** What the back end gets of the Host, of ordinary requests and of upgrades to HTTP/2. */
async function headersOf(
  route: Route,
  path: string,
  target: Target,
  backend: Backend,
  compared: Compared,
): Promise<string[]> {
  const { host, alwaysAsks, anyProtocol } = route.handshake;
  const arrived = async (more: string, headers: Readonly<Record<string, string>>) => {
    await inTime(() => httpProbe({ ...target, path: `${path}${more}`, headers }));
    return backend.requests.find((one) => one.path === `${path}${more}`);
  };
  const asks = (connection: string | undefined) => /(^|,)\s*upgrade\s*(,|$)/i.test(connection ?? '');
  const found: string[] = [];
  if (host.known) {
    compared.hosts++;
    const seen = (await arrived('host', {}))?.header('host');
    const sent = target.host ?? '';
    const claimed = {
      client: sent,
      'without-port': sent.replace(/:\d+$/, ''),
      upstream: `127.0.0.1:${backend.port}`,
      fixed: host.value.text,
    }[host.value.kind];
    if (seen !== claimed) found.push(`${path}: Host ${host.value.kind} ${claimed}, seen ${seen}`);
  }
  if (alwaysAsks.known) {
    compared.alwaysAsked++;
    const seen = asks((await arrived('plain', {}))?.header('connection'));
    if (seen !== alwaysAsks.value) found.push(`${path}: always asks ${alwaysAsks.value}, seen ${seen}`);
  }
  if (anyProtocol.known) {
    compared.anyProtocols++;
    const request = await arrived('h2c', {
      Upgrade: 'h2c',
      Connection: 'Upgrade, HTTP2-Settings',
      'HTTP2-Settings': 'AAMAAABkAAQAAP__',
    });
    const seen = /h2c/i.test(request?.header('upgrade') ?? '') && asks(request?.header('connection'));
    if (seen !== anyProtocol.value) found.push(`${path}: any protocol ${anyProtocol.value}, seen ${seen}`);
  }
  return found;
}

function limitOf(route: Route, path: string, { closedAfterMs }: WebSocketAnswer, compared: Compared): string[] {
  if (!route.idle.known) return [];
  compared.limits++;
  const { seconds } = route.idle.value;
  const isRight =
    seconds === HELD_LIMIT_SECONDS
      ? closedAfterMs !== undefined && closedAfterMs > EARLIEST_MS
      : closedAfterMs === undefined;
  return isRight ? [] : [`${path}: silent for ${seconds} s, seen ${closedAfterMs} ms`];
}
