/** Owns the lowering of sockets: what is spoken on them, who answers unknown names, and what is answered without TLS. */
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/src/model/origin.ts';
import { http, loadProject } from './project.ts';

const sites = (inside: string, more: Record<string, string> = {}) =>
  loadProject({ ...http(inside), ...more }).model.sites;
const text = <T>(fact: Fact<T> | undefined) => (fact?.known === true ? `${fact.value}` : 'unknown');
const CERTIFICATE = 'ssl_certificate a.pem; ssl_certificate_key a.key;';

describe('a socket', () => {
  const tls = (inside: string) => sites(inside).map(({ listeners }) => listeners.map((one) => text(one.tls)).join(' '));

  it('speaks TLS for all its servers when one of them says so', () => {
    expect(tls('server { listen 443; } server { listen 443 ssl; }')).toEqual(['true', 'true']);
    expect(tls('server { listen 443; } server { listen 127.0.0.1:443 ssl; }')).toEqual(['false', 'true']);
    expect(tls('ssl on; server { listen 443; }')).toEqual(['true']);
    expect(tls('server { listen 443; listen 443 quic; }')).toEqual(['false true']);
  });

  it('is not known where an include could hold another server or `ssl on`', () => {
    expect(tls('include sites/gone.conf; server { listen 443; }')).toEqual(['unknown']);
    expect(tls('server { listen 443; include gone.conf; }')).toEqual(['unknown']);
    expect(tls('include sites/gone.conf; server { listen 443 ssl; }')).toEqual(['true']);
    const part = loadProject({ 'conf.d/a.conf': 'server { listen 443; }' }, { root: '/w/conf.d/a.conf' });
    expect(text(part.model.sites[0]?.listeners[0]?.tls)).toBe('unknown');
  });

  it('has a server for unknown names: the one that is named for it, else the first', () => {
    const first = (inside: string) =>
      sites(inside).map(({ listeners }) => listeners.map((one) => text(one.answersUnknownNames)).join(' '));
    expect(first('server { listen 80; } server { listen 80; }')).toEqual(['true', 'false']);
    expect(first('server { listen 80; } server { listen 80 default_server; }')).toEqual(['false', 'true']);
    expect(first('include gone.conf; server { listen 80; }')).toEqual(['unknown']);
    expect(first('include gone.conf; server { listen 80 default_server; }')).toEqual(['true']);
  });

  it('is port 80 for a server without `listen`, which is plain unless another one there is not', () => {
    expect(tls('server { }')).toEqual(['false']);
    expect(tls('ssl on; server { }')).toEqual(['true']);
    expect(tls('server { } server { listen 80 ssl; }')).toEqual(['unknown', 'true']);
    expect(tls('server { } server { listen 443 ssl; }')).toEqual(['false', 'true']);
    expect(tls('server { include gone.conf; }')).toEqual(['']);
    expect(tls('include gone.conf; server { }')).toEqual(['unknown']);
    const [site, other] = sites('server { } server { listen 80; }');
    expect([site?.listeners[0]?.label, text(site?.listeners[0]?.port)]).toEqual(['port 80, without a `listen`', '80']);
    expect(text(other?.listeners[0]?.answersUnknownNames)).toBe('unknown');
  });

  it('is reached by clients themselves unless it is local or behind a proxy', () => {
    const direct = (listen: string) => text(sites(`server { listen ${listen}; }`)[0]?.listeners[0]?.direct);
    expect(direct('443')).toBe('true');
    expect(direct('[::]:443')).toBe('true');
    expect(direct('127.0.0.1:443')).toBe('false');
    expect(direct('unix:/run/x.sock')).toBe('false');
    expect(direct('443 proxy_protocol')).toBe('unknown');
  });
});

describe('names that servers of a socket share', () => {
  const tls = (line: string) => `server { listen 443 ssl; ${line} ${CERTIFICATE} }`;
  /** The names for which each server is presented; `-` for servers that no request comes to. */
  const kept = (inside: string) =>
    sites(inside).map(({ endpoint, unreached }) =>
      unreached !== undefined ? '-' : (endpoint?.certificates[0]?.names.map(({ name }) => name).join(' ') ?? ''),
    );

  it('are those of the first that has them', () => {
    expect(kept(`${tls('server_name a.x;')} ${tls('server_name A.x b.x;')}`)).toEqual(['a.x', 'b.x']);
    expect(kept(`${tls('server_name .a.x;')} ${tls('server_name a.x *.a.x b.x;')}`)).toEqual(['.a.x', 'b.x']);
    expect(kept(`${tls('server_name a.x;')} ${tls('server_name .a.x b.x;')}`)).toEqual(['a.x', 'b.x']);
    expect(kept(`${tls('server_name *.a.x;')} ${tls('server_name a.x .a.x;')}`)).toEqual(['*.a.x', 'a.x']);
    expect(kept(tls('server_name a.x .a.x;'))).toEqual(['a.x .a.x']);
    expect(kept(`${tls('server_name a.x .a.x;')} ${tls('server_name b.x;')}`)).toEqual(['a.x', 'b.x']);
    expect(kept(`${tls('server_name .a.x a.x;')} ${tls('server_name b.x;')}`)).toEqual(['.a.x a.x', 'b.x']);
    expect(kept(`${tls('server_name a.*;')} ${tls('server_name a.* ~^a;')}`)).toEqual(['a.*', '~^a']);
  });

  it('leave a server without requests where others have all of them on all sockets', () => {
    expect(kept(`${tls('server_name a.x;')} ${tls('server_name a.x;')}`)).toEqual(['a.x', '-']);
    expect(kept(`${tls('')} ${tls('')}`)).toEqual(['', '-']);
    expect(kept(`${tls('server_name a.x;')} ${tls('listen 80; server_name a.x;')}`)).toEqual(['a.x', '']);
    expect(kept(`${tls('server_name a.x;')} ${tls('listen 8443 ssl; server_name a.x;')}`)).toEqual(['a.x', 'a.x']);
  });

  it('leave the default server what has no other', () => {
    const last = 'server { listen 443 ssl default_server; server_name a.x; }';
    expect(kept(`${tls('server_name a.x;')} ${tls('server_name a.x;')} ${last}`)).toEqual(['a.x', '-', '']);
    expect(sites(`${tls('server_name a.x;')} ${last}`)[1]?.unreached).toBeUndefined();
  });

  it('are not judged where other names cannot be seen, in templates, and in files that come twice', () => {
    expect(kept(`${tls('server_name a.x;')} ${tls('server_name a.x; include gone.conf;')}`)).toEqual(['a.x', '']);
    const template = `{% if old %} ${tls('server_name a.x;')} {% else %} ${tls('server_name a.x;')} {% endif %}`;
    const part = loadProject({ 'a.conf.j2': template }, { root: '/w/a.conf.j2' });
    expect(part.model.sites.map(({ unreached }) => unreached)).toEqual([undefined, undefined]);
    const twice = sites('include a.conf; include a.conf;', { 'a.conf': tls('server_name a.x;') });
    expect(twice.map(({ unreached }) => unreached)).toEqual([undefined, undefined]);
  });

  it('take the facts of a server without requests away', () => {
    const [, site] = sites(
      `${tls('server_name a.x;')} server { listen 443 ssl; server_name a.x; ${CERTIFICATE} ssl_verify_client optional;
       location /ws/ { proxy_pass http://127.0.0.1:3000; } }`,
    );
    const clients = site?.endpoint?.clientCertificates;
    expect(clients?.known === true && clients.value.ways.known).toBe(false);
    expect(site?.routes.map(({ upgrade, idle }) => [upgrade.known, idle.known])).toEqual([[false, false]]);
    expect(site?.routes[0]?.handshake.shadow?.message).toContain('`*:443`');
    expect([site?.hsts.known, site?.plainAnswer.known, site?.redirects.known]).toEqual([false, false, false]);
  });
});

describe('a handshake', () => {
  const gets = (inside: string) => sites(inside).map(({ endpoint }) => text(endpoint?.handshake));

  it('gets the certificate of its server, else that of the default server of the socket', () => {
    expect(gets(`server { listen 443 ssl; ${CERTIFICATE} } server { listen 443 ssl; }`)).toEqual([
      'certificate',
      'certificate',
    ]);
    expect(gets(`server { listen 443 ssl; } server { listen 443 ssl; ${CERTIFICATE} }`)).toEqual([
      'nothing',
      'certificate',
    ]);
    expect(gets(`${CERTIFICATE} server { listen 443 ssl; }`)).toEqual(['certificate']);
    expect(gets('server { listen 443 ssl; ssl_certificate $cert; }')).toEqual(['certificate']);
    expect(gets('server { listen 443 ssl; include gone.conf; }')).toEqual(['unknown']);
  });

  it('is refused where the server says so, and nothing is lent from there', () => {
    const reject = 'server { listen 443 ssl default_server; ssl_reject_handshake on; }';
    expect(gets(`${reject} server { listen 443 ssl; }`)).toEqual(['refused', 'nothing']);
    expect(gets(`${reject} server { listen 443 ssl; ${CERTIFICATE} }`)).toEqual(['refused', 'certificate']);
  });
});

describe('without TLS', () => {
  const answer = (inside: string) => text(sites(`server { ${inside} }`)[0]?.plainAnswer);

  it('is not changed by error pages that are for TLS alone', () => {
    expect(answer('listen 80; error_page 497 https://$host$request_uri; root /srv;')).toBe('pages');
    expect(answer('listen 80; error_page 404 497 https://$host$request_uri; root /srv;')).toBe('unknown');
  });

  it.each([
    ['return 301 https://$host$request_uri;', 'redirect'],
    ['return https://shop.example;', 'redirect'],
    ['rewrite ^(.*)$ https://$host$1 permanent;', 'redirect'],
    ['location / { return 308 https://$host$request_uri; }', 'redirect'],
    [
      'location /.well-known/acme-challenge/ { root /a; } location / { return 301 https://$host$request_uri; }',
      'redirect',
    ],
    ['return 444;', 'nothing'],
    ['return 404;', 'nothing'],
    ['', 'pages'],
    ['root /var/www;', 'pages'],
    ['return 200 hello;', 'pages'],
    ['location / { proxy_pass http://b; }', 'pages'],
    ['location /api { proxy_pass http://b; } location / { return 301 https://$host; }', 'pages'],
    ['location /old { return 301 https://new.example; }', 'pages'],
    ['if ($scheme = http) { return 301 https://$host$request_uri; } root /a;', 'unknown'],
    ['location / { if ($https = "") { return 301 https://$host$request_uri; } }', 'unknown'],
    ['rewrite ^/a https://$host permanent;', 'unknown'],
    ['access_by_lua_block { x() } root /a;', 'unknown'],
    ['include gone.conf; root /a;', 'unknown'],
    ['return 301 $scheme://www.shop.example;', 'unknown'],
    ['location / { auth_basic x; root /a; }', 'pages'],
  ])('%s', (inside, expected) => {
    expect(answer(inside)).toBe(expected);
  });
});
