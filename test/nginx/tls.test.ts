/** Owns the lowering of TLS: versions with their origin, certificates with their keys, sockets, and removed directives. */
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import { afterRemedy, http, loadProject, type Options } from './project.ts';

const endpoint = (inside: string, options: Options = {}) => {
  const [first] = endpointsOf(loadProject(http(inside), options).model);
  if (first === undefined) throw new Error('there is no endpoint');
  return first;
};
const versions = (inside: string, options: Options = {}) => {
  const fact = endpoint(inside, options).versions;
  return fact.known ? fact.value.join(' ') : 'unknown';
};
const TLS = 'listen 443 ssl;';

describe('TLS versions', () => {
  it('are those written, at the nearest level', () => {
    expect(versions(`ssl_protocols TLSv1.2; server { ${TLS} }`)).toBe('TLSv1.2');
    expect(versions(`ssl_protocols TLSv1.2; server { ${TLS} ssl_protocols TLSv1.3; }`)).toBe('TLSv1.3');
    expect(versions(`server { ${TLS} ssl_protocols TLSv1.2; ssl_protocols TLSv1.3; }`)).toBe('TLSv1.2 TLSv1.3');
  });

  it('are a default of the version where nothing is written', () => {
    expect(versions(`server { ${TLS} }`)).toBe('unknown');
    expect(versions(`server { ${TLS} }`, { target: { nginx: '1.27.3' } })).toBe('TLSv1.2 TLSv1.3');
    expect(versions(`server { ${TLS} }`, { target: { nginx: '1.26.3', openssl: '3.5' } })).toBe('TLSv1.2 TLSv1.3');
    expect(versions(`server { ${TLS} }`, { target: { nginx: '1.22.1', openssl: '3.0' } })).toBe('TLSv1.2');
    expect(versions(`server { ${TLS} }`, { target: { nginx: '1.22.1' } })).toBe('unknown');
    expect(versions(`server { ${TLS} }`, { target: { nginx: '1.27' } })).toBe('unknown');
  });

  it('depend on what the TLS library lets through', () => {
    const old = `server { ${TLS} ssl_protocols TLSv1 TLSv1.2; ssl_ciphers`;
    expect(versions(`${old} HIGH; }`, { target: { openssl: '3.0' } })).toBe('TLSv1.2');
    expect(versions(`${old} HIGH:@SECLEVEL=0; }`, { target: { openssl: '3.0' } })).toBe('TLSv1 TLSv1.2');
    expect(versions(`${old} HIGH; }`, { target: { openssl: '1.0.2' } })).toBe('TLSv1 TLSv1.2');
    expect(versions(`${old} HIGH; }`, { target: { openssl: '1.1.1' } })).toBe('unknown');
    expect(versions(`${old} HIGH; }`)).toBe('unknown');
  });

  it('may come from an include that cannot be seen', () => {
    expect(versions(`server { ${TLS} include ssl.conf; }`, { target: { nginx: '1.30' } })).toBe('unknown');
    expect(
      versions(`server { ${TLS} include /etc/letsencrypt/options-ssl-nginx.conf; }`, { target: { nginx: '1.30' } }),
    ).toBe('unknown');
  });

  it('are listed with their places', () => {
    const { listed } = endpoint(`server { ${TLS} ssl_protocols TLSv1 SSLv3; }`);
    expect(listed.map(({ version }) => version)).toEqual(['TLSv1', 'SSLv3']);
  });
});

describe('certificates of several servers', () => {
  const uses = (inside: string) =>
    loadProject(http(inside)).model.sites.map((site) => site.endpoint?.certificates ?? []);
  const PAIR = 'ssl_certificate a.pem; ssl_certificate_key a.key;';

  it('are lent by the default server of the socket where a server has none', () => {
    const [, lent] = uses(`server { ${TLS} ${PAIR} server_name a.example; } server { ${TLS} server_name b.example; }`);
    expect(lent?.map(({ certificate, names }) => [certificate.written, ...names.map(({ name }) => name)])).toEqual([
      ['a.pem', 'b.example'],
    ]);
    expect(uses(`server { ${TLS} } server { ${TLS} ${PAIR} }`)[0]).toEqual([]);
    expect(uses(`server { ${TLS} ${PAIR} } server { ${TLS} include x.conf; }`)[1]).toEqual([]);
  });

  it('need a key each', () => {
    const keyless = (inside: string) => uses(inside).flatMap((all) => all.map((use) => use.keyless !== undefined));
    expect(keyless(`server { ${TLS} ${PAIR} }`)).toEqual([false]);
    expect(keyless(`server { ${TLS} ${PAIR} ssl_certificate b.pem; }`)).toEqual([false, true]);
    expect(keyless(`ssl_certificate_key a.key; server { ${TLS} ssl_certificate b.pem; }`)).toEqual([false]);
    expect(keyless(`server { ${TLS} ssl_certificate b.pem; }`)).toEqual([true]);
    expect(keyless(`server { ${TLS} ssl_certificate b.pem; include key.conf; }`)).toEqual([false]);
  });
});

describe('sockets', () => {
  const tls = (inside: string) =>
    loadProject(http(inside)).model.sites.map((site) => site.listeners.map((one) => one.tls.known && one.tls.value));

  it('speak TLS when one server on them says so', () => {
    expect(
      tls('server { listen 443 ssl; } server { listen *:443; } server { listen 443; } server { listen 8443; }'),
    ).toEqual([[true], [true], [true], [false]]);
    expect(tls('server { listen [::]:443 ssl; } server { listen 443; }')).toEqual([[true], [false]]);
    expect(tls('server { listen 443 quic; } server { listen unix:/run/ssl.sock; }')).toEqual([[true], [false]]);
    expect(tls('server { listen 443; ssl on; }')).toEqual([[true]]);
  });
});

describe('certificates', () => {
  it('come with the key of the same number, inherited as a whole', () => {
    const { certificates } = endpoint(
      `ssl_certificate a.pem; ssl_certificate b.pem; ssl_certificate_key a.key; ssl_certificate_key b.key; server { ${TLS} server_name x y; }`,
    );
    expect(certificates.map(({ certificate, key }) => [certificate.written, key?.written])).toEqual([
      ['a.pem', 'a.key'],
      ['b.pem', 'b.key'],
    ]);
    expect(certificates[0]?.names.map(({ name }) => name)).toEqual(['x', 'y']);
  });

  it.each(['$ssl_server_name.pem', 'data:$pem', 'engine:x:y', 'store:file:x'])('are not files: %s', (path) => {
    expect(endpoint(`server { ${TLS} ssl_certificate "${path}"; }`).certificates).toEqual([]);
  });

  it('with a relative path lie beside the root, with an absolute one only where that is known', () => {
    const file = (path: string, options: Options = {}) =>
      endpoint(`server { ${TLS} ssl_certificate ${path}; }`, options).certificates[0]?.certificate.file;
    expect(file('certs/a.pem')).toMatchObject({ known: true, value: '/w/certs/a.pem' });
    expect(file('/etc/ssl/a.pem')).toMatchObject({ known: false });
    expect(file('/etc/ssl/a.pem', { pathMap: [{ from: '/etc/ssl', to: '/w/ssl' }] })).toMatchObject({
      known: true,
      value: '/w/ssl/a.pem',
    });
  });
});

describe('what newer nginx refuses', () => {
  const obsolete = (inside: string, options: Options = {}) => loadProject(http(inside), options);
  const fixed = (inside: string, options: Options = {}) => {
    const project = obsolete(inside, options);
    const offer = project.model.obsolete[0]?.offers[0];
    return offer === undefined
      ? undefined
      : { safety: offer.safety, text: afterRemedy(project, offer.remedy)['/w/nginx.conf'] };
  };
  const NEW = { target: { nginx: '1.30.0' } };

  it('`ssl on` becomes `ssl` on each `listen`', () => {
    expect(fixed('server {\n  listen 443;\n  listen [::]:443;\n  ssl on;\n}')).toEqual({
      safety: 'safe',
      text: 'events {}\nhttp {\nserver {\n  listen 443 ssl;\n  listen [::]:443 ssl;\n}\n}\n',
    });
    expect(obsolete('server { listen 443; ssl off; }').model.obsolete).toEqual([]);
    expect(fixed('server { listen 443; ssl on; } server { listen 443; }')).toBeUndefined();
  });

  it('`listen … http2` becomes `http2 on` only for a target that has it', () => {
    const server = 'server {\n  listen 443 ssl http2;\n  listen [::]:443 ssl http2;\n}';
    expect(fixed(server)).toBeUndefined();
    expect(fixed(server, { target: { nginx: '1.25.0' } })).toBeUndefined();
    expect(fixed(server, NEW)).toEqual({
      safety: 'safe',
      text: 'events {}\nhttp {\nserver {\n  listen 443 ssl;\n  listen [::]:443 ssl;\n  http2 on;\n}\n}\n',
    });
  });

  it('is no longer safe where another server would lose HTTP/2', () => {
    expect(fixed('server {\n  listen 443 ssl http2;\n}\nserver {\n  listen 443 ssl;\n}', NEW)?.safety).toBe(
      'behaviour',
    );
    expect(fixed('server {\n  listen 443 ssl http2;\n}\nserver {\n  listen 443 ssl http2;\n}', NEW)?.safety).toBe(
      'safe',
    );
  });
});

describe('variables that nothing defines', () => {
  const undefinedIn = (inside: string) =>
    loadProject(http(inside)).model.problems.flatMap((one) => (one.rule === 'config-undefined-variable' ? [one] : []));
  const names = (inside: string) => {
    const text = http(inside)['nginx.conf'] ?? '';
    return undefinedIn(inside).map(({ place }) => text.slice(place.span.start, place.span.end));
  };
  const header = (value: string) => `server { location / { proxy_pass http://b; proxy_set_header X "${value}"; } }`;

  it.each([
    ['$connection_upgrade', ['$connection_upgrade']],
    ['a ${connection_upgrade} b', ['${connection_upgrade}']],
    ['$ssl_client_s_dn_cn', ['$ssl_client_s_dn_cn']],
    ['$remote_adr', ['$remote_adr']],
    ['$host $http_anything $arg_x $cookie_y $sent_http_z $upstream_http_a', []],
    ['${NGINX_HOST}', []],
  ])('%s', (value, expected) => expect(names(header(value))).toEqual(expected));

  it.each([
    ['map', 'map $host $mine { default 1; }'],
    ['geo', 'geo $mine { default 1; }'],
    ['split_clients', 'split_clients $host $mine { * a; }'],
    ['set', 'server { set $mine 1; }'],
    ['a named group', 'server { server_name ~^(?<mine>.+)$; }'],
    ['auth_request_set', 'server { auth_request_set $mine $upstream_http_x; }'],
  ])('are defined by %s', (_, definition) => expect(names(`${definition} ${header('$mine')}`)).toEqual([]));

  it('are not judged where a part cannot be seen, nor where a module may bring them', () => {
    expect(names(`include gone.conf; ${header('$mine')}`)).toEqual([]);
    expect(names(`lua_package_path x; ${header('$mine')}`)).toEqual([]);
    expect(names(`lua_package_path x; ${header('$connection_upgrade')}`)).toEqual(['$connection_upgrade']);
  });

  it('are plain text where nginx compiles no variables, and in regular expressions', () => {
    expect(names('server { location ~ "^/a$b" { return 200; } if ($host ~ "x$mine") { return 403; } }')).toEqual([]);
  });

  it('get their map in `http`', () => {
    const project = loadProject(http(`    ${header('$connection_upgrade')}`));
    const remedy = project.model.problems[0]?.offers?.[0]?.remedy;
    if (remedy === undefined) throw new Error('nothing is offered');
    expect(afterRemedy(project, remedy)['/w/nginx.conf']).toContain(
      "http {\n    map $http_upgrade $connection_upgrade {\n        default upgrade;\n        ''      close;\n    }\n    server",
    );
  });
});
