/**
 * Owns the proof that what is known of answers is what clients get, on each generation: `Strict-Transport-Security` on pages
 * and on errors, what requests without TLS get, which handshakes meet a redirect. Over generated servers.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HSTS_LEAST } from '../../server/src/model/hsts.ts';
import type { Site } from '../../server/src/model/model.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { webSocketBackend } from '../kit/backends.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { keeper } from '../kit/keeper.ts';
import { nginxVersion, startNginx } from '../kit/nginx.ts';
import { httpProbe, webSocketProbe } from '../kit/probes.ts';
import { describeWith } from '../kit/required.ts';
import type { RunningServer } from '../kit/server.ts';
import { loadProject } from '../nginx/project.ts';

const SERVERS = 16;
const RUNS = 6;
const NAME = 'strict-transport-security';

type Lines = readonly string[];

/** Lines about headers; where the version has it, also how they are inherited. */
const headers = (inherit: boolean): fc.Arbitrary<Lines> =>
  fc
    .tuple(
      fc.constantFrom(
        '',
        '',
        'add_header Strict-Transport-Security max-age=63072000 always;',
        'add_header Strict-Transport-Security "max-age=63072000; includeSubDomains";',
        'add_header strict-transport-security max-age=86400 always;',
        'add_header Strict-Transport-Security max-age=3600;',
      ),
      fc.constantFrom('', '', 'add_header X-Any 1;', 'add_header X-Any 1 always;'),
      inherit
        ? fc.constantFrom('', '', 'add_header_inherit merge;', 'add_header_inherit off;', 'add_header_inherit on;')
        : fc.constant(''),
    )
    .map((lines) => lines.filter((line) => line !== ''));

/** What a location, or the plain side of a server, does with requests. */
const ANSWERS = [
  'root /srv;',
  'root /srv;',
  'return 301 https://$host$request_uri;',
  'return 302 https://$host$uri;',
  'return 308 https://site.example$request_uri;',
  'return 403;',
  'return 444;',
  'return 200 ok;',
  'rewrite ^ https://$host$request_uri? permanent;',
  'rewrite ^/x https://$host/y redirect;',
  'if ($scheme = http) { return 301 https://$host$request_uri; }',
  'error_page 404 /none; root /srv;',
  'error_page 404 =301 https://$host$request_uri; root /srv;',
  'error_page 403 =302 https://$host$request_uri; return 403;',
  'error_page 404 /index.html; return 403;',
  'limit_except GET { deny all; } root /srv;',
  'limit_except POST { deny all; } root /srv;',
  'satisfy any; root /srv;',
  'internal; root /srv;',
];

/** What a level has before the way of a WebSocket. */
const BEFORE = [
  '',
  '',
  '',
  'return 301 https://other.example$request_uri;',
  'rewrite ^/s\\d+/ws /elsewhere redirect;',
  'rewrite ^/nothing /elsewhere permanent;',
  'if ($request_method = POST) { return 405; }',
  'rewrite ^(.*)$ https://other.example$1 permanent;',
];

const LOCATIONS = ['', '= ', '^~ '];
const MORE = ['', 'location ~ ^/s\\d+/ws { return 302 /elsewhere; }', 'location ~* \\.png$ { return 404; }'];

interface Server {
  readonly headers: Lines;
  readonly inner: readonly Lines[];
  readonly plain: readonly [first: string, second: string];
  readonly before: string;
  readonly webSocket: readonly [modifier: string, slash: string, before: string, more: string];
}

interface Configuration {
  readonly headers: Lines;
  readonly servers: readonly Server[];
}

function configurations(inherit: boolean): fc.Arbitrary<Configuration> {
  const server = fc.record({
    headers: headers(inherit),
    inner: fc.array(headers(inherit), { minLength: 1, maxLength: 4 }),
    plain: fc.tuple(fc.constantFrom(...ANSWERS), fc.constantFrom('', ...ANSWERS)),
    before: fc.constantFrom(...BEFORE),
    webSocket: fc.tuple(
      fc.constantFrom(...LOCATIONS),
      fc.constantFrom('', '/'),
      fc.constantFrom(...BEFORE),
      fc.constantFrom(...MORE),
    ),
  });
  return fc.record({
    headers: headers(inherit),
    servers: fc.array(server, { minLength: SERVERS, maxLength: SERVERS }),
  });
}

const secure = (i: number) => 8443 + i;
const plain = (i: number) => 8080 + i;
const tunnel = (i: number) => 9080 + i;

/** Three servers each: one with pages over TLS, one without TLS, one with a WebSocket. A line is a level, so that places tell them apart. */
function textOf({ headers: around, servers }: Configuration): string {
  const blocks = servers.map((server, i) => {
    const inner = server.inner.map((lines, k) => `location /l${k}/ { ${lines.join(' ')} }`);
    const [modifier, slash, before, more] = server.webSocket;
    return [
      `server { listen ${secure(i)} ssl; server_name s${i}.example; root /srv; ${server.headers.join(' ')}`,
      ...inner,
      '}',
      `server { listen ${plain(i)}; server_name p${i}.example; location / { ${server.plain[0]} }`,
      server.plain[1] === '' ? '' : `location /b/ { ${server.plain[1]} }`,
      '}',
      `server { listen ${tunnel(i)}; server_name w${i}.example; ${server.before} proxy_http_version 1.1;`,
      'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection Upgrade;',
      `location ${modifier}/s${i}/ws${slash} { ${before} proxy_pass http://127.0.0.1:3000; }`,
      more,
      '}',
    ].join('\n');
  });
  return `http {
ssl_certificate a.pem; ssl_certificate_key a.key; ${around.join(' ')}
${blocks.join('\n')}
}
`;
}

interface Counts {
  sent: number;
  unsent: number;
  plain: number;
  redirected: number;
  passed: number;
}

function siteOf(sites: readonly Site[], name: string): Site {
  const site = sites.find(({ names }) => names.some((one) => one.name === name));
  if (site === undefined) throw new Error(`the model has no site ${name}`);
  return site;
}

async function differencesOf(configuration: Configuration, counts: Counts): Promise<string[]> {
  const text = textOf(configuration);
  const authority = await sharedAuthority();
  const names = configuration.servers.map((_, i) => `s${i}.example`);
  const certificate = await authority.issue({ names });
  const files = { 'nginx.conf': text, 'a.pem': certificate.chain, 'a.key': certificate.key };
  const pages = configuration.servers.flatMap(({ inner }) => inner.map((_, k) => `/srv/l${k}/index.html`));
  const all = {
    ...files,
    ...Object.fromEntries(['/srv/index.html', '/srv/b/index.html', ...pages].map((page) => [page, 'a page'])),
  };
  const project = loadProject(
    { 'nginx.conf': `events {}\n${text}`, 'a.pem': files['a.pem'], 'a.key': files['a.key'] },
    { target: { nginx: await nginxVersion() } },
  );
  const { sites } = project.model;
  const lineOf = (start: number): number =>
    project.files.find(({ id }) => id === '/w/nginx.conf')?.lines.positionAt(start).line ?? -1;
  const lines = `events {}\n${text}`.split('\n');
  const { keep, stopAll } = keeper();
  try {
    const backend = await keep(webSocketBackend());
    const nginx = await keep(startNginx({ files: all, backends: { '127.0.0.1:3000': backend.port } }));
    const found = configuration.servers.map(async (server, i) => [
      ...(await hstsDifferences(
        siteOf(sites, `s${i}.example`),
        server,
        configuration.headers,
        i,
        nginx,
        lineOf,
        lines,
        counts,
      )),
      ...(await plainDifferences(siteOf(sites, `p${i}.example`), i, nginx, counts)),
      ...(await redirectDifferences(siteOf(sites, `w${i}.example`), server, i, nginx, counts)),
    ]);
    return (await Promise.all(found)).flat();
  } finally {
    await stopAll();
  }
}

/** Each location with a page of its own, against the gaps whose lines lie in it or around it. */
async function hstsDifferences(
  site: Site,
  server: Server,
  around: Lines,
  i: number,
  nginx: RunningServer,
  lineOf: (start: number) => number,
  lines: readonly string[],
  counts: Counts,
): Promise<string[]> {
  if (!site.hsts.known) return [`${site.label}: HSTS is not known: ${site.hsts.why}`];
  const gaps = site.hsts.value.map(({ kind, place, message }) => ({
    kind,
    line: lineOf(place.span.start),
    ofServer: /(but|away from) `server`/.test(message),
  }));
  const isOutside = [...around, ...server.headers].some((line) => line.toLowerCase().includes(NAME));
  const isInside = server.inner.flat().some((line) => line.toLowerCase().includes(NAME));
  const first = lines.findIndex((line) => line.includes(`server_name s${i}.example`));
  const checks = server.inner.map(async (own, k): Promise<string[]> => {
    const ask = (path: string) =>
      httpProbe({ port: nginx.port(secure(i)), path, tls: { servername: `s${i}.example` } });
    const page = await ask(`/l${k}/index.html`);
    const error = await ask(`/l${k}/none`);
    if (page.status !== 200 || error.status !== 404) return [`s${i}/l${k}: ${page.status} and ${error.status}`];
    const here = gaps.filter(({ line }) => line === first + 1 + k);
    const isMine = own.some((line) => line.toLowerCase().includes(NAME));
    const lost =
      gaps.some(({ kind }) => kind === 'missing') ||
      here.some(({ kind }) => kind === 'lost') ||
      (!isMine &&
        gaps.some(
          ({ kind, line, ofServer }) =>
            kind === 'lost' && line <= first && (ofServer || !own.join().includes('inherit')),
        ));
    const sent = page.headers.get(NAME);
    const at = `s${i}/l${k} (${own.join(' ')})`;
    const out: string[] = [];
    if (sent === undefined) counts.unsent++;
    else counts.sent++;
    // Where one location alone sends it, the others are left in peace: browsers remember it for the host.
    const isSpared = !isOutside && isInside && sent === undefined && !lost;
    if (lost !== (sent === undefined) && !isSpared) out.push(`${at}: lost ${lost}, seen ${sent}`);
    const onErrors = error.headers.has(NAME);
    if (here.some(({ kind }) => kind === 'not-on-errors') && onErrors && !(sent ?? '').includes(','))
      out.push(`${at}: not on errors, but seen there`);
    if (sent !== undefined && !onErrors && !gaps.some(({ kind }) => kind === 'not-on-errors'))
      out.push(`${at}: seen on pages only, and nothing says so`);
    const age = Number(/max-age=(\d+)/.exec(sent ?? '')?.[1] ?? HSTS_LEAST);
    if (age < HSTS_LEAST && !gaps.some(({ kind }) => kind === 'short'))
      out.push(`${at}: ${age} s, and nothing says so`);
    return out;
  });
  return (await Promise.all(checks)).flat();
}

/** Some paths of a server without TLS, against what it is known to answer. */
async function plainDifferences(site: Site, i: number, nginx: RunningServer, counts: Counts): Promise<string[]> {
  if (!site.plainAnswer.known) return [];
  counts.plain++;
  const seen = await Promise.all(
    ['/', '/index.html', '/b/index.html', '/x', '/b/x'].map(async (path) => {
      try {
        const { status, headers: got } = await httpProbe({ port: nginx.port(plain(i)), path });
        if (status >= 300 && status < 400) return got.get('location')?.startsWith('https:') ? 'redirect' : 'other';
        return status < 300 ? 'pages' : 'nothing';
      } catch {
        return 'nothing';
      }
    }),
  );
  const { value } = site.plainAnswer;
  const isRight =
    value === 'pages' ? seen.includes('pages') : seen.every((one) => one !== 'pages') && seen.includes(value);
  return isRight ? [] : [`p${i}: ${value}, seen ${seen.join(' ')}`];
}

/** The path of the WebSocket, against the redirects that are known; silence claims nothing where a rewrite is not evaluated. */
async function redirectDifferences(
  site: Site,
  server: Server,
  i: number,
  nginx: RunningServer,
  counts: Counts,
): Promise<string[]> {
  const known = site.redirects.known ? site.redirects.value : [];
  const written = `/s${i}/ws${server.webSocket[1]}`;
  const out: string[] = [];
  for (const { path, status } of known) {
    counts.redirected++;
    const answer = await webSocketProbe({ port: nginx.port(tunnel(i)), path });
    if (answer.status !== status) out.push(`w${i} ${path}: ${status}, seen ${answer.status}`);
  }
  if (known.some(({ path }) => path === written)) return out;
  const answer = await webSocketProbe({ port: nginx.port(tunnel(i)), path: written });
  if (answer.opened) counts.passed++;
  // What leads to https is no finding on a server without TLS: browsers ask for `wss://` then.
  if (answer.status >= 300 && answer.status < 400 && !answer.headers.get('location')?.startsWith('https:'))
    out.push(`w${i} ${written}: nothing known, seen ${answer.status}`);
  return out;
}

function onEach(generation: Generation): void {
  it('what is known is what is seen', { timeout: 180_000 }, () =>
    onGeneration(generation, async () => {
      const [, minor = 0, patch = 0] = (await nginxVersion()).split('.').map(Number);
      const inherits = minor > 29 || (minor === 29 && patch >= 3);
      const counts: Counts = { sent: 0, unsent: 0, plain: 0, redirected: 0, passed: 0 };
      await fc.assert(
        fc.asyncProperty(configurations(inherits), async (configuration) => {
          expect(await differencesOf(configuration, counts)).toEqual([]);
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
      // A property over nothing would hold, too.
      for (const [name, count] of Object.entries(counts)) expect(count, name).toBeGreaterThan(RUNS);
    }),
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
