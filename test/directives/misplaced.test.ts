/** Owns the edges of config-directive-misplaced: versions, parts of configurations, placeholders, blocks that hold no directives. */
import { describe, expect, it } from 'vitest';
import { loadProject, type Options } from '../nginx/project.ts';

/** What is said of a file, each as `text: message`. */
function said(files: Record<string, string> | string, options: Options = {}): string[] {
  const all = typeof files === 'string' ? { 'nginx.conf': files } : files;
  const project = loadProject(all, options);
  const texts = new Map(project.files.map((file) => [file.id, file.text]));
  return project.model.problems
    .filter(({ rule }) => rule === 'config-directive-misplaced')
    .map(({ place, message }) => `${texts.get(place.file)?.slice(place.span.start, place.span.end)}: ${message}`);
}

const inServer = (line: string) => `events {}\nhttp { server { ${line} } }\n`;

describe('the version', () => {
  it('decides whether a directive is known', () => {
    const at = (nginx: string) => said(inServer('http2 on;'), { target: { nginx } });
    expect(at('1.25.0')).toEqual([
      'http2: nginx 1.25.0 does not start: it does not know `http2`, which came with 1.25.1',
    ]);
    expect(at('1.25.1')).toEqual([]);
    expect(at('1.25')).toEqual([]);
    expect(said(inServer('http2 on;'))).toEqual([]);
  });

  it('decides whether it is known no more', () => {
    const at = (nginx: string) => said(inServer('spdy_chunk_size 8k;'), { target: { nginx } });
    expect(at('1.19.6')).toEqual([]);
    expect(at('1.19.7')).toEqual([
      'spdy_chunk_size: nginx 1.19.7 does not start: it does not know `spdy_chunk_size`, which was removed in 1.19.7',
    ]);
  });

  it('decides whether HTTP/3 is there, and says nothing of it where it is not known', () => {
    const at = (line: string, nginx?: string) => said(inServer(line), nginx === undefined ? {} : { target: { nginx } });
    expect(at('listen 443 quic reuseport;', '1.22.1')).toEqual([
      'quic: nginx does not start: `listen` has no parameter `quic`, in nginx 1.22.1; it came with 1.25.0',
    ]);
    expect(at('http3 on;', '1.22.1')).toEqual([
      'http3: nginx 1.22.1 does not start: it does not know `http3`, which came with 1.25.0',
    ]);
    expect(at('listen 443 quic reuseport; http3 on;', '1.25.0')).toEqual([]);
    expect(at('listen 443 http3;', '1.25.0')).toEqual([
      'http3: nginx does not start: `listen` has no parameter `http3`',
    ]);
    expect(at('listen 443 quic; listen 8443 http3; http3 on; quic_retry on;')).toEqual([]);
  });

  it('decides how many servers of `stream` a socket is for', () => {
    const one = (name: string) => `server { listen 1; server_name ${name}; proxy_pass a:1; }`;
    const at = (nginx?: string) =>
      said(`events {}\nstream { ${one('a')} ${one('b')} }\n`, nginx === undefined ? {} : { target: { nginx } }).filter(
        (line) => line.startsWith('listen'),
      );
    expect(at('1.25.4')).toEqual([
      'listen 1: nginx does not start: in `stream` a socket is for one server only before nginx 1.25.5, and `*:1` is that of server a',
    ]);
    expect(at('1.25.5')).toEqual([]);
    expect(at()).toEqual([]);
    expect(said('events {}\nmail { server { listen 25; } server { listen *:25; } }\n')).toEqual([
      'listen *:25: nginx does not start: in `mail` a socket is for one server only, and `*:25` is that of server *:25',
    ]);
  });

  it('decides where it may stand', () => {
    const text = 'events {}\nstream { server { listen 1; ssl_reject_handshake on; } }\n';
    const at = (nginx: string) => said(text, { target: { nginx } });
    expect(at('1.25.4')).toEqual([
      'ssl_reject_handshake: nginx does not start: `ssl_reject_handshake` of nginx 1.25.4 is not allowed in `server`; it belongs in `http` and `server`',
    ]);
    expect(at('1.25.5')).toEqual([]);
    expect(said(text)).toEqual([]);
  });

  it('decides what a value is', () => {
    const at = (nginx: string) =>
      said(inServer('location /a { proxy_limit_rate $rate_of_user; } proxy_limit_rate x;'), { target: { nginx } });
    expect(at('1.26.0')).toEqual([
      'x: nginx does not start: `proxy_limit_rate` takes a size such as `8k` or `1m`, not `x`',
    ]);
    expect(at('1.27.0')).toEqual([]);
    const failing = (nginx: string) =>
      said(inServer('listen 80 fastopen=3; listen 81 multipath;'), { target: { nginx } });
    expect(failing('1.22.1')).toEqual([]);
    const passing = (nginx: string) =>
      said('events {}\nstream { server { listen 1 fastopen=3; proxy_pass a:1; } }\n', { target: { nginx } });
    expect(passing('1.20.2')).toEqual([
      'fastopen=3: nginx does not start: `listen` has no parameter `fastopen=3`, in nginx 1.20.2; it came with 1.21.0',
    ]);
    expect(passing('1.22.1')).toEqual([]);
  });
});

describe('a part of a configuration', () => {
  const part = (text: string) => said({ 'snippets/part.conf': text }, { root: '/w/snippets/part.conf' });

  it('may stand anywhere, so only what no place takes is wrong', () => {
    expect(part('proxy_pass http://a;\nlisten 80;\n')).toEqual([]);
    expect(part('proxy_pass http://a http://b;\n')).toHaveLength(1);
    expect(part('tcp_nodelay yes;\n')).toEqual([
      'yes: nginx does not start: `tcp_nodelay` is `on` or `off`, not `yes`',
    ]);
  });

  it('has blocks whose place is known', () => {
    expect(part('server { location / { listen 80; } }\n')).toEqual([
      'listen: nginx does not start: `listen` is not allowed in `location /`; it belongs in `server`, `server` of `stream` and `server` of `mail`',
    ]);
    // Of http, stream or mail: one of them takes each of these.
    expect(part('server { proxy_pass a:1; }\n')).toEqual([]);
    expect(part('server { location / {} }\nupstream a { ip_hash; }\n')).toEqual([]);
  });
});

describe('a repetition', () => {
  it('is told of what nginx takes once', () => {
    expect(said(inServer('root /a; location / { root /b; } root /c;'))).toEqual([
      'root /c: nginx does not start: `root` is set twice at this level, and nginx takes it once',
    ]);
    expect(said(inServer('add_header a b; add_header a b; ssl_protocols TLSv1.2; ssl_protocols TLSv1.3;'))).toEqual([]);
  });

  it('is told of files that are included twice', () => {
    const files = { 'nginx.conf': inServer('include a.conf; include a.conf;'), 'a.conf': 'root /a;\n' };
    expect(said(files)).toEqual([
      'root /a: nginx does not start: a file that sets `root` is included twice at one level, and nginx takes it once',
    ]);
  });

  it('is no matter in a template, or where its words are filled in', () => {
    expect(said(inServer('{% if a %} root /a; {% else %} root /b; {% endif %}'))).toEqual([]);
    expect(said(inServer('root ${ROOT}; root /b;'))).toEqual([]);
  });
});

it('offers the word that was meant', () => {
  const titles = (line: string) =>
    loadProject({ 'nginx.conf': inServer(line) }).model.problems.flatMap(({ offers = [] }) =>
      offers.map(({ title }) => title),
    );
  expect(titles('ssl_protocols TLSv1.2 TLSv13;')).toEqual(['Write `TLSv1.3`']);
  expect(titles('ssl_verify_client optionl;')).toEqual(['Write `optional`']);
  expect(titles('ssl_verify_client required;')).toEqual([]);
});

describe('a contradiction', () => {
  it('is told at the later line', () => {
    expect(
      said('events {}\nhttp { server { listen 80 default_server; } server { listen *:80 default_server; } }\n'),
    ).toEqual(['listen *:80 default_server: nginx does not start: `*:80` has a default server already: server *:80']);
    expect(said(inServer('location /a { location /b { } }'))).toEqual([
      'location /b: nginx does not start: `location /b` is outside of `location /a`, in which it stands',
    ]);
  });

  it('is told of buffers, where they are written', () => {
    const server = (lines: string) => `server { ${lines} }`;
    const inHttp = (...lines: string[]) => said(`events {}\nhttp { ${lines.join(' ')} }\n`);
    const message =
      'proxy_buffer_size 128k: nginx does not start where memory pages are 4k, as on x86: `proxy_busy_buffers_size`, by default twice `proxy_buffer_size`, 128k, is 256k, and has to fit into all of `proxy_buffers 8 4k` (the default) but one, 28k; `proxy_buffers 3 128k` has room for it';
    expect(inHttp(server('proxy_buffer_size 128k;'))).toEqual([message]);
    expect(inHttp('proxy_buffer_size 128k;', server(''), server(''))).toEqual([message]);
    expect(inHttp('proxy_buffer_size 128k;', server('proxy_buffers 4 256k;'))).toEqual([]);
    expect(inHttp('proxy_buffer_size 128k;')).toEqual([]);
    // No memory page is so large that the default would do.
    expect(inHttp(server('proxy_buffer_size 512k;'))[0]).toContain('nginx does not start: ');
    expect(inHttp('include gone.conf;', server('proxy_buffer_size 128k;'))).toEqual([]);
    expect(inHttp(server('proxy_buffer_size ${SIZE};'))).toEqual([]);
    expect(inHttp('proxy_busy_buffers_size 8k;', server('location / { proxy_buffers 4 16k; }'))).toEqual([
      'proxy_buffers 4 16k: nginx does not start: `proxy_busy_buffers_size` (8k) is at least as large as one of `proxy_buffers`, 16k',
    ]);
  });

  it('is none between protocols, sockets or files of a template', () => {
    expect(said('events {}\nhttp { server { listen 443 ssl reuseport; listen 443 quic reuseport; } }\n')).toEqual([]);
    expect(said('events {}\nstream { server { listen 53; listen 53 udp; proxy_pass a:1; } }\n')).toEqual([]);
    expect(said(inServer('listen {{ a }} default_server; listen {{ a }} default_server;'))).toEqual([]);
    expect(said(inServer('listen ${PORT}; listen ${PORT};'))).toEqual([]);
  });
});

it('is silent where words are no directives', () => {
  expect(said(inServer('location / { types { listen a; } }'))).toEqual([]);
  expect(said('events {}\nhttp { map $a $b { server 1; listen 2 3 4; } }\n')).toEqual([]);
  expect(said('events {}\nrtmp { server { listen 1935; application live { deny all; gzip; } } }\n')).toEqual([]);
});

it('is silent where something is filled in later', () => {
  expect(said(inServer('gzip ${GZIP}; gzip @GZIP@; gzip __GZIP__; gzip <gzip>;'))).toEqual([]);
  expect(said(inServer('root ${ROOT} ${OPTIONS}; set $a <http or https>;'))).toEqual([]);
  expect(said('events {}\nhttp {\n{% if a %}\nlocation / {}\n{% endif %}\n}\n')).toEqual([]);
});

it('leaves a file with a syntax fault to config-syntax', () => {
  expect(
    said('events {}\nhttp { server { listen 80\n server_name a; location / { } } proxy_pass http://a; }\n'),
  ).toEqual([]);
});

it('knows a block from a directive without one', () => {
  expect(said('events {}\nhttp { upstream a { server { } } server; }\n')).toEqual([
    'server: nginx does not start: `server` needs a block in `{ }` here',
    'server: nginx does not start: `server` ends with `;` and opens no block here',
  ]);
});

it('looks into included files at the place of the include', () => {
  const files = { 'nginx.conf': 'events {}\nhttp { include a.conf; }\n', 'a.conf': 'location / {}\n' };
  expect(said(files)).toEqual([
    'location: nginx does not start: `location` is not allowed in `http`; it belongs in `server` and `location`',
  ]);
});
