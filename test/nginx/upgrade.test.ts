/** Owns the lowering of the upgrade: what becomes of a WebSocket handshake in nginx. */
import { describe, expect, it } from 'vitest';
import { type Route, routesOf } from '../../server/src/model/model.ts';
import { afterRemedy, http, loadProject, type Options } from './project.ts';

function route(inside: string, options: Options = {}): Route {
  const [first, ...more] = routesOf(loadProject(http(inside), options).model);
  if (first === undefined || more.length > 0) throw new Error('the test needs exactly one route');
  return first;
}

function passes(inside: string): boolean | 'unknown' {
  const { upgrade } = route(inside);
  return upgrade.known ? upgrade.value.passes : 'unknown';
}

const MAP = `map $http_upgrade $connection_upgrade { default upgrade; '' close; }`;
const at = (headers: string) => `${MAP} server { location /x { proxy_pass http://b; ${headers} } }`;
const BOTH = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';

describe('the upgrade', () => {
  it('that included lines cut off is told at each route that includes them', () => {
    const places = (location: string) => {
      const files = {
        ...http(`${MAP} ${BOTH} server { ${location} location /b { include real-ip; proxy_pass http://b; } }`),
        'real-ip': 'proxy_set_header X-Real-IP $remote_addr;\n',
      };
      return routesOf(loadProject(files).model).map(({ place, upgrade }) => {
        const [loss] = upgrade.known ? upgrade.value.losses : [];
        return loss?.kind === 'inheritance-cut' && loss.place.span.start === place.span.start && loss.message;
      });
    };
    const says = expect.stringContaining('`location /b` includes `proxy_set_header` lines of its own');
    expect(places('')).toEqual([says]);
    expect(places('location /a { include real-ip; proxy_pass http://a; }')).toEqual([expect.any(String), says]);
  });

  it.each([
    ['both headers by the map', BOTH, true],
    ['literals', 'proxy_set_header Upgrade websocket; proxy_set_header Connection upgrade;', true],
    [
      'the client own headers',
      'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;',
      true,
    ],
    ['names in lower case', 'proxy_set_header upgrade $http_upgrade; proxy_set_header connection upgrade;', true],
    [
      'a list in Connection',
      'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "keep-alive, Upgrade";',
      true,
    ],
    ['two Connection lines, one of them right', `${BOTH} proxy_set_header Connection "";`, true],
    ['nothing', '', false],
    ['Upgrade only', 'proxy_set_header Upgrade $http_upgrade;', false],
    ['Connection only', 'proxy_set_header Connection upgrade;', false],
    ['Connection removed', 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "";', false],
    ['Connection close', 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection close;', false],
    [
      'the variables exchanged',
      'proxy_set_header Upgrade $connection_upgrade; proxy_set_header Connection upgrade;',
      false,
    ],
    ['HTTP/2 to the back end', `${BOTH} proxy_http_version 2;`, false],
    ['the other headers kept back', `${BOTH} proxy_pass_request_headers off;`, false],
    [
      'the key of the handshake brought back',
      `${BOTH} proxy_pass_request_headers off; proxy_set_header Sec-WebSocket-Key $http_sec_websocket_key;`,
      true,
    ],
    ['another method', `${BOTH} proxy_method POST;`, false],
    ['a method of the request', `${BOTH} proxy_method $request_method;`, true],
    [
      'an unknown variable',
      'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $elsewhere;',
      'unknown',
    ],
    ['an include that is not there', 'include snippets/proxy.conf;', 'unknown'],
    [
      'a wrong value beside an include that is not there',
      'include gone; proxy_set_header Connection close; proxy_set_header Upgrade "";',
      false,
    ],
  ])('%s', (_, headers, expected) => expect(passes(at(headers))).toBe(expected));

  it('is inherited from server and http', () => {
    expect(passes(`${MAP} ${BOTH} server { location /x { proxy_pass http://b; } }`)).toBe(true);
    expect(passes(`${MAP} server { ${BOTH} location /x { proxy_pass http://b; } }`)).toBe(true);
    expect(passes(`${MAP} server { location /x { ${BOTH} location /x/y { proxy_pass http://b; } } }`)).toBe(true);
  });

  it('is lost where a level has headers of its own', () => {
    const { upgrade } = route(
      `${MAP} server { ${BOTH} location /ws { proxy_pass http://b; proxy_set_header X-A b; } }`,
    );
    expect(upgrade).toMatchObject({ known: true, value: { passes: false, losses: [{ kind: 'inheritance-cut' }] } });
  });

  it('goes through `if` and `limit_except`, which take no headers', () => {
    expect(passes(`${MAP} server { location /x { ${BOTH} if ($a) { proxy_pass http://b; } } }`)).toBe(true);
    expect(passes(`${MAP} server { location /x { ${BOTH} limit_except GET { proxy_pass http://b; } } }`)).toBe(true);
  });

  it('is what a map makes of a handshake', () => {
    const map = (entries: string) =>
      `map $http_upgrade $m { ${entries} } server { location /x { proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $m; } }`;
    expect(passes(map('default close; websocket upgrade;'))).toBe(true);
    expect(passes(map('default close; ~*^web upgrade;'))).toBe(true);
    expect(passes(map('default close; ~^h2c upgrade;'))).toBe(false);
    expect(passes(map("'' close;"))).toBe(false);
    expect(passes(map('include map.conf; default close;'))).toBe('unknown');
  });

  it('is known of `set` in the same server, and unknown where it is conditional', () => {
    const set = (before: string) =>
      `server { ${before} location /x { proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $c; } }`;
    expect(passes(set('set $c upgrade;'))).toBe(true);
    expect(passes(set('set $c close;'))).toBe(false);
    expect(passes(set('set $c close; if ($http_upgrade) { set $c upgrade; }'))).toBe('unknown');
  });

  it('cannot be known in a part of a configuration that sets no headers', () => {
    const [first] = routesOf(
      loadProject({ 'site.conf': 'server { location /ws { proxy_pass http://b; } }' }, { root: '/w/site.conf' }).model,
    );
    expect(first?.upgrade.known).toBe(false);
    const [own] = routesOf(
      loadProject(
        { 'site.conf': 'server { location /ws { proxy_pass http://b; proxy_set_header Host $host; } }' },
        { root: '/w/site.conf' },
      ).model,
    );
    expect(own?.upgrade).toMatchObject({ known: true, value: { passes: false } });
  });
});

describe('the evidence for a WebSocket', () => {
  const level = (inside: string, options?: Options) => route(inside, options).webSocket.level;

  it.each([
    ['/ws', 'suspected'],
    ['/api/ws/', 'suspected'],
    ['/socket.io/', 'suspected'],
    ['/cable', 'suspected'],
    ['~ \\.(js|css|ws)$', 'none'],
    ['/hubs/chat', 'suspected'],
    ['/notifications/hub', 'suspected'],
    ['/notifications/hub/negotiate', 'none'],
    ['~ ^/(chat|websocket)$', 'suspected'],
    ['/github', 'none'],
    ['/news', 'none'],
    ['/wsdl', 'none'],
    ['/aws/', 'none'],
    ['/', 'none'],
  ])('of location %s is %s', (path, expected) => {
    expect(level(`server { location ${path} { proxy_pass http://b; proxy_set_header Host $host; } }`)).toBe(expected);
  });

  it('comes from the upstream name, the settings, and headers that pass some of the upgrade on', () => {
    expect(level('server { location / { proxy_pass http://chat_websocket; } }')).toBe('suspected');
    expect(level('server { location / { proxy_pass http://aws-backend; } }')).toBe('none');
    expect(level('server { location /feed/x { proxy_pass http://b; } }', { webSocketPaths: ['/feed'] })).toBe(
      'certain',
    );
    expect(level('server { location / { proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; } }')).toBe(
      'certain',
    );
    expect(level('server { location / { proxy_pass http://b; proxy_set_header Connection ""; } }')).toBe('none');
  });

  it('is seen where upgrade headers outside reach no route at all, and only there', () => {
    const cut = 'location / { proxy_pass http://b; proxy_set_header X-A b; }';
    expect(level(`${MAP} server { ${BOTH} ${cut} }`)).toBe('suspected');
    const two = loadProject(http(`${MAP} server { ${BOTH} ${cut} location /live { proxy_pass http://c; } }`)).model;
    expect(routesOf(two).map((one) => one.webSocket.level)).toEqual(['none', 'certain']);
  });
});

describe('a location for sub-requests', () => {
  const levels = (inside: string, options: Options = {}) =>
    routesOf(loadProject(http(`${MAP} server { ${inside} }`), options).model).map(({ webSocket }) => webSocket.level);
  const check = (location: string, more = '') => `location ${location} { proxy_pass http://auth; ${more} }`;
  const asked = (line: string, location: string, more = '') =>
    levels(`${BOTH} location / { ${line} proxy_pass http://b; } ${check(location, more)}`);

  it('is no WebSocket, although headers for one reach it', () => {
    expect(asked('auth_request /auth;', '= /auth')).toEqual(['certain', 'none']);
    expect(asked('auth_request /auth?a=1;', '/auth', 'internal;')).toEqual(['certain', 'none']);
    expect(asked('mirror /copy;', '= /copy')).toEqual(['certain', 'none']);
    expect(asked('', '= /auth', 'internal; proxy_pass_request_body off;')).toEqual(['certain', 'none']);
    expect(asked('auth_request /ws/auth;', '= /ws/auth', 'proxy_set_header Content-Length "";')).toEqual([
      'certain',
      'none',
    ]);
    expect(levels(`${BOTH} auth_request /auth; ${check('= /auth')} ${check('/')}`)).toEqual(['none', 'certain']);
  });

  it('is one where others may ask for it, or the settings name it', () => {
    expect(asked('auth_request /auth/check;', '/auth/')).toEqual(['certain', 'certain']);
    expect(asked('auth_request off;', '= /auth')).toEqual(['certain', 'certain']);
    expect(asked('', '= /auth', 'internal;')).toEqual(['certain', 'certain']);
    const named = `auth_request /auth; ${check('= /auth')}`;
    expect(levels(named, { webSocketPaths: ['/auth'] })).toEqual(['certain']);
  });

  it('does not count where headers reach no route at all', () => {
    const cut = `location /a/ { auth_request /auth; proxy_set_header Host h; proxy_pass http://b; } ${check('= /auth')}`;
    expect(levels(`${BOTH} ${cut}`)).toEqual(['suspected', 'none']);
  });
});

describe('forwarding the upgrade', () => {
  const fixed = (files: Record<string, string>, options: Options = {}, only?: true) => {
    const project = loadProject(files, options);
    const lost = routesOf(project.model).find((one) => one.upgrade.known && !one.upgrade.value.passes);
    if (lost === undefined) throw new Error('nothing is lost');
    return afterRemedy(project, { kind: 'forward-upgrade', route: lost, ...(only && { only }) });
  };

  it('passes only WebSocket on where that is wanted, with both maps', () => {
    const files = { 'nginx.conf': 'http {\n    server {\n        location /ws { proxy_pass http://b; }\n    }\n}\n' };
    const after = fixed(files, { target: { nginx: '1.30.0' } }, true);
    expect(after['/w/nginx.conf']).toBe(
      "http {\n    map $http_upgrade $websocket_upgrade {\n        default          '';\n        ~*^websocket$    websocket;\n    }\n" +
        "    map $websocket_upgrade $connection_upgrade {\n        default upgrade;\n        ''      close;\n    }\n" +
        '    server {\n        location /ws { proxy_pass http://b; proxy_set_header Upgrade $websocket_upgrade; proxy_set_header Connection $connection_upgrade; }\n    }\n}\n',
    );
    const { model } = loadProject({ 'nginx.conf': after['/w/nginx.conf'] ?? '' });
    expect(routesOf(model).map(({ handshake }) => handshake.anyProtocol)).toMatchObject([
      { known: true, value: false },
    ]);
  });

  it('takes the maps that are there, and inserts none that it does not need', () => {
    const own = "map $http_upgrade $websocket_upgrade { default ''; ~*^websocket$ websocket; }";
    const after = fixed(http(`${MAP} ${own} server { location /ws { proxy_pass http://b; } }`), {}, true);
    expect(after['/w/nginx.conf']?.match(/\bmap /g)?.length).toBe(2);
    expect(after['/w/nginx.conf']).toContain('proxy_set_header Upgrade $websocket_upgrade;');
    const asked = http('server { location /ws { proxy_pass http://b; proxy_set_header Connection upgrade; } }');
    expect(fixed(asked, {}, true)['/w/nginx.conf']?.match(/\bmap /g)?.length).toBe(1);
  });

  it('is not narrowed where a part of it is there for every protocol', () => {
    const half = http('server { location /ws { proxy_pass http://b; proxy_set_header Upgrade $http_upgrade; } }');
    expect(() => fixed(half, {}, true)).toThrow();
  });

  it('repeats what was inherited, in its own words', () => {
    const files = {
      'nginx.conf': `events {}\nhttp {\n    ${MAP}\n    proxy_set_header Host "$host";\n    server {\n        location /ws {\n            proxy_pass http://b;\n        }\n    }\n}\n`,
    };
    expect(fixed(files)['/w/nginx.conf']).toContain(
      '            proxy_pass http://b;\n            proxy_http_version 1.1;\n            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection $connection_upgrade;\n            proxy_set_header Host "$host";\n        }',
    );
  });

  it('puts the map into the file with `http`, in its layout, and keeps CRLF', () => {
    const files = {
      'nginx.conf': 'events {}\r\nhttp {\r\n\tinclude conf.d/*.conf;\r\n}\r\n',
      'conf.d/site.conf': 'server {\r\n  location /ws {\r\n    proxy_pass http://b; # chat\r\n  }\r\n}\r\n',
    };
    const after = fixed(files, { target: { nginx: '1.30.0' } });
    expect(after['/w/nginx.conf']).toBe(
      "events {}\r\nhttp {\r\n\tmap $http_upgrade $connection_upgrade {\r\n\t\tdefault upgrade;\r\n\t\t''      close;\r\n\t}\r\n\tinclude conf.d/*.conf;\r\n}\r\n",
    );
    expect(after['/w/conf.d/site.conf']).toBe(
      'server {\r\n  location /ws {\r\n    proxy_pass http://b; # chat\r\n    proxy_set_header Upgrade $http_upgrade;\r\n    proxy_set_header Connection $connection_upgrade;\r\n  }\r\n}\r\n',
    );
  });

  it('does not end connections that an upstream keeps alive', () => {
    const files = http(
      'upstream b { server 127.0.0.1:1; keepalive 8; }\nserver { location /ws { proxy_pass http://b; } }',
    );
    expect(fixed(files)['/w/nginx.conf']).toContain("''      '';");
  });

  it('takes a map that is there under another name', () => {
    const files = http(
      'map $http_upgrade $up { default upgrade; "" close; }\nserver { location /ws { proxy_pass http://b; } }',
    );
    expect(fixed(files)['/w/nginx.conf']).toContain('proxy_set_header Connection $up;');
  });

  it('goes to the location around an `if`', () => {
    const after = fixed(
      http(`${MAP}\nserver {\n  location /ws {\n    if ($arg_a) {\n      proxy_pass http://b;\n    }\n  }\n}`),
    );
    expect(after['/w/nginx.conf']).toContain(
      'location /ws {\n    proxy_http_version 1.1;\n    proxy_set_header Upgrade',
    );
  });
});
