/** Owns the proof that a variable which nothing defines is found where nginx refuses it, and nowhere else, on each generation. */
import { describe, expect, it } from 'vitest';
import type { Context } from '../../server/src/facts/nginx-directives.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { describeWith } from '../kit/required.ts';
import { loadProject } from '../nginx/project.ts';
import { askNginx } from './asked.ts';

const LOCATION: readonly string[] = [
  'access_log /tmp/$nnn',
  'add_header X $nnn',
  'alias /x/$nnn',
  'auth_basic $nnn',
  'auth_basic_user_file /x/$nnn',
  'auth_request $nnn',
  'auth_request_set $a $nnn',
  'charset $nnn',
  'default_type $nnn',
  'error_page 404 /$nnn',
  'expires $nnn',
  'fastcgi_index $nnn',
  'gzip_types $nnn',
  'index $nnn',
  'limit_rate $nnn',
  'limit_rate_after $nnn',
  'mirror $nnn',
  'proxy_bind $nnn',
  'proxy_cache $nnn',
  'proxy_cache_key $nnn',
  'proxy_cookie_domain a $nnn',
  'proxy_cookie_path ~^/(.*)$ /$nnn',
  'proxy_cookie_path ~^/(.*)$ /$1',
  'proxy_method $nnn',
  'proxy_pass http://$nnn',
  'proxy_redirect / $nnn',
  'proxy_redirect ~^http://a(/.*)$ $1',
  'proxy_set_body $nnn',
  'proxy_set_header X $nnn',
  'proxy_store /tmp/$nnn',
  'return 200 $nnn',
  'rewrite ^ /$nnn',
  'root /$nnn',
  'set $a $nnn',
  'sub_filter a $nnn',
  'sub_filter $nnn b',
  'try_files $nnn =404',
];
const HTTP: readonly string[] = [
  'geo $nnn $a { default 1; }',
  'log_format x "$nnn";',
  'map $nnn $a { default 1; }',
  'split_clients $nnn $a { * 1; }',
  'upstream u { hash $nnn; server 127.0.0.1:1; }',
];
const LINES: readonly (readonly [Context, string])[] = [
  ...LOCATION.map((line) => ['location', `${line};`] as const),
  ...HTTP.map((line) => ['http', line] as const),
];

function onEach(generation: Generation): void {
  it('is found where nginx refuses it', { timeout: 120_000 }, () =>
    onGeneration(generation, async () => {
      const nginx = askNginx(generation);
      try {
        const differences = LINES.flatMap(([context, line]) => {
          const says = nginx.says(context, line) ?? '';
          const text = context === 'http' ? line : `server { location / { ${line} } }`;
          const { model } = loadProject({ 'nginx.conf': `events {} http { ${text} }\n` });
          const found = model.problems.some(({ rule }) => rule === 'config-undefined-variable');
          return says.startsWith('unknown "nnn" variable') === found
            ? []
            : [`${line}: nginx says ${says}, found ${found}`];
        });
        expect(differences).toEqual([]);
      } finally {
        nginx.remove();
      }
    }),
  );
}

describeWith('nginx', 'the installed nginx', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
