/** Owns the proof that `ws://` addresses in pages of the workspace are found where they only come over TLS, and nowhere else. */
import { describe, expect, it } from 'vitest';
import { createFileStore, noDependencies } from '../../server/src/files/store.ts';
import { addressesInPages } from '../../server/src/languages/pages.ts';
import { memoryHost } from '../kit/memory-host.ts';
import { loadProject } from './project.ts';

const TLS = 'listen 443 ssl; server_name shop.example; ssl_certificate a.pem; ssl_certificate_key a.key;';
const PAGE = '<script>new WebSocket("ws://chat.example/x")</script>';

/** What is found, as `file: address`. */
function found(http: string, files: Readonly<Record<string, string>> = { 'html/index.html': PAGE }): string[] {
  const project = loadProject({ 'nginx.conf': `events {}\nhttp { ${http} }\n`, ...files });
  return (project.model.insecurePages?.() ?? []).map(({ place, url }) => `${place.file}: ${url}`);
}
const FOUND = ['/w/html/index.html: ws://chat.example/x'];

describe('a folder of pages', () => {
  it.each([
    ['a root', `server { ${TLS} root html; }`],
    ['an inherited root', `root html; server { ${TLS} }`],
    ['an alias', `server { ${TLS} location /a/ { alias html/; } }`],
    ['a root beside a redirect', `root html; server { ${TLS} } server { listen 80; return 301 https://$host$uri; }`],
  ])('is looked into for %s', (_, http) => {
    expect(found(http)).toEqual(FOUND);
  });

  it.each([
    ['without TLS', 'server { listen 80; root html; }'],
    ['with and without TLS', `server { ${TLS} listen 80; root html; }`],
    ['of two servers', `server { ${TLS} root html; } server { listen 80; root html; }`],
    ['whose server has a part that is not there', `server { ${TLS} root html; include gone.conf; }`],
    ['in a variable', `server { ${TLS} root $folder; }`],
    ['outside of the workspace', `server { ${TLS} root /srv/html; }`],
    [
      'where browsers are told to upgrade',
      `server { ${TLS} root html; add_header Content-Security-Policy upgrade-insecure-requests; }`,
    ],
  ])('is not, %s', (_, http) => {
    expect(found(http, { 'html/index.html': PAGE, '/srv/html/index.html': PAGE })).toEqual([]);
  });

  it('depends on what was looked at', () => {
    const project = loadProject({
      'nginx.conf': `events {}\nhttp { server { ${TLS} root html; } }\n`,
      'html/js/app.js': 'hello',
    });
    project.model.insecurePages?.();
    expect([...project.dependencies.files]).toContain('/w/html/js/app.js');
    expect([...project.dependencies.directories]).toContain('/w/html/js');
  });

  it('is the end of the search somewhere', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`/w/html/${i}.js`, 'new WebSocket("ws://a.example/")']),
    );
    const store = createFileStore(memoryHost({ ...many, '/w/html/large.js': `${'x'.repeat(2 ** 21)}` }));
    expect(addressesInPages('/w/html', store, noDependencies())).toHaveLength(400);
  });
});

describe('an address', () => {
  const at = (text: string, name = 'app.js', names = 'shop.example') =>
    found(`server { ${TLS.replace('shop.example', names)} root html; }`, { [`html/${name}`]: text }).map((line) =>
      line.replace(/^.*?: /, ''),
    );

  it.each([
    ['new WebSocket("ws://chat.example:8080/x?a=b")', ['ws://chat.example:8080/x?a=b']],
    ['new WebSocket( `ws://chat.example/${id}`)', ['ws://chat.example/']],
    ['new WebSocket("ws://" + location.host + "/x")', ['ws://']],
    ["new WebSocket('ws://'+window.location.hostname)", ['ws://']],
    ['new WebSocket(`ws://${document.location.host}/x`)', ['ws://']],
    ['a = new WebSocket("ws://10.0.0.1/")', ['ws://10.0.0.1/']],
    ['new WebSocket("ws://localhost:3000/")', []],
    ['new WebSocket("ws://127.0.0.1/")', []],
    ['new WebSocket("ws://" + host)', []],
    ['new WebSocket(`ws://${host}/`)', []],
    ['// new WebSocket("ws://chat.example/")', []],
    [' * new WebSocket("ws://chat.example/")', []],
    ['x(); // new WebSocket("ws://chat.example/")', []],
    ['s = tls ? new WebSocket("wss://a.example/") : new WebSocket("ws://a.example/")', []],
    ['const url = "ws://chat.example/"', []],
    ['new WebSocket("ws://', []],
  ])('%s', (text, expected) => {
    expect(at(text)).toEqual(expected);
  });

  it('of the page itself counts where all names are those of other machines', () => {
    const own = 'new WebSocket("ws://" + location.host)';
    expect(at(own, 'app.js', 'shop.example localhost')).toEqual([]);
    expect(at(own, 'app.js', '_')).toEqual([]);
  });

  it('counts in pages and scripts only', () => {
    const text = 'new WebSocket("ws://chat.example/")';
    expect(['a.html', 'a.htm', 'a.mjs'].map((name) => at(text, name).length)).toEqual([1, 1, 1]);
    expect(['a.ts', 'a.min.js', 'node_modules/a.js', '.git/a.js'].map((name) => at(text, name).length)).toEqual([
      0, 0, 0, 0,
    ]);
  });
});
