/** Owns generated HAProxy configurations: TLS, client certificates, rules and timeouts at random places of random proxies. */
import * as fc from 'fast-check';

/** A listener with TLS. */
export interface Bind {
  readonly tls: string;
  readonly clients: string;
}

/** A frontend with its back end. */
export interface Pair {
  readonly tcp: boolean;
  readonly binds: readonly Bind[];
  /** Whether it listens without TLS as well, and what it says to that. */
  readonly plain: string | undefined;
  readonly hsts: string;
  readonly front: readonly string[];
  readonly back: readonly string[];
  readonly frontTimes: readonly string[];
  readonly backTimes: readonly string[];
}

export interface Configuration {
  readonly global: readonly string[];
  readonly defaults: readonly string[];
  readonly pairs: readonly Pair[];
}

export const SITE = '/etc/site.pem';
export const CLIENTS = '/etc/clients.pem';
export const backendOf = (pair: number): string => `127.0.0.1:${3000 + pair}`;
export const tlsPort = (pair: number, bind: number): number => 8000 + pair * 10 + bind;
export const plainPort = (pair: number): number => 8000 + pair * 10 + 9;

const VERSIONS = [
  '',
  '',
  'ssl-min-ver TLSv1.0',
  'ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.2',
  'ssl-min-ver TLSv1.3',
  'ssl-max-ver TLSv1.2',
  'force-tlsv12',
  'no-tlsv12',
  'no-tlsv13',
  'no-sslv3 no-tlsv10 no-tlsv11',
  'no-tlsv13 ssl-min-ver TLSv1.2',
  'ssl-min-ver TLSv1.0 ciphers ALL:@SECLEVEL=0',
  'ssl-max-ver TLSv1.1 ciphers ALL:@SECLEVEL=0',
  'ciphers ECDHE+AESGCM:ECDHE+AES:@SECLEVEL=0',
];
const DEMANDS = [
  '',
  `ca-file ${CLIENTS}`,
  `ca-file ${CLIENTS} verify none`,
  `ca-file ${CLIENTS} verify optional`,
  `ca-file ${CLIENTS} verify required`,
  `ca-file ${CLIENTS} verify optional crt-ignore-err all`,
  `ca-file ${CLIENTS} verify required crt-ignore-err all ca-ignore-err all`,
];
const RULES = [
  'http-request set-header Host fixed.example',
  'http-request set-header Host fixed.internal',
  'http-request set-header Host %[req.hdr(host)]',
  'http-request set-header Host %[path]',
  'http-request set-header Host a.example if { path_beg /never }',
  'http-request set-header Connection upgrade',
  'http-request set-header Connection "keep-alive, Upgrade"',
  'http-request set-header Connection close',
  'http-request set-header Connection upgrade if { hdr(Upgrade) -i websocket }',
  'http-request del-header Connection',
  'http-request del-header Upgrade',
  'http-request del-header Upgrade unless { req.hdr(Upgrade) -i websocket }',
  'http-request del-header Upgrade if { path_beg /never }',
  'http-request del-header Upg -m beg',
  'http-request set-header X-Real-IP %[src]',
  'http-response del-header Upgrade',
  'http-response set-header Connection close',
  'http-response set-header X-Served-By a',
];
const PLAIN = [
  '',
  'http-request redirect scheme https unless { ssl_fc }',
  'http-request redirect scheme https code 301 if !{ ssl_fc }',
  'http-request deny unless { ssl_fc }',
  'redirect scheme https code 301 if !{ ssl_fc }',
];
const HSTS = ['', '', 'max-age=63072000', 'max-age=86400', 'max-age=86400; includeSubDomains', 'max-age=0'].map(
  (value) => (value === '' ? '' : `http-response set-header Strict-Transport-Security "${value}"`),
);

const some = (all: readonly string[], maxLength: number) => fc.subarray([...all], { maxLength });
const time = fc.constantFrom('1s', '60s', '1000', '60000', '1m');
/** No timeout at all leaves tunnels open, which the tests could not tell from a long one. */
const times = (names: readonly string[]) =>
  fc
    .subarray([...names])
    .chain((chosen) => fc.tuple(...chosen.map((name) => time.map((value) => `timeout ${name} ${value}`))));

const bind: fc.Arbitrary<Bind> = fc.record({
  tls: fc.constantFrom(...VERSIONS),
  clients: fc.constantFrom(...DEMANDS),
});

const pair: fc.Arbitrary<Pair> = fc.record({
  tcp: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  binds: fc.array(bind, { minLength: 1, maxLength: 2 }),
  plain: fc.option(fc.constantFrom(...PLAIN), { nil: undefined }),
  hsts: fc.constantFrom(...HSTS),
  front: some(RULES, 2),
  back: some(RULES, 2),
  frontTimes: times(['client', 'tunnel']),
  backTimes: times(['server', 'tunnel', 'client']),
});

export function configurations(pairs: number): fc.Arbitrary<Configuration> {
  return fc.record({
    global: some(['ssl-default-bind-options ssl-min-ver TLSv1.0', 'ssl-default-bind-ciphers ALL:@SECLEVEL=0'], 2),
    defaults: fc.tuple(some(RULES, 1), times(['tunnel'])).map(([rules, more]) => [...rules, ...more]),
    pairs: fc.array(pair, { minLength: pairs, maxLength: pairs }),
  });
}

const lines = (all: readonly string[]): string => all.map((line) => `    ${line}\n`).join('');

function textOf(one: Pair, i: number): string {
  const mode = one.tcp ? ['mode tcp'] : [];
  const binds = one.binds.map(({ tls, clients }, at) =>
    `bind :${tlsPort(i, at)} ssl crt ${SITE} ${tls} ${clients}`.trimEnd(),
  );
  const plain = one.plain === undefined ? [] : [`bind :${plainPort(i)}`];
  const rules = one.tcp ? [] : [one.plain ?? '', one.hsts, ...one.front].filter((line) => line !== '');
  // HAProxy wants `redirect` behind all `http-request` lines, which is where it runs anyway.
  const inOrder = [
    ...rules.filter((line) => !line.startsWith('redirect')),
    ...rules.filter((line) => line.startsWith('redirect')),
  ];
  return [
    `frontend f${i}\n${lines([...mode, ...binds, ...plain, ...one.frontTimes, ...inOrder, `default_backend b${i}`])}`,
    `backend b${i}\n${lines([...mode, ...one.backTimes, ...(one.tcp ? [] : one.back), `server one ${backendOf(i)}`])}`,
  ].join('');
}

export function configurationText({ global, defaults, pairs }: Configuration): string {
  const usual = ['mode http', 'timeout connect 5s', 'timeout client 60s', 'timeout server 60s'];
  return `global\n${lines(['maxconn 500', ...global])}defaults usual\n${lines([...usual, ...defaults])}${pairs.map(textOf).join('')}`;
}
