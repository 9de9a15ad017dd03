/** Owns the lowering of ssl_verify_client: what is asked, and which blocks answer clients that were not verified. */
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import { http, loadProject } from './project.ts';

const TLS = 'listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key;';

const clients = (files: Record<string, string>, root?: string) => {
  const [endpoint] = endpointsOf(loadProject(files, root === undefined ? {} : { root }).model);
  const fact = endpoint?.clientCertificates;
  if (fact === undefined) throw new Error('there is no endpoint');
  return fact.known ? fact.value : undefined;
};
const demand = (inside: string) => clients(http(inside))?.demand ?? 'unknown';

const waysIn = (files: Record<string, string>, root?: string): string[] | 'unknown' => {
  const ways = clients(files, root)?.ways;
  return ways?.known === true ? ways.value.map(({ kind }) => kind) : 'unknown';
};
const ways = (inside: string, around = '') =>
  waysIn(http(`${around} server { ${TLS} ssl_verify_client optional; ${inside} }`));
const PASS = 'proxy_pass http://127.0.0.1:1;';

describe('what a server asks for', () => {
  it('is what the nearest level says', () => {
    expect(demand(`server { ${TLS} }`)).toBe('none');
    expect(demand(`ssl_verify_client on; server { ${TLS} }`)).toBe('required');
    expect(demand(`ssl_verify_client on; server { ${TLS} ssl_verify_client off; }`)).toBe('none');
    expect(demand(`server { ${TLS} ssl_verify_client OPTIONAL; }`)).toBe('optional');
    expect(demand(`server { ${TLS} ssl_verify_client optional_no_ca; }`)).toBe('unverified');
  });

  it('is not known behind an include that cannot be seen, or a variable', () => {
    expect(demand(`server { ${TLS} include mtls.conf; }`)).toBe('unknown');
    expect(demand(`server { ${TLS} ssl_verify_client $x; }`)).toBe('unknown');
  });
});

describe('ways in without a verified certificate', () => {
  it('are everything where nothing looks at the result', () => {
    expect(ways(`location / { ${PASS} }`)).toEqual(['everything']);
    expect(ways('root /srv;')).toEqual(['everything']);
    expect(ways(`add_header X $ssl_client_verify; access_log a.log; location / { ${PASS} }`)).toEqual(['everything']);
    expect(ways(`if ($http_user_agent ~ bot) { return 403; } location / { ${PASS} }`)).toEqual(['everything']);
  });

  it('are none where a variable of the certificate decides, directly or not', () => {
    expect(ways(`if ($ssl_client_verify != SUCCESS) { return 403; } location / { ${PASS} }`)).toEqual([]);
    expect(ways(`location / { if ($ssl_client_fingerprint != ab) { return 403; } ${PASS} }`)).toEqual([]);
    const map = 'map $ssl_client_s_dn $who { default ""; ~CN=(?<cn>.+) $cn; } map $who $in { default 1; "" 0; }';
    expect(ways(`if ($in = 0) { return 403; } location / { ${PASS} }`, map)).toEqual([]);
    expect(ways(`set $x $ssl_client_verify; if ($x != SUCCESS) { return 403; } location / { ${PASS} }`)).toEqual([]);
  });

  it('are there where the checks refuse others', () => {
    const anyone = (inside: string) =>
      waysIn(http(`server { ${TLS} ssl_verify_client optional_no_ca; ${inside} location / { ${PASS} } }`));
    expect(anyone('if ($ssl_client_verify = NONE) { return 403; }')).toEqual(['foreign']);
    expect(anyone('if ($ssl_client_s_dn = "") { return 403; }')).toEqual(['foreign']);
    expect(anyone('if ($ssl_client_s_dn !~ CN=alice) { return 403; }')).toEqual(['foreign']);
    expect(anyone('if ($ssl_client_verify ~ ^FAILED) { return 403; }')).toEqual(['everything']);
    expect(anyone('if ($ssl_client_verify != SUCCESS) { return 403; }')).toEqual([]);
    expect(anyone('if ($ssl_client_verify ~ "FAILED|NONE") { return 403; }')).toEqual([]);
    expect(
      anyone('if ($ssl_client_verify = NONE) { return 403; } if ($ssl_client_verify ~ FAIL) { return 403; }'),
    ).toEqual([]);
    expect(anyone('if ($ssl_client_fingerprint != ab) { return 403; }')).toEqual([]);
    expect(anyone('if ($ssl_client_verify = NONE) { rewrite ^ /no; }')).toEqual([]);
    expect(ways(`if ($ssl_client_verify = NONE) { return 403; } location / { ${PASS} }`)).toEqual([]);
    expect(ways(`if ($ssl_client_verify = FAILED) { return 403; } location / { ${PASS} }`)).toEqual(['everything']);
  });

  it('are none where the back end is told', () => {
    expect(ways(`proxy_set_header X-Verify $ssl_client_verify; location / { ${PASS} }`)).toEqual([]);
    expect(ways(`location / { fastcgi_param DN $ssl_client_s_dn; fastcgi_pass unix:/x; }`)).toEqual([]);
    expect(ways(`location / { uwsgi_param DN $ssl_client_s_dn; uwsgi_pass unix:/x; }`)).toEqual([]);
    expect(ways(`location / { grpc_set_header DN $ssl_client_s_dn; grpc_pass h:1; }`)).toEqual([]);
    // A level with lines of its own inherits none.
    expect(ways(`proxy_set_header X $ssl_client_verify; location / { proxy_set_header Host $host; ${PASS} }`)).toEqual([
      'everything',
    ]);
  });

  it('are not known where something else may gate, or cannot be seen', () => {
    for (const inside of [
      `auth_basic a; location / { ${PASS} }`,
      `location / { auth_request /auth; ${PASS} }`,
      `location / { access_by_lua_block { ngx.exit(403) } ${PASS} }`,
      `location / { deny 10.0.0.0/8; ${PASS} }`,
      `location / { include proxy.conf; ${PASS} }`,
      `if ($defined_elsewhere) { return 403; } location / { ${PASS} }`,
    ])
      expect(ways(inside), inside).toBe('unknown');
    const part = { 'part.conf': `server { ${TLS} ssl_verify_client optional; location / { ${PASS} } }` };
    expect(waysIn(part, '/w/part.conf')).toBe('unknown');
    expect(waysIn({ 'tls.conf': 'ssl_protocols TLSv1.2; ssl_verify_client optional;' }, '/w/tls.conf')).toBe('unknown');
  });

  it('are none where every answer is fixed or for everybody', () => {
    expect(ways('return 301 https://other.example/;')).toEqual([]);
    expect(ways('location / { return 204; }')).toEqual([]);
    expect(ways(`location /.well-known/acme-challenge/ { root /srv; } location / { return 404; }`)).toEqual([]);
  });

  const CHECK = 'if ($ssl_client_verify != SUCCESS) { return 403; }';

  it('are the parts that take requests out of a checked location', () => {
    expect(ways(`location /a/ { ${CHECK} ${PASS} location /a/b/ { ${PASS} } }`)).toEqual(['part']);
    expect(ways(`location /a/ { ${CHECK} ${PASS} } location ~ \\.php$ { ${PASS} }`)).toEqual(['part']);
  });

  it('are not the parts that are meant for everybody', () => {
    expect(ways(`location /a/ { ${CHECK} ${PASS} } location / { ${PASS} }`)).toEqual([]);
    expect(ways(`location ^~ /a/ { ${CHECK} ${PASS} } location ~ \\.php$ { ${PASS} }`)).toEqual([]);
    expect(ways(`location = /a { ${CHECK} ${PASS} } location ~ \\.php$ { ${PASS} }`)).toEqual([]);
    expect(ways(`location /a/ { ${CHECK} ${PASS} } location ~ ^/public/ { ${PASS} }`)).toEqual([]);
    expect(ways(`location /a/ { ${CHECK} ${PASS} } location ~ \\.css$ { expires 1d; }`)).toEqual([]);
    expect(ways(`${CHECK} location /a/ { ${PASS} location /a/b/ { ${PASS} } }`)).toEqual([]);
  });
});

describe('a listener without TLS beside a required certificate', () => {
  const beside = (listen: string, inside = `location / { ${PASS} }`, around = '') =>
    waysIn(http(`server { ${TLS} ${listen} ssl_verify_client on; ${inside} } ${around}`));

  it('is a way in', () => {
    expect(beside('')).toEqual([]);
    expect(beside('listen 80;')).toEqual(['plain']);
    expect(beside('listen [::]:8080;')).toEqual(['plain']);
  });

  it('is none where only this machine reaches it, or where it is TLS after all', () => {
    expect(beside('listen 127.0.0.1:80;')).toEqual([]);
    expect(beside('listen unix:/run/a.sock;')).toEqual([]);
    expect(beside('listen 8443;', undefined, 'server { listen 8443 ssl; }')).toEqual([]);
  });

  it('is none where plain requests are told apart', () => {
    expect(beside('listen 80;', `if ($scheme = http) { return 301 https://a/; } location / { ${PASS} }`)).toEqual([]);
    expect(beside('listen 80;', `location / { proxy_set_header V $ssl_client_verify; ${PASS} }`)).toEqual([]);
    expect(beside('listen 80;', 'location / { return 204; }')).toEqual([]);
  });
});

describe('an error page beside a required certificate', () => {
  const led = (page: string, named: string, location = PASS) =>
    waysIn(http(`server { ${TLS} ssl_verify_client on; ${page} location / { ${location} } location @n { ${named} } }`));

  it('is a way in where it leads to the back end of the others', () => {
    expect(led('error_page 495 496 = @n;', PASS)).toEqual(['everything']);
    expect(led('error_page 496 =200 @n;', PASS)).toEqual(['everything']);
    expect(led('error_page 495 @n;', PASS)).toEqual(['foreign']);
    expect(led('error_page 502 @n;', PASS)).toEqual([]);
  });

  it('is none where that is for such clients, looks at the certificate or tells of it', () => {
    expect(led('error_page 496 = @n;', 'proxy_pass http://127.0.0.1:2;')).toEqual([]);
    expect(led('error_page 496 = @n;', 'return 403;')).toEqual([]);
    expect(led('error_page 496 = @n;', `proxy_set_header V $ssl_client_verify; ${PASS}`)).toEqual([]);
    expect(led('error_page 496 = @n;', `if ($ssl_client_verify != SUCCESS) { return 403; } ${PASS}`)).toEqual([]);
    expect(led('error_page 496 = @n;', `auth_basic a; ${PASS}`)).toEqual([]);
    expect(led('error_page 496 = @other;', PASS)).toEqual([]);
    expect(led('error_page 496 /a.html;', PASS)).toEqual([]);
    expect(led('location /in/ { error_page 496 = @n; }', PASS)).toEqual([]);
  });
});
