/** Owns the proof that names lead to where they are defined and used, over all files of a project. */
import { describe, expect, it } from 'vitest';
import { definitionsAt } from '../../server/src/service/definitions.ts';
import { referencesAt } from '../../server/src/service/references.ts';
import { createAuthority } from '../kit/authority.ts';
import { type Bench, bench, MARK } from './kit.ts';

/** The line of a place, with the place between brackets. */
function shown(texts: Readonly<Record<string, string>>, file: string, span: { start: number; end: number }): string {
  const text = (texts[file] ?? '').replace(MARK, '');
  const from = text.lastIndexOf('\n', span.start - 1) + 1;
  const to = text.indexOf('\n', span.end);
  const line = `${text.slice(from, span.start)}[${text.slice(span.start, span.end)}]${text.slice(span.end, to < 0 ? undefined : to)}`;
  return `${file.slice('/w/'.length)}: ${line.trim()}`;
}

function definitions(texts: Readonly<Record<string, string>>): string[] {
  const { engine, file, offset } = bench(texts);
  return (definitionsAt(engine, file, offset)?.places ?? []).map((place) => shown(texts, place.file, place.span));
}

function references(texts: Readonly<Record<string, string>>, withDefinitions = false): string[] {
  const { engine, run, file, offset }: Bench = bench(texts);
  return referencesAt(engine, run.projects, file, offset, withDefinitions).map((place) =>
    shown(texts, place.file, place.span),
  );
}

const ROOT = `events {}
http {
    include upstreams.conf;
    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }
    map $host $pool {
        default "chat";
        b.example http://Chat/x;
        ~^(?<tenant>\\w+)\\.example$ other.example;
    }
    include site.conf;
}
stream {
    upstream chat { server 127.0.0.1:2; }
    server { listen 2000; proxy_pass chat; }
}
`;
const UPSTREAMS = 'upstream chat { server 127.0.0.1:1; }\n';
const SITE = `server {
    location / {
        proxy_pass http://chat/;
        proxy_set_header Connection "x \${Connection_Upgrade}$tenant";
        error_page 502 = @down;
    }
    location /b { proxy_pass http://$pool; }
    location /c { proxy_pass $pool; grpc_pass grpcs://chat; }
    location /d { proxy_pass http://elsewhere.example; access_by_lua_block { return ngx.var.connection_upgrade } }
    location ~ ^/chat$ { try_files $uri @down; fastcgi_pass chat; }
    location @down { return 503; }
}
server { location @down { return 504; } }
`;

/** The project, with the cursor behind the `number`th occurrence of a text in a file. */
function at(file: 'nginx.conf' | 'site.conf' | 'upstreams.conf', part: string, number = 1): Record<string, string> {
  const texts = { 'nginx.conf': ROOT, 'site.conf': SITE, 'upstreams.conf': UPSTREAMS };
  let found = -1;
  for (let i = 0; i < number; i++) found = texts[file].indexOf(part, found + 1);
  if (found < 0) throw new Error(`no ${part}`);
  const behind = found + part.length;
  const marked = texts[file].slice(0, behind) + MARK + texts[file].slice(behind);
  return Object.fromEntries(Object.entries({ ...texts, [file]: marked }).map(([name, text]) => [`/w/${name}`, text]));
}

describe('an upstream', () => {
  const definition = ['upstreams.conf: upstream [chat] { server 127.0.0.1:1; }'];
  it.each([
    ['proxy_pass', at('site.conf', 'http://chat')],
    ['grpc_pass', at('site.conf', 'grpcs://chat')],
    ['a map whose variable is an address', at('nginx.conf', 'http://Chat')],
    ['a map whose variable is a host', at('nginx.conf', '"chat')],
  ])('is found from %s, in another file', (_, texts) => {
    expect(definitions(texts)).toEqual(definition);
  });

  it('knows its uses, those in values of variables too, and not those of its namesake in stream', () => {
    expect(references(at('upstreams.conf', 'chat'), true)).toEqual([
      'nginx.conf: default "[chat]";',
      'nginx.conf: b.example http://[Chat]/x;',
      'site.conf: proxy_pass http://[chat]/;',
      'site.conf: location /c { proxy_pass $pool; grpc_pass grpcs://[chat]; }',
      'site.conf: location ~ ^/chat$ { try_files $uri @down; fastcgi_pass [chat]; }',
      ...definition,
    ]);
    expect(references(at('nginx.conf', 'upstream chat'), true)).toEqual([
      'nginx.conf: upstream [chat] { server 127.0.0.1:2; }',
      'nginx.conf: server { listen 2000; proxy_pass [chat]; }',
    ]);
  });

  it('is none where a host has no block', () => {
    expect(definitions(at('site.conf', 'elsewhere.example'))).toEqual([]);
    expect(references(at('site.conf', 'elsewhere.example'))).toEqual([]);
  });
});

describe('a variable', () => {
  it('is found from within a string, whatever its case, and from Lua', () => {
    const map = ['nginx.conf: map $http_upgrade $[connection_upgrade] {'];
    expect(definitions(at('site.conf', 'Connection_Upgrade'))).toEqual(map);
    expect(definitions(at('site.conf', 'ngx.var.connection_upgrade', 1))).toEqual(map);
  });

  it('has its uses, in all files', () => {
    expect(references(at('nginx.conf', '$connection_upgrade'))).toEqual([
      'site.conf: proxy_set_header Connection "x ${[Connection_Upgrade]}$tenant";',
      'site.conf: location /d { proxy_pass http://elsewhere.example; access_by_lua_block { return ngx.var.[connection_upgrade] } }',
    ]);
  });

  it('may be a named group of a regular expression', () => {
    expect(definitions(at('site.conf', '$tenant'))).toEqual([
      'nginx.conf: ~^(?<[tenant]>\\w+)\\.example$ other.example;',
    ]);
  });

  it('of nginx itself is defined nowhere, and used where it is used', () => {
    expect(definitions(at('nginx.conf', '$http_upgrade'))).toEqual([]);
    expect(references(at('nginx.conf', '$http_upgrade'), true)).toEqual([
      'nginx.conf: map $[http_upgrade] $connection_upgrade {',
    ]);
  });

  it('is not the end of a regular expression', () => {
    const texts = { '/w/nginx.conf': 'http {\n server {\n set $x 1;\n location ~ ^/a$x { return 200 $│x; }\n }\n}\n' };
    expect(references(texts, true)).toEqual([
      'nginx.conf: set $[x] 1;',
      'nginx.conf: location ~ ^/a$x { return 200 $[x]; }',
    ]);
  });
});

describe('a named location', () => {
  it('is that of its server', () => {
    expect(definitions(at('site.conf', '@down'))).toEqual(['site.conf: location @[down] { return 503; }']);
    expect(references(at('site.conf', '@down', 3))).toEqual([
      'site.conf: error_page 502 = @[down];',
      'site.conf: location ~ ^/chat$ { try_files $uri @[down]; fastcgi_pass chat; }',
    ]);
    expect(references(at('site.conf', '@down', 4))).toEqual([]);
  });
});

describe('a path', () => {
  it('leads from an include to its files', () => {
    const texts = {
      '/w/nginx.conf': 'http { include │conf.d/*.conf; }\n',
      '/w/conf.d/a.conf': '',
      '/w/conf.d/b.conf': '',
    };
    expect(definitions(texts)).toEqual(['conf.d/a.conf: []', 'conf.d/b.conf: []']);
  });

  it('of a certificate leads to it, and the certificate to all that names it', async () => {
    const { bundle } = await (await createAuthority()).issue({ names: ['a.example'] });
    const conf = 'http { server { listen 443 ssl; ssl_certificate │a.pem; ssl_certificate_key a.pem; } }\n';
    const texts = { '/w/nginx.conf': conf, '/w/a.pem': bundle };
    expect(definitions(texts)).toEqual([`a.pem: []${bundle.split('\n')[0]}`]);
    const uses = [
      'nginx.conf: http { server { listen 443 ssl; ssl_certificate [a.pem]; ssl_certificate_key a.pem; } }',
      'nginx.conf: http { server { listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key [a.pem]; } }',
    ];
    expect(references(texts)).toEqual(uses);
    expect(references({ '/w/nginx.conf': conf.replace(MARK, ''), '/w/a.pem': MARK + bundle })).toEqual(uses);
  });
});

describe('HAProxy', () => {
  const TEXT = `defaults web
  mode http
  acl is_api path_beg /api
frontend f from web
  bind :80
  acl is_ws hdr(Upgrade) -i websocket
  acl is_ws path_beg /ws
  use_backend sockets if is_ws !is_api || { nbsrv(pages) lt 1 }
  default_backend pages
frontend g from web
  acl is_ws path /
  use_backend pages unless is_ws
backend sockets from web
  use-server one if TRUE
  server one 127.0.0.1:1
listen pages from web
  bind :81
  stick on src table sockets
`;
  const haproxy = (part: string, number = 1): Record<string, string> => {
    let found = -1;
    for (let i = 0; i < number; i++) found = TEXT.indexOf(part, found + 1);
    if (found < 0) throw new Error(`no ${part}`);
    const behind = found + part.length;
    return { '/w/haproxy.cfg': TEXT.slice(0, behind) + MARK + TEXT.slice(behind) };
  };

  it.each([
    ['use_backend sockets', 'sockets', 1, ['backend [sockets] from web']],
    ['default_backend pages', 'pages', 2, ['listen [pages] from web']],
    ['a fetch', 'pages', 1, ['listen [pages] from web']],
    ['a keyword', 'mode', 1, []],
    ['the name behind from', 'web', 2, ['defaults [web]']],
    ['an ACL', 'is_ws', 3, ['acl [is_ws] hdr(Upgrade) -i websocket', 'acl [is_ws] path_beg /ws']],
    ['a negated ACL of the defaults', '!is_api', 1, ['acl [is_api] path_beg /api']],
    ['use-server', 'one', 1, ['server [one] 127.0.0.1:1']],
  ])('%s', (_, part, number, expected) => {
    expect(definitions(haproxy(part, number))).toEqual(expected.map((line) => `haproxy.cfg: ${line}`));
  });

  it('uses of a backend', () => {
    expect(references(haproxy('backend sockets', 2))).toEqual([
      'haproxy.cfg: use_backend [sockets] if is_ws !is_api || { nbsrv(pages) lt 1 }',
      'haproxy.cfg: stick on src table [sockets]',
    ]);
    expect(references(haproxy('is_ws', 4))).toEqual(['haproxy.cfg: use_backend pages unless [is_ws]']);
  });
});
