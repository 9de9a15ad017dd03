/** Owns the lowering of what happens to a handshake beyond its two headers. */
import { describe, expect, it } from 'vitest';
import { type Route, routesOf } from '../../server/src/model/model.ts';
import { http, loadProject, type Options } from './project.ts';

function routeOf(inside: string, options: Options = {}): Route {
  const [first, ...more] = routesOf(loadProject(http(inside), options).model);
  if (first === undefined || more.length > 0) throw new Error('the test needs exactly one route');
  return first;
}

describe('HTTP/2 to the back end', () => {
  const over = (server: string, location: string) =>
    routeOf(`server { ${server} location /x { proxy_pass http://b; ${location} } }`).handshake.overHttp2;

  it.each([
    ['nothing written', '', '', undefined],
    ['1.1', '', 'proxy_http_version 1.1;', undefined],
    ['at the route', '', 'proxy_http_version 2;', 'none'],
    ['further out', 'proxy_http_version 2;', '', 'none'],
    ['further out, and another at the route', 'proxy_http_version 2;', 'proxy_http_version 1.1;', undefined],
    ['a value that nginx does not know', '', 'proxy_http_version 3;', undefined],
    ['beside an include that is not there', 'proxy_http_version 2;', 'include gone;', undefined],
  ])('%s', (_, server, location, handshake) => expect(over(server, location)?.handshake).toBe(handshake));

  it('loses the handshake besides what the headers lose', () => {
    const { upgrade } = routeOf('server { location /x { proxy_pass http://b; proxy_http_version 2; } }');
    expect(upgrade.known && upgrade.value.losses.map(({ kind }) => kind)).toEqual(['http2', 'missing']);
  });
});

describe('redirected handshakes', () => {
  const PASS = 'proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
  const redirects = (server: string, webSocketPaths: readonly string[] = []) =>
    loadProject(http(`server { ${server} }`), { webSocketPaths }).model.sites.flatMap((site) =>
      site.redirects.known
        ? site.redirects.value.map(({ path, status, webSocket }) => `${path} ${status} ${webSocket.level}`)
        : [],
    );

  it.each([
    ['none', `location /x { ${PASS} }`, []],
    ['a slash that nobody leaves out', `location /x/ { ${PASS} }`, []],
    ['return in the location', `location /x { return 308 /y; ${PASS} }`, ['/x 308 certain']],
    ['an address alone', `location /x { return http://other/; ${PASS} }`, ['/x 302 certain']],
    ['an error', `location /x { return 404 /y; ${PASS} }`, []],
    ['return in the server', `return 301 /y; location /x { ${PASS} }`, ['/x 301 certain']],
    ['to https from a plain site', `return 301 https://$host; location /x { ${PASS} }`, []],
    ['to https from TLS', `listen 443 ssl; return 301 https://w$host; location /x { ${PASS} }`, ['/x 301 certain']],
    ['for one host', `if ($host = a) { return 301 http://b; } location /x { ${PASS} }`, []],
    [
      'behind an answer to some',
      `if ($bad) { return 403; } return 301 /y; location /x { ${PASS} }`,
      ['/x 301 certain'],
    ],
    ['but not for WebSockets', `if ($http_upgrade) { return 403; } return 301 /y; location /x { ${PASS} }`, []],
    ['behind an if that leads elsewhere', `if ($a) { break; } return 301 /y; location /x { ${PASS} }`, []],
    ['rewrite of this path', `rewrite ^/x /y redirect; location /x { ${PASS} }`, ['/x 302 certain']],
    ['rewrite of another path', `rewrite ^/z /y redirect; location /x { ${PASS} }`, []],
    ['rewrite within', `rewrite ^/x /y last; return 301 /y; location /x { ${PASS} }`, []],
    ['a location that may be hidden', `location ~ . { return 301 /y; } include gone; location /x { ${PASS} }`, []],
    ['a path that looks like one', 'location /ws { return 301 /y; }', ['/ws 301 suspected']],
    ['the slash of such a path', 'location /ws { return 301 $scheme://$host/ws/; }', []],
    ['everything', `location / { return 301 /y; ${PASS} }`, []],
  ])('%s', (_, server, expected) => expect(redirects(server)).toEqual(expected));

  it('leaves out a slash where the settings do', () => {
    const server = `location /x/ { ${PASS} }`;
    expect(redirects(server, ['/x'])).toEqual(['/x 301 certain']);
    expect(redirects(server, ['/x/'])).toEqual([]);
    expect(redirects(server, ['/'])).toEqual([]);
    expect(redirects(`${server} location = /x { ${PASS} }`, ['/x'])).toEqual([]);
    expect(redirects('location /x/ { root /srv; }', ['/x'])).toEqual([]);
  });
});

describe('the Host that the back end gets', () => {
  const host = (location: string, pass = 'http://127.0.0.1:3000') => {
    const fact = routeOf(`server { location /x { proxy_pass ${pass}; ${location} } }`).handshake.host;
    return fact.known ? `${fact.value.kind}${fact.value.otherSite ? ', other site' : ''}` : 'unknown';
  };

  it.each([
    ['', undefined, 'upstream'],
    ['proxy_set_header X y;', undefined, 'upstream'],
    ['proxy_set_header Host $host;', undefined, 'without-port'],
    ['proxy_set_header host ${http_host};', undefined, 'client'],
    ['proxy_set_header Host $host:$server_port;', undefined, 'client'],
    ['proxy_set_header Host app;', undefined, 'fixed'],
    ['proxy_set_header Host $elsewhere;', undefined, 'unknown'],
    ['proxy_set_header Host a; proxy_set_header Host b;', undefined, 'unknown'],
    ['include gone;', undefined, 'unknown'],
    ['proxy_set_header Host $host; include gone;', undefined, 'without-port'],
    ['', 'http://$name', 'unknown'],
    ['', 'https://chat.vendor.example/', 'upstream, other site'],
    ['', 'http://app.internal:3000', 'upstream'],
    ['', 'http://backend', 'upstream'],
  ])('%s %s', (location, pass, expected) => expect(host(location, pass)).toBe(expected));
});

describe('ordinary requests that ask for an upgrade', () => {
  const asks = (location: string) => {
    const { alwaysAsks } = routeOf(`server { location /x { proxy_pass http://b; ${location} } }`).handshake;
    return alwaysAsks.known ? alwaysAsks.value : 'unknown';
  };

  it.each([
    ['proxy_set_header Connection "upgrade";', true],
    ['proxy_set_header Connection "keep-alive, Upgrade";', true],
    ['proxy_set_header Connection close;', false],
    ['proxy_set_header Connection "";', false],
    ['proxy_set_header Connection $http_connection;', 'unknown'],
    ['proxy_set_header Connection upgrade; proxy_set_header Connection "";', 'unknown'],
    ['proxy_set_header Connection upgrade; include gone;', 'unknown'],
    ['', 'unknown'],
  ])('%s', (location, expected) => expect(asks(location)).toBe(expected));

  it('are not known where only handshakes are led', () => {
    const led = (inside: string) => {
      const lines = 'proxy_pass http://b; proxy_set_header Connection upgrade;';
      const { model } = loadProject(http(`server { ${inside.replaceAll('HERE', lines)} }`));
      return routesOf(model).map(({ handshake: { alwaysAsks } }) => (alwaysAsks.known ? alwaysAsks.value : 'unknown'));
    };
    const headers = 'proxy_set_header Connection upgrade;';
    expect(led(`location / { ${headers} if ($http_upgrade) { proxy_pass http://b; } }`)).toEqual(['unknown']);
    expect(led(`location / { ${headers} if ($host = a) { proxy_pass http://b; } }`)).toEqual([true]);
    const page = 'error_page 418 = @ws; location @ws { HERE }';
    expect(led(`${page} location / { if ($http_upgrade) { return 418; } }`)).toEqual(['unknown']);
    expect(led(`${page} location / { if ($host = a) { return 418; } }`)).toEqual([true]);
    expect(led(`${page} location / { if ($http_upgrade) { return 419; } }`)).toEqual([true]);
    expect(led('location @ws { HERE } error_page 404 = @ws;')).toEqual([true]);
  });
});

describe('upgrades to other protocols', () => {
  const MAPS = `map $http_upgrade $all { default upgrade; '' close; }
    map $http_upgrade $one { default ''; ~*^websocket$ websocket; } map $one $if_one { default upgrade; '' close; }`;
  const pass = (upgrade: string, connection: string) => {
    const headers = `proxy_set_header Upgrade ${upgrade}; proxy_set_header Connection ${connection};`;
    const { anyProtocol } = routeOf(`${MAPS} server { location /x { proxy_pass http://b; ${headers} } }`).handshake;
    return anyProtocol.known ? anyProtocol.value : 'unknown';
  };

  it.each([
    ['$http_upgrade', '$all', true],
    ['$http_upgrade', 'upgrade', true],
    ['$http_upgrade', '$http_connection', true],
    ['$http_upgrade', '$if_one', false],
    ['$http_upgrade', 'close', false],
    ['$one', '$all', false],
    ['websocket', 'upgrade', false],
    ['$elsewhere', 'upgrade', 'unknown'],
    ['$http_upgrade', '$elsewhere', 'unknown'],
  ])('%s with %s', (upgrade, connection, expected) => expect(pass(upgrade, connection)).toBe(expected));
});
