/** Owns generated Apache configurations: hosts with TLS, each with a plain one of the same name, and a route for WebSockets. */
import * as fc from 'fast-check';

export const BACKEND = '127.0.0.1:3000';
export const PAGE = '/index.html';

const balancer = (p: string, parameters: string): string => {
  const name = `balancer://app${p.slice(1)}`;
  return `<Proxy ${name}>\n        BalancerMember http://${BACKEND} ${parameters}\n    </Proxy>\n    ProxyPass ${p} ${name}${p}`;
};

/** One of these is the host's route; `p` is its path. */
const ROUTES: readonly ((p: string) => string)[] = [
  (p) => `ProxyPass ${p} http://${BACKEND}${p}`,
  (p) => `ProxyPass ${p} http://${BACKEND}${p} upgrade=websocket`,
  (p) => `ProxyPass ${p} http://${BACKEND}${p} upgrade=ANY`,
  (p) => `ProxyPass ${p} http://${BACKEND}${p} upgrade=NONE`,
  (p) => `ProxyPass ${p} ws://${BACKEND}${p}`,
  (p) => `ProxyPass ${p} ws://${BACKEND}${p} timeout=2`,
  (p) => `ProxyPassMatch ^${p}$ ws://${BACKEND}${p}`,
  (p) => `<Location ${p}>\n        ProxyPass http://${BACKEND}${p} upgrade=websocket\n    </Location>`,
  (p) => `ProxyPass ${p} http://${BACKEND}${p} upgrade=websocket\n    RequestHeader unset Upgrade`,
  (p) =>
    `RewriteEngine On\n    RewriteCond %{HTTP:Upgrade} =websocket [NC]\n    RewriteRule ^${p} ws://${BACKEND}${p} [P]`,
  (p) => `RewriteEngine On\n    RewriteRule ^${p} http://${BACKEND}${p} [P]`,
  (p) => `RewriteRule ^${p} ws://${BACKEND}${p} [P]`,
  // The second line uses the worker that the first one opened.
  (p) => `ProxyPass ${p}/in http://${BACKEND}/\n    ProxyPass ${p} http://${BACKEND}${p} upgrade=websocket`,
  (p) => `ProxyPass ${p}/in http://${BACKEND}/ upgrade=websocket\n    ProxyPass ${p} http://${BACKEND}${p}`,
  // Workers that other lines open, or change.
  (p) =>
    `<Proxy http://${BACKEND}/>\n        ProxySet upgrade=websocket timeout=2\n    </Proxy>\n    ProxyPass ${p} http://${BACKEND}${p}`,
  (p) =>
    `<Proxy http://${BACKEND}${p}>\n        ProxySet upgrade=NONE\n    </Proxy>\n    ProxyPass ${p} http://${BACKEND}${p} upgrade=websocket`,
  (p) => `ProxyPass ${p} http://${BACKEND}${p}\n    ProxySet http://${BACKEND}${p} upgrade=ANY timeout=2`,
  (p) =>
    `<Proxy http://${BACKEND} upgrade=websocket timeout=2>\n    </Proxy>\n    RewriteEngine On\n    RewriteRule ^(${p}) http://${BACKEND}$1 [P]`,
  (p) =>
    `<Proxy http://${BACKEND}/>\n        Require all granted\n    </Proxy>\n    ProxyPass ${p} http://${BACKEND}${p} upgrade=websocket`,
  (p) =>
    `ProxyPassMatch ^(${p})$ http://${BACKEND}$1 upgrade=websocket timeout=2\n    ProxySet http://${BACKEND}$1 upgrade=NONE`,
  (p) => balancer(p, 'upgrade=websocket timeout=2'),
  (p) => `${balancer(p, 'upgrade=websocket')} timeout=2`,
  (p) => balancer(p, 'timeout=2'),
  (p) =>
    `BalancerMember balancer://app${p.slice(1)} ws://${BACKEND}\n    RewriteEngine On\n    RewriteRule ^(${p}) balancer://app${p.slice(1)}$1 [P]`,
];

const PROTOCOLS = [
  '',
  'SSLProtocol all',
  'SSLProtocol all -SSLv3 -TLSv1',
  'SSLProtocol -all +TLSv1.2 +TLSv1.3',
  'SSLProtocol TLSv1.2',
  'SSLProtocol TLSv1.2 TLSv1.3',
  'SSLProtocol all -TLSv1.3',
  'SSLProtocol -all +TLSv1 +TLSv1.1',
  // Without a hole.
  'SSLProtocol all -TLSv1.2',
  'SSLOpenSSLConfCmd MinProtocol TLSv1.3',
  'SSLProtocol TLSv1.3\n    SSLOpenSSLConfCmd MinProtocol TLSv1.2',
  'SSLProtocol TLSv1.2\n    SSLOpenSSLConfCmd MinProtocol TLSv1.3',
  'SSLOpenSSLConfCmd maxprotocol TLSv1.2\n    SSLOpenSSLConfCmd MinProtocol TLSv1.1',
  'SSLProtocol all -TLSv1.2\n    SSLOpenSSLConfCmd MinProtocol None',
];
const CIPHERS = ['', 'SSLCipherSuite HIGH', 'SSLCipherSuite ALL:@SECLEVEL=0', 'SSLCipherSuite ECDHE+AESGCM'];
const DEMANDS = [
  '',
  'SSLCACertificateFile clients.pem',
  'SSLCACertificateFile clients.pem\n    SSLVerifyClient none',
  'SSLCACertificateFile clients.pem\n    SSLVerifyClient optional',
  'SSLCACertificateFile clients.pem\n    SSLVerifyClient optional_no_ca',
  'SSLCACertificateFile clients.pem\n    SSLVerifyClient require',
  'SSLVerifyClient require',
];
const HSTS = [
  '',
  'Header always set Strict-Transport-Security "max-age=63072000"',
  'Header set Strict-Transport-Security "max-age=63072000"',
];
const HOSTS = ['', 'ProxyPreserveHost On', 'ProxyPreserveHost Off'];
const TIMES = ['', 'ProxyTimeout 1', 'ProxyTimeout 2'];

/** The plain host; `p` is the path of WebSockets. */
const PLAIN: readonly ((p: string, name: string) => string)[] = [
  () => '',
  (_, name) => `Redirect permanent / https://${name}/`,
  () => 'RewriteEngine On\n    RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]',
  () =>
    'RewriteEngine On\n    RewriteCond %{HTTPS} off\n    RewriteRule ^(.*)$ https://%{HTTP_HOST}%{REQUEST_URI} [R=302,L]',
  (p) => `ProxyPass ${p} ws://${BACKEND}${p}`,
  (p, name) => `ProxyPass ${p} ws://${BACKEND}${p}\n    Redirect 301 / https://${name}/`,
  (p) =>
    `RewriteEngine On\n    RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n    ProxyPass ${p} ws://${BACKEND}${p}`,
  (_, name) => `Redirect /old https://${name}/old`,
];

export interface Host {
  readonly route: number;
  readonly lines: readonly string[];
  readonly plain: number;
}

export interface Configuration {
  readonly timeout: number;
  /** In the main server, for hosts that have none of their own. */
  readonly main: readonly string[];
  readonly hosts: readonly Host[];
}

const one = (lines: readonly string[]) => fc.constantFrom(...lines);
const index = (list: readonly unknown[]) => fc.nat(list.length - 1);

export function configurations(hosts: number): fc.Arbitrary<Configuration> {
  const host = fc.record({
    route: index(ROUTES),
    lines: fc.tuple(one(PROTOCOLS), one(CIPHERS), one(DEMANDS), one(HSTS), one(HOSTS), one(TIMES)),
    plain: index(PLAIN),
  });
  return fc.record({
    timeout: fc.constantFrom(1, 2),
    main: fc.tuple(one(['', ...PROTOCOLS.slice(2, 5)]), one(HSTS.slice(0, 2)), one(['', 'ProxyPreserveHost On'])),
    hosts: fc.array(host, { minLength: hosts, maxLength: hosts }),
  });
}

export const nameOf = (i: number): string => `host${i}.example`;
export const pathOf = (i: number): string => `/ws${i}`;
export const securePort = (i: number): number => 44_300 + i;
export const plainPort = (i: number): number => 8000 + i;

/** The main file. */
export function textOf({ timeout, main, hosts }: Configuration): string {
  const lines = (all: readonly string[], indent: string) =>
    all
      .filter((line) => line !== '')
      .map((line) => `${indent}${line}\n`)
      .join('');
  const parts = hosts.map(({ route, lines: own, plain }, i) => {
    const written = [...own, ROUTES[route]?.(pathOf(i)) ?? ''];
    return `Listen ${securePort(i)}
Listen ${plainPort(i)}
<VirtualHost *:${securePort(i)}>
    ServerName ${nameOf(i)}
    SSLEngine on
    SSLCertificateFile site.pem
    SSLCertificateKeyFile site.key
${lines(written, '    ')}</VirtualHost>
<VirtualHost *:${plainPort(i)}>
    ServerName ${nameOf(i)}
${lines([PLAIN[plain]?.(pathOf(i), nameOf(i)) ?? ''], '    ')}</VirtualHost>
`;
  });
  return `Timeout ${timeout}\n${lines(main, '')}${parts.join('')}`;
}
