/** Owns generated nginx configurations: settings that decide about TLS and WebSockets, at random levels of random servers. */
import * as fc from 'fast-check';
import { sharedAuthority } from '../kit/authority.ts';

/** The lines of one level, each a directive or several. */
type Lines = readonly string[];

export interface Location {
  /** Where its lines are: in the location, in a location inside it, in an included file. */
  readonly form: 'own' | 'nested' | 'included';
  readonly outer: Lines;
  readonly lines: Lines;
}

export interface Server {
  /** Servers with the same number share a socket; the first of them decides for all where nginx lets it. */
  readonly socket: number;
  readonly tls: Lines;
  readonly proxy: Lines;
  readonly locations: readonly Location[];
}

export interface Configuration {
  readonly tls: Lines;
  readonly proxy: Lines;
  readonly servers: readonly Server[];
}

const SOCKETS = 12;

/** The values that headers can have; what each is worth during a handshake differs. */
const MAPS = `
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  map $http_upgrade $only_websocket { websocket upgrade; default close; }
  map $http_upgrade $by_regex { ~*^web Upgrade; }
  map $http_upgrade $case { WebSocket upgrade; }
  map $http_connection $copied { ~*upgrade $http_connection; default close; }
  map $http_upgrade $never { h2c upgrade; default close; }
  map $http_x_any $by_client { default upgrade; plain close; }
  map $only_websocket $chained { upgrade "keep-alive, Upgrade"; }
  map $request_method $by_method { GET upgrade; default close; }
  geo $always_by_geo { default upgrade; 192.0.2.0/24 Upgrade; }
  geo $remote_addr $by_geo { default close; 127.0.0.0/8 upgrade; }
  geo $never_by_geo { default close; 192.0.2.0/24 ""; }
  split_clients $remote_port $by_split { 30% upgrade; * "Upgrade, keep-alive"; }
  split_clients $remote_port $never_by_split { 50% close; }
`;

const CONNECTIONS = [
  'upgrade',
  '"upgrade"',
  '"Upgrade"',
  '"keep-alive, Upgrade"',
  'close',
  '""',
  '$http_connection',
  '$connection_upgrade',
  `\${connection_upgrade}`,
  '$only_websocket',
  '$by_regex',
  '$case',
  '$copied',
  '$never',
  '$by_client',
  '$chained',
  '$by_method',
  '$upgrade_by_set',
  '$by_condition',
  '$never_by_condition',
  '$always_by_geo',
  '$by_geo',
  '$never_by_geo',
  '$by_split',
  '$never_by_split',
];
const UPGRADES = [
  '$http_upgrade',
  '$http_upgrade',
  '$http_upgrade',
  '"websocket"',
  'WebSocket',
  'h2c',
  '""',
  '$by_client',
];

const headers = fc
  .subarray(
    [
      fc.constantFrom(...UPGRADES).map((value) => `proxy_set_header Upgrade ${value};`),
      fc.constantFrom(...CONNECTIONS).map((value) => `proxy_set_header Connection ${value};`),
      fc
        .constantFrom(
          'Host $host',
          'Host $http_host',
          'Host $host:$server_port',
          'Host $proxy_host',
          'host fixed.example',
          'connection $connection_upgrade',
          'X-Real-IP $remote_addr',
        )
        .map((value) => `proxy_set_header ${value};`),
    ],
    { minLength: 1 },
  )
  .chain((chosen) => fc.tuple(...chosen));

/** Half of the levels have both headers in the usual form, so that many handshakes pass. */
const usual = fc.constant(['proxy_set_header Upgrade $http_upgrade;', 'proxy_set_header Connection "upgrade";']);

/** Times that a test can wait for, or that are far away. */
const readTimeout = fc
  .constantFrom('1s', '1', '1000ms', '0m1s', '"0m 1s"', '60s', '1h', '5m', '1d', '1h30m', '10000')
  .map((value) => [`proxy_read_timeout ${value};`]);
const httpVersion = fc.constantFrom('1.0', '1.1').map((value) => [`proxy_http_version ${value};`]);

const sometimes = (lines: fc.Arbitrary<Lines>, weight: number) =>
  fc.oneof({ weight, arbitrary: lines }, { weight: 10 - weight, arbitrary: fc.constant<Lines>([]) });
const together = (...parts: fc.Arbitrary<Lines>[]): fc.Arbitrary<Lines> =>
  fc.tuple(...parts).map((lines) => lines.flat());

const proxy = together(sometimes(fc.oneof(headers, usual), 6), sometimes(readTimeout, 4), sometimes(httpVersion, 3));

const protocols = fc
  .subarray(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], { minLength: 1 })
  .map((versions) => [`ssl_protocols ${versions.join(' ')};`]);
/** Not anonymous suites alone: with them no server asks for client certificates (RFC 5246, 7.4.4), whatever it is told to. */
const CIPHERS = [
  'HIGH:!aNULL:!MD5',
  'DEFAULT@SECLEVEL=0',
  'DEFAULT:@SECLEVEL=0',
  'ALL:@SECLEVEL=0',
  '@SECLEVEL=0:HIGH',
  'ALL:@SECLEVEL=1',
  'ALL:@SECLEVEL=2',
  'ALL:@SECLEVEL=0:@SECLEVEL=1',
  'ALL:@SECLEVEL=1:@SECLEVEL=0',
  'ECDHE+AESGCM',
  'ECDHE+AESGCM:@SECLEVEL=0',
  'ECDHE+AES:@SECLEVEL=0',
  'ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0',
  'AES128-SHA:@SECLEVEL=0',
  'AES128-SHA256:@SECLEVEL=0',
  'DHE-RSA-AES128-SHA:@SECLEVEL=0',
  'TLS_AES_128_GCM_SHA256:ECDHE-RSA-CHACHA20-POLY1305',
  'ALL:COMPLEMENTOFALL:@SECLEVEL=0',
  'ALL:!kRSA:!SHA1',
  'HIGH:!ECDHE:-AES256:AES256+AESGCM',
  'kEECDH+CAMELLIA:kRSA+AES:!AESCCM8',
  'CHACHA20:ARIAGCM:+ECDHE:@STRENGTH',
];
const ciphers = fc.constantFrom(...CIPHERS).map((value) => [`ssl_ciphers ${value};`]);
const verify = fc
  .constantFrom('off', 'on', 'optional', 'optional_no_ca')
  .map((value) => [`ssl_verify_client ${value};`]);
const tls = together(sometimes(protocols, 6), sometimes(ciphers, 6), sometimes(verify, 2));

/** Who may come in: a handshake is a GET. */
const methods = fc
  .constantFrom('GET { deny all; }', 'POST { deny all; }', 'PUT { deny 192.0.2.1; }', 'GET POST { deny all; }')
  .map((one) => [`limit_except ${one}`]);

const location: fc.Arbitrary<Location> = fc.record({
  form: fc.constantFrom('own', 'own', 'nested', 'included'),
  outer: proxy,
  lines: together(proxy, sometimes(methods, 1)),
});

/** A configuration of so many servers, each with a few locations. */
export function configurations(servers: number): fc.Arbitrary<Configuration> {
  return fc.record({
    tls: sometimes(tls, 5),
    proxy: sometimes(proxy, 5),
    servers: fc.array(
      fc.record({
        socket: fc.nat({ max: SOCKETS - 1 }),
        tls,
        proxy,
        locations: fc.array(location, { minLength: 1, maxLength: 5 }),
      }),
      { minLength: servers, maxLength: servers },
    ),
  });
}

export function serverName(server: number): string {
  return `s${server}.example`;
}

/** The path of a location; no two are the same, so a request tells where it was meant to go. */
export function pathOf(server: number, place: number): string {
  return `/s${server}/l${place}/`;
}

/** The port as it is written. */
export function writtenPort({ socket }: Pick<Server, 'socket'>): number {
  return 8443 + socket;
}

/** What answers on every server without a back end. */
export const PLAIN_PATH = '/plain';
/** The back end as it is written. */
export const BACKEND = '127.0.0.1:3000';

/** The files of a configuration, certificates included. Every server has an RSA and an ECDSA key, so no suite lacks one. */
export async function filesOf(configuration: Configuration): Promise<Record<string, string>> {
  const authority = await sharedAuthority();
  const names = configuration.servers.map((_, i) => serverName(i));
  const [ecdsa, rsa] = await Promise.all([authority.issue({ names }), authority.issue({ names, key: 'rsa2048' })]);
  const included = new Map<string, string>();
  const servers = configuration.servers.map((server, i) => serverText(server, i, included));
  const main = `events { worker_connections 4096; }
http {
  ${MAPS}
  ssl_certificate ecdsa.pem; ssl_certificate_key ecdsa.key;
  ssl_certificate rsa.pem; ssl_certificate_key rsa.key;
  ssl_client_certificate ca.pem;
  ${[...configuration.tls, ...configuration.proxy].join('\n  ')}
${servers.join('')}}
`;
  return {
    'nginx.conf': main,
    'ecdsa.pem': ecdsa.chain,
    'ecdsa.key': ecdsa.key,
    'rsa.pem': rsa.chain,
    'rsa.key': rsa.key,
    'ca.pem': authority.certificate,
    ...Object.fromEntries(included),
  };
}

function serverText(server: Server, index: number, included: Map<string, string>): string {
  const locations = server.locations.map((one, i) => locationText(one, pathOf(index, i), included));
  return `  server {
    listen ${writtenPort(server)} ssl;
    server_name ${serverName(index)};
    set $upgrade_by_set upgrade;
    set $by_condition close;
    if ($http_upgrade) { set $by_condition upgrade; }
    set $never_by_condition close;
    if ($http_upgrade) { set $never_by_condition keep-alive; }
    ${[...server.tls, ...server.proxy].join('\n    ')}
    location ${PLAIN_PATH} { return 200; }
${locations.join('')}  }
`;
}

function locationText({ form, outer, lines }: Location, path: string, included: Map<string, string>): string {
  const own = [...lines, `proxy_pass http://${BACKEND};`].join(' ');
  switch (form) {
    case 'own':
      return `    location ${path} { ${own} }\n`;
    case 'nested':
      return `    location ${path} { ${outer.join(' ')} location ${path} { ${own} } }\n`;
    case 'included': {
      const file = `snippets${path.replaceAll('/', '_')}.conf`;
      included.set(file, `${own}\n`);
      return `    location ${path} { include ${file}; }\n`;
    }
  }
}
