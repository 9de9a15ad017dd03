/**
 * Owns the proof that what single modules refuse, and what contradicts another line, is found just where nginx refuses it:
 * combinations of words that are near to right ones, on each generation.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../server/src/facts/nginx-directives.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { nginxVersion } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { loadProject } from '../nginx/project.ts';
import { type Asked, askNginx } from './asked.ts';

const all = process.env.WSSLINT_PROBE === 'all';

const LOCATIONS = ['/', '/a', '/a/b', '= /a', '^~ /a', '^~ /b', '~ ^/a', '~* x$', '@x', '=/b', '~^/c', '! /a'];
const INSIDE = [
  'proxy_pass http://127.0.0.1:1;',
  'proxy_pass http://127.0.0.1:1/;',
  'proxy_pass 127.0.0.1:1;',
  'proxy_pass http://127.0.0.1:1/x$uri;',
  'root /x; alias /y;',
  'alias /y;',
  'proxy_store on; proxy_cache off;',
  'proxy_store on; proxy_cache $host;',
  'if ($host) { proxy_pass http://127.0.0.1:1/x; }',
  'limit_except GET { proxy_pass http://127.0.0.1:1?a; }',
  'proxy_pass http://unix:/x;',
  'proxy_pass http://unix:/x:/y;',
];

const location = fc.letrec<{ location: string }>((tie) => ({
  location: fc
    .tuple(
      fc.constantFrom(...LOCATIONS),
      fc.constantFrom('', ...INSIDE),
      fc.oneof({ maxDepth: 2, depthSize: 'small' }, fc.constant(''), tie('location')),
    )
    .map(([name, inside, inner]) => `location ${name} { ${inside} ${inner} }`),
})).location;

const LISTENS = [
  '80',
  '*:80',
  '0.0.0.0:80',
  '127.0.0.1:80',
  '[::]:80',
  '80 default_server',
  '80 backlog=5',
  '80 reuseport',
  '[::]:80 ipv6only=on',
  '[::1]:80 default_server bind',
  'unix:/tmp/x.sock',
  '0',
  '65536',
  '127.0.0.1:99999',
];
const servers = fc
  .array(fc.array(fc.constantFrom(...LISTENS), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one) => `server { ${one.map((listen) => `listen ${listen};`).join(' ')} }`).join(' '));

/** Servers of `stream` and `mail`, for `main`; what each must have beside `listen` is there. */
const OTHER_LISTENS = [
  '2101',
  '*:2101',
  '127.0.0.1:2101',
  '2101 backlog=5',
  '[::]:2101 ipv6only=on',
  '2102 so_keepalive=on',
  'unix:/tmp/x.sock',
];
const STREAM_LISTENS = [...OTHER_LISTENS, '2101 udp', '2102 udp reuseport', '2101 default_server'];
const others = fc.constantFrom('stream', 'mail').chain((block) => {
  const rest = block === 'stream' ? 'proxy_pass 127.0.0.1:1;' : 'protocol imap; auth_http 127.0.0.1:1/;';
  const listens = fc.array(fc.constantFrom(...(block === 'stream' ? STREAM_LISTENS : OTHER_LISTENS)), { maxLength: 2 });
  return fc
    .array(listens, { minLength: 1, maxLength: 3 })
    .map((all) =>
      all.map((one) => `server { ${one.map((listen) => `listen ${listen};`).join(' ')} ${rest} }`).join(' '),
    )
    .map((all) => `events {} ${block} { ${all} }`);
});

const SIZES = ['1', '4k', '8k', '16K', '64k', '128k', '1m'];
const buffers = (family: string) => {
  const line = fc.oneof(
    fc.tuple(fc.constantFrom('buffer_size', 'busy_buffers_size', 'temp_file_write_size'), fc.constantFrom(...SIZES)),
    fc.tuple(fc.constant('max_temp_file_size'), fc.constantFrom('0', '1g', ...SIZES)),
    fc.tuple(
      fc.constant('buffers'),
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(...SIZES)).map((two) => two.join(' ')),
    ),
  );
  return fc
    .uniqueArray(line, { selector: ([name]) => name, maxLength: 3 })
    .map((lines) => lines.map(([name, value]) => `${family}_${name} ${value};`).join(' '));
};
const sizes = fc
  .constantFrom('proxy', 'fastcgi', 'uwsgi', 'scgi')
  .chain((family) => fc.tuple(buffers(family), buffers(family), buffers(family)))
  .map(([http, server, location]) => `${http} server { ${server} location / { ${location} } }`);

const RETURNS = [
  '301',
  '999',
  '1000',
  'x',
  '/x',
  'http://a',
  'https://a',
  '$scheme://a',
  '301 /x',
  '200 x',
  'x /y',
  '30x',
];
const PAGES = [
  '404 /x',
  '404 = /x',
  '404 =200 /x',
  '= /x',
  '404 =x /y',
  '299 /x',
  '600 /x',
  '499 /x',
  'x /y',
  '404 500 /x',
  '404 499 = /x',
];
const CONDITIONS = [
  '($host)',
  '( $host )',
  '$host',
  '($host',
  '($host = a)',
  '($host == a)',
  '($host=a)',
  '($host != a )',
  '($host ~ a)',
  '($host !~* a)',
  '($host = a and $uri = b)',
  '(-f $uri)',
  '(!-d $uri)',
  '(-y $uri)',
  '(-f)',
  '(a = b)',
  '("a")',
];
const CACHES = [
  'off',
  'none',
  'builtin',
  'builtin:10',
  'shared:a:1m',
  'shared:a',
  'shared::1m',
  'shared:a:x',
  'x',
  'builtin:x',
  'off shared:b:1m',
];

/** Single lines, each at its place. */
const LINES: readonly (readonly [Context, readonly string[]])[] = [
  ['location', RETURNS.map((one) => `return ${one};`)],
  ['http server', PAGES.map((one) => `error_page ${one};`)],
  ['location', CONDITIONS.map((one) => `if ${one} { }`)],
  ['http', CACHES.map((one) => `ssl_session_cache ${one};`)],
  ['location', ['GET', 'get POST', 'FETCH', 'TRACE'].map((one) => `limit_except ${one} { }`)],
  ['http', ['75s', '75s 60s', 'x', '75s x', '1h', '60sec'].map((one) => `keepalive_timeout ${one};`)],
  [
    'http server',
    [
      'listen 2101 quic;',
      'listen 2101 http3;',
      'http3 on;',
      'http3 x;',
      'quic_retry off;',
      'http3_max_concurrent_streams 9;',
    ],
  ],
  ['http upstream', ['16', 'x', '16k'].map((one) => `server 127.0.0.1:1; keepalive ${one};`)],
  [
    'http',
    ['all', '10.0.0.0/8', '::1', 'unix:', 'localhost', 'example.com', '127.0.0.1'].map((one) => `allow ${one};`),
  ],
  ['http', ['a', '$a'].map((one) => `map $host ${one} { }`)],
  ['http server', ['a b', '$a b'].map((one) => `set ${one};`)],
  ['main', ['auto', '4', 'x', '4x'].map((one) => `worker_processes ${one};`)],
  ['events', ['512', 'x', '1k'].map((one) => `worker_connections ${one};`)],
  [
    'http server',
    ['x', 'x warn', 'x warning', 'x debug_http', 'x error'].map((one) => `error_log /tmp/wsslint-none/${one};`),
  ],
  ['http', ['a b', 'a b always', 'a b allways'].map((one) => `add_header ${one};`)],
  ['http server', ['^ /x last', '^ /x permanent', '^ /x 301', '^ /x'].map((one) => `rewrite ${one};`)],
  [
    'http',
    [
      'upstream a { server 127.0.0.1:1; } upstream A { server 127.0.0.1:1; }',
      'upstream a { server 127.0.0.1:1; } upstream b { server 127.0.0.1:1; }',
    ],
  ],
];

/** What nginx says that is not about the file: what is missing on this machine, or comes with a whole configuration. */
const OTHER =
  /zone "|zero size|too small|is unknown|could not build|no "(?!listen")|getpwnam|open\(\)|mkdir\(\)|Permission denied|has no events|conflicting server name/;

function onEach(generation: Generation, runs: number): void {
  it('finds what nginx refuses, and nothing else', { timeout: 600_000 }, () =>
    onGeneration(generation, async () => {
      const nginx = askNginx(generation);
      const version = await nginxVersion();
      try {
        const differences = LINES.flatMap(([context, lines]) =>
          lines.flatMap((line) => difference(nginx, version, context, line)),
        );
        expect(differences).toEqual([]);
        let refused = 0;
        const agrees = (context: Context) => (text: string) => {
          if (nginx.says(context, text) !== undefined) refused++;
          expect(difference(nginx, version, context, text)).toEqual([]);
        };
        const options = { numRuns: runs };
        const pairs = fc.array(location, { minLength: 1, maxLength: 3 }).map((some) => some.join(' '));
        fc.assert(fc.property(pairs, agrees('http server')), options);
        fc.assert(fc.property(servers, agrees('http')), options);
        fc.assert(fc.property(others, agrees('main')), options);
        fc.assert(fc.property(sizes, agrees('http')), options);
        expect(refused).toBeGreaterThan(runs / 5);
        expect(refused).toBeLessThan(runs * 3.8);
      } finally {
        nginx.remove();
      }
    }),
  );
}

/** What nginx says and what is found, where these two do not agree. */
function difference(nginx: Asked, version: string, context: Context, line: string): string[] {
  const says = nginx.says(context, line);
  const project = loadProject({ 'nginx.conf': AROUND[context]?.(line) ?? line }, { target: { nginx: version } });
  const found = project.model.problems.filter(({ rule }) => rule === 'config-directive-misplaced');
  const isRefused = says !== undefined && says !== 'elsewhere' && !OTHER.test(says);
  return isRefused === found.length > 0
    ? []
    : [`${line}: nginx says ${says}, found: ${found.map(({ message }) => message).join('; ')}`];
}

const AROUND: Partial<Record<Context, (line: string) => string>> = {
  main: (line) => (line.startsWith('events') ? line : `events {} ${line}`),
  events: (line) => `events { ${line} }`,
  http: (line) => `events {} http { ${line} }`,
  'http server': (line) => `events {} http { server { ${line} } }`,
  location: (line) => `events {} http { server { location / { ${line} } } }`,
  'http upstream': (line) => `events {} http { upstream u { ${line} } }`,
};

describeWith('nginx', 'the installed nginx', () => onEach('installed', all ? 1000 : 120));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite, all ? 500 : 60));
});
