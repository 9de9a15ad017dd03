/** Owns the proof over generated configurations that what the lowering of Apache knows is what is seen, on each generation. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CertificateDemand } from '../../server/src/model/client-certificates.ts';
import { type Route, routesOf, type Site } from '../../server/src/model/model.ts';
import { apacheOpenssl, apacheVersion, startApache } from '../kit/apache.ts';
import { createAuthority, type Issued, sharedAuthority } from '../kit/authority.ts';
import { type Backend, webSocketBackend } from '../kit/backends.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { httpProbe, open, type TlsClient, webSocketProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import type { RunningServer } from '../kit/server.ts';
import { clientCertificateProbe } from '../kit/tls-probes.ts';
import { load } from './project.ts';
import {
  BACKEND,
  type Configuration,
  configurations,
  nameOf,
  PAGE,
  pathOf,
  plainPort,
  securePort,
  textOf,
} from './wire-configuration.ts';

const HOSTS = 10;
const RUNS = 5;
const SEED = 20261130;
const TIME_LIMIT_MS = 90_000;
/** Longer than any limit that is generated, and shorter than the default. */
const HOLD_MS = 4000;

const COMPARED = {
  versions: 0,
  demands: 0,
  lockouts: 0,
  upgrades: 0,
  limits: 0,
  sentHosts: 0,
  anyProtocols: 0,
  hsts: 0,
  plain: 0,
  redirects: 0,
};
type Compared = typeof COMPARED;

interface Ground {
  readonly server: RunningServer;
  readonly backend: Backend;
  readonly compared: Compared;
  readonly good: Issued;
  readonly foreign: Issued;
}

const text = (words: readonly string[]) => [...words].sort().join(' ') || 'none';

function said(what: string, claimed: unknown, seen: unknown): string[] {
  return claimed === seen ? [] : [`${what}: ${claimed}, seen ${seen}`];
}

/** Whether clients get in: without a certificate, with a good one, with a foreign one. */
const IN: Readonly<Record<CertificateDemand, string>> = {
  none: 'true true true',
  optional: 'true true false',
  unverified: 'true true true',
  required: 'false true false',
};

/** The versions that a client with a certificate can complete: TLS 1.2 ends the handshake of those that need one and have none. */
async function scan(port: number, tls: TlsClient): Promise<ReadonlySet<string>> {
  const accepted = new Set<string>();
  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await open({ port, tls: { ...tls, version } }).catch(() => undefined);
    if (socket === undefined) continue;
    socket.destroy();
    accepted.add(version);
  }
  return accepted;
}

async function secureSite(site: Site, i: number, ground: Ground): Promise<string[]> {
  const { server, compared, good, foreign } = ground;
  const port = server.port(securePort(i));
  const { endpoint } = site;
  if (endpoint === undefined) return [`${site.label} has no TLS`];
  const own = { cert: good.chain, key: good.key };
  const tls = { servername: nameOf(i), ...own };
  const scanned = await scan(port, tls);
  const asked = endpoint.clientCertificates;
  const isLocked = asked.known && asked.value.lockout.known && asked.value.lockout.value !== undefined;
  const out: string[] = [];
  // TLS 1.2 tells nobody apart who is not let in from a version that is not there.
  if (endpoint.versions.known && !isLocked) {
    compared.versions++;
    out.push(...said(`${site.label}, versions`, text(endpoint.versions.value), text([...scanned])));
  }
  if (scanned.size === 0) return out;
  if (asked.known) {
    compared.demands++;
    const { demand } = asked.value;
    const seen = await clientCertificateProbe({
      port,
      servername: nameOf(i),
      path: '/nothing',
      good: own,
      foreign: { cert: foreign.chain, key: foreign.key },
    });
    const got = [seen.none, seen.good, seen.foreign].map((verdict) => 'status' in verdict).join(' ');
    if (isLocked) compared.lockouts++;
    out.push(...said(`${site.label}, ${asked.value.written}`, isLocked ? 'false false false' : IN[demand], got));
    if (isLocked) return out;
  }
  out.push(...(await hstsOf(site, { port, tls }, compared)));
  const route = site.routes.find(({ path }) => path?.replace(/[\^$()]/g, '') === pathOf(i));
  if (route === undefined) return [...out, `${site.label} has no route`];
  return [...out, ...(await routeOf(route, i, { port, tls }, ground))];
}

async function hstsOf(
  { hsts, label }: Site,
  target: { readonly port: number; readonly tls: TlsClient },
  compared: Compared,
): Promise<string[]> {
  if (!hsts.known) return [];
  compared.hsts++;
  const kinds = hsts.value.map(({ kind }) => kind);
  const claimed = [!kinds.includes('missing'), !kinds.includes('missing') && !kinds.includes('not-on-errors')];
  const seen = await Promise.all(
    [PAGE, '/nothing'].map(async (path) =>
      (await httpProbe({ ...target, path })).headers.has('strict-transport-security'),
    ),
  );
  return said(`${label}, HSTS`, claimed.join(' '), seen.join(' '));
}

async function routeOf(
  route: Route,
  i: number,
  target: { readonly port: number; readonly tls: TlsClient },
  { backend, compared }: Ground,
): Promise<string[]> {
  const path = pathOf(i);
  const host = `${nameOf(i)}:${target.port}`;
  const answer = await webSocketProbe({ ...target, path, host, holdMs: HOLD_MS });
  const request = backend.requests.findLast((one) => one.path === path);
  const out: string[] = [];
  if (route.upgrade.known) {
    compared.upgrades++;
    out.push(...said(`${route.label}, upgrade`, route.upgrade.value.passes, answer.opened));
  }
  if (answer.opened && route.idle.known) {
    compared.limits++;
    const { seconds } = route.idle.value;
    const off = Math.abs((answer.closedAfterMs ?? Number.POSITIVE_INFINITY) - seconds * 1000);
    if (off > 900) out.push(`${route.label}: ${route.idle.value.formula}, seen ${answer.closedAfterMs} ms`);
  }
  const { host: sent, anyProtocol } = route.handshake;
  if (sent.known && request !== undefined) {
    compared.sentHosts++;
    out.push(...said(`${route.label}, Host`, sent.value.kind === 'client', request.header('host') === host));
  }
  if (answer.opened && anyProtocol.known) {
    compared.anyProtocols++;
    await webSocketProbe({ ...target, path, host, headers: { Upgrade: 'h2c' } });
    const asked = backend.requests.findLast((one) => one.path === path)?.header('upgrade');
    out.push(...said(`${route.label}, any protocol`, anyProtocol.value, asked === 'h2c'));
  }
  return out;
}

async function plainSite(site: Site, i: number, { server, compared }: Ground): Promise<string[]> {
  const target = { port: server.port(plainPort(i)), host: nameOf(i) };
  const out: string[] = [];
  if (site.plainAnswer.known) {
    compared.plain++;
    const { status, headers } = await httpProbe({ ...target, path: PAGE });
    const isRedirect = /^30[12378]$/.test(`${status}`) && headers.get('location')?.startsWith('https://') === true;
    out.push(...said(`${site.label}, plain`, site.plainAnswer.value, isRedirect ? 'redirect' : 'pages'));
  }
  if (site.redirects.known && site.routes.length > 0) {
    compared.redirects++;
    const { status } = await webSocketProbe({ ...target, path: pathOf(i) });
    const claimed = site.redirects.value.find(({ path }) => path === pathOf(i))?.status ?? 101;
    out.push(...said(`${site.label}, handshake`, claimed, status));
  }
  return out;
}

async function differencesOf(configuration: Configuration, compared: Compared): Promise<string[]> {
  const authority = await sharedAuthority();
  const [site, good] = await Promise.all([
    authority.issue({ names: configuration.hosts.map((_, i) => nameOf(i)), key: 'rsa2048' }),
    authority.issue({ commonName: 'client', usages: ['client'] }),
  ]);
  const foreign = await (await createAuthority()).issue({ commonName: 'stranger', usages: ['client'] });
  const files = {
    'apache2.conf': textOf(configuration),
    'site.pem': site.chain,
    'site.key': site.key,
    'clients.pem': authority.certificate,
  };
  const target = { apache: await apacheVersion(), openssl: await apacheOpenssl() };
  const inPlace = Object.fromEntries(Object.entries(files).map(([name, body]) => [`/etc/apache2/${name}`, body]));
  const { model } = load(inPlace, { target });
  const { keep, stopAll } = keeper();
  try {
    const backend = await keep(webSocketBackend());
    const server = await keep(
      startApache({ files: { ...files, [`/var/www/html${PAGE}`]: 'hello' }, backends: { [BACKEND]: backend.port } }),
    );
    const ground = { server, backend, compared, good, foreign };
    const sites = (i: number, written: number): Site | undefined =>
      model.sites.find(
        ({ names, listeners }) =>
          names[0]?.name === nameOf(i) && listeners.some(({ port }) => port.known && port.value === written),
      );
    const found = await Promise.all(
      configuration.hosts.map(async (_, i) => {
        const [secure, plain] = [sites(i, securePort(i)), sites(i, plainPort(i))];
        if (secure === undefined || plain === undefined) return [`the model has not both sites of ${nameOf(i)}`];
        return [...(await secureSite(secure, i, ground)), ...(await plainSite(plain, i, ground))];
      }),
    );
    return found.flatMap((list, i) =>
      list.length === 0 ? [] : [...list, `  ${JSON.stringify(configuration.hosts[i])}`],
    );
  } finally {
    await stopAll();
  }
}

/** Whether the rules of a `.htaccess` open a WebSocket, and what the model says of it. */
async function ofHtaccess(rules: string): Promise<readonly [claimed: boolean | undefined, seen: boolean]> {
  const [route] = routesOf(load({ '/var/www/html/.htaccess': rules }).model);
  const { keep, stopAll } = keeper();
  try {
    const backend = await keep(webSocketBackend());
    const main = 'Listen 80\n<Directory /var/www/html>\nAllowOverride All\nOptions +FollowSymLinks\n</Directory>\n';
    const files = { 'apache2.conf': main, '/var/www/html/.htaccess': rules };
    const server = await keep(startApache({ files, backends: { [BACKEND]: backend.port } }));
    const { opened } = await webSocketProbe({ port: server.port(80), path: '/ws/a' });
    return [route?.upgrade.known === true ? route.upgrade.value.passes : undefined, opened];
  } finally {
    await stopAll();
  }
}

function onEach(generation: Generation): void {
  it(
    'what is known is what is seen',
    () =>
      onGeneration(generation, async () => {
        const compared = { ...COMPARED };
        const property = fc.asyncProperty(configurations(HOSTS), async (configuration) => {
          expect(await differencesOf(configuration, compared)).toEqual([]);
        });
        await fc.assert(property, {
          seed: SEED,
          numRuns: RUNS,
          endOnFailure: true,
          interruptAfterTimeLimit: TIME_LIMIT_MS,
        });
        // A property over nothing would hold, too.
        for (const [name, count] of Object.entries(compared)) expect(count, name).toBeGreaterThan(0);
      }),
    TIME_LIMIT_MS * 2,
  );

  it.each([
    [`RewriteEngine On\nRewriteRule ^ws/(.*) ws://${BACKEND}/ws/$1 [P]`, true],
    [`RewriteEngine On\nRewriteRule ^ws/(.*) http://${BACKEND}/ws/$1 [P]`, false],
    [`RewriteEngine Off\nRewriteRule ^ws/(.*) ws://${BACKEND}/ws/$1 [P]`, false],
  ])('.htaccess: %s', (rules, opens) =>
    onGeneration(generation, async () => {
      expect(await ofHtaccess(rules)).toEqual([opens, opens]);
    }),
  );
}

describeWith('apache', 'the installed Apache', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
