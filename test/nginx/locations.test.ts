/** Owns the choice of a location, compared with a real nginx whose locations say which of them answers. */
import { describe, expect, it } from 'vitest';
import { createFileStore, noDependencies } from '../../server/src/files/store.ts';
import { chooseLocation } from '../../server/src/languages/nginx/lower/locations.ts';
import { readProject } from '../../server/src/languages/nginx/reader.ts';
import { type Scope, scopeWord } from '../../server/src/languages/nginx/scope.ts';
import { NO_TARGET } from '../../server/src/model/target.ts';
import { memoryHost } from '../kit/memory-host.ts';
import { startNginx } from '../kit/nginx.ts';
import { httpProbe } from '../kit/probes.ts';
import { itWith } from '../kit/required.ts';

/** `location` lines, nested by braces; each answers with its own words, `proxied` ones hand on. */
const SERVERS: Readonly<Record<string, string>> = {
  prefixes: 'location / {} location /a {} location /a/b/ {} location /ab {}',
  'an exact one': 'location / {} location = /a {} location /a {} location =/glued {}',
  'regular expressions in order': 'location /a {} location ~ ^/a {} location ~* /A/ {} location ~ b$ {}',
  'no regular expressions': 'location ^~ /a/ {} location ^~/g/ {} location ~ /a {} location ~*g {} location / {}',
  'the missing slash': 'location /a/ { proxied; } location ~ ^/a$ {} location / {} location = /b/ { proxied; }',
  'the missing slash, answered': 'location /a/ { proxied; } location = /a {} location /b/ { proxied; } location /b {}',
  'a slash without handing on': 'location /a/ {} location / {}',
  nested: 'location /a { location /a/b {} location ~ c$ {} } location ~ ^/a/b$ {} location / {}',
  'nested in ^~': 'location ^~ /a { location /a/b { } } location ~ b {} location / {}',
  'nested in a regular expression': 'location ~ ^/a { location ~ c$ {} location ~* B {} } location / {}',
  'nothing that fits': 'location /a {} location ~ b {}',
};
const PATHS = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c', '/ab', '/A/', '/b', '/b/', '/glued', '/g/a', '/bc', '/a/c'];

/** `$` would be a variable in a header. */
const named = (words: string) => words.replaceAll('$', '(end)');

/** The answer of each location is its words; where none fits, `server` answers. */
function withAnswers(text: string): string {
  return text.replace(/location ([^{}]*?) ?\{ ?(proxied;)?/g, (_, words: string, proxied?: string) => {
    const answer = `add_header X-Location "${named(`location ${words.trim()}`)}" always;`;
    return `location ${words} { ${answer} ${proxied === undefined ? 'try_files /none =404;' : 'proxy_pass http://127.0.0.1:1;'}`;
  });
}

const fileOf = (text: string) =>
  `events {}\nhttp { server { listen 80; root /none; add_header X-Location server always; ${withAnswers(text)} } }\n`;

function serverOf(text: string): Scope {
  const files = createFileStore(memoryHost({ '/w/nginx.conf': text }));
  const opened = files.open('/w/nginx.conf', noDependencies());
  if (!opened.ok) throw new Error('the file is there');
  const environment = { files, target: NO_TARGET, pathMap: [], webSocketPaths: [], workspaces: ['/w'] };
  return readProject(opened.file, environment).scopes.find(({ name }) => name === 'server') as Scope;
}

function judge(text: string, path: string): string {
  const server = serverOf(fileOf(text));
  const choice = chooseLocation(server, path);
  if (choice.kind === 'slash') return '301';
  return choice.kind === 'unknown' ? `unknown: ${choice.why}` : named(scopeWord(choice.scope));
}

describe('the choice of a location', () => {
  for (const [name, text] of Object.entries(SERVERS)) {
    itWith(['nginx'], `${name}, as nginx makes it`, async () => {
      const nginx = await startNginx({ files: { 'nginx.conf': fileOf(text) } });
      try {
        const seen = new Map<string, string>();
        for (const path of PATHS) {
          const { status, headers } = await httpProbe({ port: nginx.port(80), path });
          seen.set(path, status === 301 ? '301' : (headers.get('x-location') ?? `${status}`));
        }
        expect(new Map(PATHS.map((path) => [path, judge(text, path)]))).toEqual(seen);
      } finally {
        await nginx.stop();
      }
    });
  }

  it('is unknown where a location may be hidden, or where an expression is not one of JavaScript', () => {
    expect(judge('include gone; location / {}', '/')).toMatch(/^unknown/);
    expect(judge('location ~ "^/(?>a)" {}', '/a')).toMatch(/^unknown/);
  });
});
