/** Owns the proof that what lowering says of Caddy is what is seen on the wire, over generated Caddyfiles. */
import fc from 'fast-check';
import { afterEach, expect } from 'vitest';
import type { Site } from '../../server/src/model/model.ts';
import type { Fact } from '../../server/src/model/origin.ts';
import { createAuthority, sharedAuthority } from '../kit/authority.ts';
import { httpBackend, webSocketBackend } from '../kit/backends.ts';
import { caddyVersion, startCaddy } from '../kit/caddy.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { httpProbe, webSocketProbe } from '../kit/probes.ts';
import { itWith } from '../kit/required.ts';
import { clientCertificateProbe, tlsScan } from '../kit/tls-probes.ts';
import { main } from './project.ts';

const { keep, stopAll } = keeper();
afterEach(stopAll);

const NAME = 'shop.example';
const TLS = 'tls /etc/ssl/shop.pem /etc/ssl/shop.key';

const block = (head: string, lines: readonly string[]) =>
  `${head} {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;

/** Some of the lines, in any order. */
const some = (lines: readonly string[], most = 3) => fc.shuffledSubarray([...lines], { maxLength: most });

async function siteOf(text: string): Promise<Site> {
  const { sites, problems } = main(text, { target: await caddyVersion() }).model;
  const [site] = sites;
  if (site === undefined || problems.length > 0) throw new Error(`${text}\n${problems.map((one) => one.message)}`);
  return site;
}

async function serve(text: string, backends: Readonly<Record<string, number>> = {}) {
  const authority = await sharedAuthority();
  const { chain, key } = await authority.issue({ names: [NAME] });
  const files = {
    Caddyfile: text,
    '/etc/ssl/shop.pem': chain,
    '/etc/ssl/shop.key': key,
    '/etc/ssl/clients.pem': authority.certificate,
  };
  return keep(startCaddy({ files, backends }));
}

function knownValue<T>(fact: Fact<T> | undefined, text: string): T {
  if (fact?.known !== true) throw new Error(`not known (${fact?.why}): ${text}`);
  return fact.value;
}

async function versionsAreSeen(): Promise<void> {
  for (const lines of [
    [],
    ['protocols tls1.2'],
    ['protocols tls1.3'],
    ['protocols tls1.2 tls1.2'],
    ['protocols tls1.2 tls1.3'],
    ['protocols tls1.3', 'protocols tls1.2 tls1.2'],
  ]) {
    const text = block(NAME, [TLS + (lines.length === 0 ? '' : ` {\n${lines.join('\n')}\n}`), 'respond hello']);
    const versions = knownValue((await siteOf(text)).endpoint?.versions, text);
    const server = await serve(text);
    const seen = [...(await tlsScan({ port: server.port(443), servername: NAME }))];
    expect([text, seen]).toEqual([text, versions]);
    await server.stop();
  }
}

async function clientsAreSeen(): Promise<void> {
  const authority = await sharedAuthority();
  const [good, foreign] = await Promise.all(
    [authority, await createAuthority()].map((one) => one.issue({ commonName: 'client', usages: ['client'] })),
  );
  if (good === undefined || foreign === undefined) throw new Error('no certificates');
  const trust = 'trusted_ca_cert_file /etc/ssl/clients.pem';
  for (const lines of [
    undefined,
    ['mode request'],
    ['mode require'],
    ['mode verify_if_given', trust],
    ['mode require_and_verify', trust],
    [trust],
    ['mode require_and_verify'],
    [trust, 'mode verify_if_given'],
  ]) {
    const auth = lines === undefined ? '' : ` {\nclient_auth {\n${lines.join('\n')}\n}\n}`;
    const text = block(NAME, [`${TLS}${auth}`, 'respond hello']);
    const { demand, ways, lockout } = knownValue((await siteOf(text)).endpoint?.clientCertificates, text);
    const server = await serve(text);
    const seen = await clientCertificateProbe({
      port: server.port(443),
      servername: NAME,
      good: { cert: good.chain, key: good.key },
      foreign: { cert: foreign.chain, key: foreign.key },
    });
    const open = knownValue(ways, text).some(({ kind }) => kind === 'everything');
    const expected = {
      none: [true, true, true],
      optional: [true, true, false],
      unverified: [open, true, true],
      required: [false, knownValue(lockout, text) === undefined, false],
    }[demand];
    expect([text, [seen.none, seen.good, seen.foreign].map((one) => 'status' in one)]).toEqual([text, expected]);
    await server.stop();
  }
}

const HEADERS = some([
  'header_up -Upgrade',
  'header_up -Sec-WebSocket-*',
  'header_up Connection close',
  'header_up Connection Upgrade',
  'header_up Connection {header.Connection}',
  'header_up Connection {>Connection}',
  'header_up Upgrade {header.Upgrade}',
  'header_up Upgrade h2c',
  'header_up X-Upgrade yes',
  'header_up Host other.example',
  'header_up -Host',
]);
const AROUND = some(
  [
    'request_header -Connection',
    'request_header /api/* -Upgrade',
    'request_header X-Note yes',
    'respond /health 200',
    'respond /ws/* 404',
    'handle {\nrespond 404\n}',
    'redir /old /new',
    'encode gzip',
    'header X-Site shop',
    'file_server',
  ],
  2,
);

async function handshakesAreSeen(runs: number): Promise<void> {
  const backend = await keep(webSocketBackend({ strict: true }));
  const texts = fc.tuple(HEADERS, AROUND, fc.boolean()).map(([up, around, before]) => {
    const proxy = `reverse_proxy /ws/* app:3000 {\n${up.join('\n')}\n}`;
    return block(`http://${NAME}`, before ? [proxy, ...around] : [...around, proxy]);
  });
  const seen = { passed: 0, lost: 0 };
  for (const text of fc.sample(texts, runs)) {
    const route = (await siteOf(text)).routes.find(({ path }) => path === '/ws/*');
    if (route === undefined) throw new Error(`no route: ${text}`);
    const server = await serve(text, { 'app:3000': backend.port });
    const { opened } = await webSocketProbe({ port: server.port(80), path: '/ws/', host: NAME });
    await server.stop();
    const { shadow } = route.handshake;
    if (!route.upgrade.known && shadow === undefined) continue;
    const passes = shadow === undefined && knownValue(route.upgrade, text).passes;
    expect([text, opened]).toEqual([text, passes]);
    seen[passes ? 'passed' : 'lost']++;
  }
  // What cannot be known is left out, and must not be all.
  expect(seen.passed).toBeGreaterThan(0);
  expect(seen.passed + seen.lost).toBeGreaterThan(runs / 2);
}

async function hostsAreSeen(): Promise<void> {
  const { chain: cert, key } = await (await sharedAuthority()).issue({ names: ['app'] });
  const plain = await keep(webSocketBackend());
  const secure = await keep(webSocketBackend({ tls: { cert, key } }));
  for (const [to, ...lines] of [
    ['app:3000'],
    ['app:3000', 'header_up Host other.example'],
    ['app:3000', 'header_up Host {host}'],
    ['app:3000', 'header_up Host {upstream_hostport}'],
    ['https://app:3443'],
    ['https://app:3443', 'header_up Host {host}'],
    ['https://app:3443', 'header_up Host {upstream_hostport}'],
  ]) {
    const transport = to?.startsWith('https') === true ? ['transport http {\ntls_insecure_skip_verify\n}'] : [];
    const text = block(`http://${NAME}`, [`reverse_proxy /ws/* ${to} {\n${[...lines, ...transport].join('\n')}\n}`]);
    const host = knownValue((await siteOf(text)).routes[0]?.handshake.host, text);
    const server = await serve(text, { 'app:3000': plain.port, 'app:3443': secure.port });
    const { opened } = await webSocketProbe({ port: server.port(80), path: '/ws/', host: `${NAME}:8080` });
    expect(opened, text).toBe(true);
    const backend = transport.length > 0 ? secure : plain;
    const sent = backend.requests.at(-1)?.header('host');
    const meant = {
      client: `${NAME}:8080`,
      'without-port': NAME,
      upstream: `127.0.0.1:${backend.port}`,
      fixed: 'other.example',
    }[host.kind];
    expect([text, sent]).toEqual([text, meant]);
    await server.stop();
  }
}

async function silenceIsSeen(): Promise<void> {
  const backend = await keep(webSocketBackend());
  for (const lines of [
    [],
    ['transport http {\nread_timeout 1s\n}'],
    ['transport http {\nread_timeout 1500ms\nwrite_timeout 1s\n}'],
    ['transport http {\nresponse_header_timeout 1s\ndial_timeout 1s\n}'],
    ['flush_interval -1'],
  ]) {
    const text = block(`http://${NAME}`, [`reverse_proxy /ws/* app:3000 {\n${lines.join('\n')}\n}`]);
    const { seconds } = knownValue((await siteOf(text)).routes[0]?.idle, text);
    const server = await serve(text, { 'app:3000': backend.port });
    const probe = { port: server.port(80), path: '/ws/', host: NAME, holdMs: 2500 };
    const { opened, closedAfterMs = Number.POSITIVE_INFINITY } = await webSocketProbe(probe);
    expect(opened, text).toBe(true);
    if (seconds === Number.POSITIVE_INFINITY) expect(closedAfterMs, text).toBe(seconds);
    else {
      expect(closedAfterMs, text).toBeGreaterThan(seconds * 1000 - 200);
      expect(closedAfterMs, text).toBeLessThan(seconds * 1000 + 900);
    }
    await server.stop();
  }
}

async function plainAnswersAreSeen(): Promise<void> {
  const backend = await keep(httpBackend());
  for (const text of [
    block(NAME, [TLS, 'reverse_proxy app:3000']),
    `{\nauto_https disable_redirects\n}\n${block(NAME, [TLS, 'reverse_proxy app:3000'])}`,
    block(`http://${NAME}`, ['reverse_proxy app:3000']),
    block(`http://${NAME}`, ['redir https://{host}{uri}', 'reverse_proxy app:3000']),
    block(`http://${NAME}`, ['handle {\nredir https://{host}{uri} permanent\n}']),
    block(`http://${NAME}`, ['abort']),
  ]) {
    const wanted = knownValue((await siteOf(text)).plainAnswer, text);
    const server = await serve(text, { 'app:3000': backend.port });
    const answer = await httpProbe({ port: server.port(80), host: NAME }).catch(() => undefined);
    const seen =
      answer === undefined
        ? 'nothing'
        : answer.status >= 300 && answer.headers.get('location')?.startsWith('https://') === true
          ? 'redirect'
          : 'pages';
    expect([text, seen]).toEqual([text, wanted]);
    await server.stop();
  }
}

async function backEndsAreChecked(): Promise<void> {
  const authority = await sharedAuthority();
  const trust = 'tls_trusted_ca_certs /etc/ssl/clients.pem';
  for (const lines of [
    [],
    [trust],
    ['tls_insecure_skip_verify'],
    [trust, 'tls_insecure_skip_verify'],
    [trust, 'tls_server_name other'],
  ]) {
    const text = block(`http://${NAME}`, [
      `reverse_proxy https://app:3443 {\ntransport http {\n${lines.join('\n')}\n}\n}`,
    ]);
    const { hops } = main(text, { target: await caddyVersion() }).model;
    const verified = knownValue(hops[0]?.verified, text);
    const seen: boolean[] = [];
    for (const issuer of [authority, await createAuthority()]) {
      const { chain: cert, key } = await issuer.issue({ names: ['app', 'other'] });
      const backend = await keep(httpBackend({ tls: { cert, key } }));
      const server = await serve(text, { 'app:3443': backend.port });
      seen.push((await httpProbe({ port: server.port(80), host: NAME })).status === 200);
      await server.stop();
    }
    expect([text, seen]).toEqual([text, [!verified || lines.includes(trust), !verified]]);
  }
}

function on(generation: Generation, runs: number): void {
  const need = generation === 'installed' ? 'caddy' : generation;
  const title = generation === 'installed' ? 'the installed Caddy' : `the Caddy of Debian ${generation}`;
  const test = (what: string, body: () => Promise<void>) =>
    itWith(need, `${title}: ${what}`, () => onGeneration(generation, body));
  test('the versions that the model has complete handshakes, and no others', versionsAreSeen);
  test('clients get in as the model says', clientsAreSeen);
  test('handshakes get through as the model says', () => handshakesAreSeen(runs));
  test('back ends get the Host that the model says', hostsAreSeen);
  test('silence ends when the model says', silenceIsSeen);
  test('requests without TLS get what the model says', plainAnswersAreSeen);
  test('back ends are verified as the model says', backEndsAreChecked);
}

on('installed', 24);
// Debian 13 has the same Caddy as Debian 12.
for (const suite of SUITES.filter((one) => one !== 'trixie')) on(suite, 12);
