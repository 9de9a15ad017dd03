/** Owns renaming in HAProxy's files: all places of a name change, and where one might be missed nothing does. */
import { expect, it } from 'vitest';
import { rename } from '../../server/src/service/rename.ts';
import { haproxyCheck } from '../kit/haproxy.ts';
import { itWith } from '../kit/required.ts';
import { bench, MARK } from '../service/kit.ts';

const TEXT = `global
  maxconn 10
defaults web
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend f from web
  bind :80
  acl is_api path_beg /api
  acl is_ws hdr(Upgrade) -i websocket
  acl is_ws path_beg /ws
  http-request deny if is_api { nbsrv(sockets) lt 1 }
  use_backend sockets if is_ws !is_api
  default_backend pages
backend sockets from web
  stick-table type ip size 1k
  server one 127.0.0.1:3000
listen pages from web
  bind :81
  stick on src table sockets
  server one 127.0.0.1:3000
`;

/** The text after a rename at the n-th place of a word, or why it is refused. */
function renamed(text: string, word: string, number: number, to: string, path = '/w/haproxy.cfg'): string {
  let at = -1;
  for (let i = 0; i < number; i++) at = text.indexOf(word, at + 1);
  if (at < 0) throw new Error(`no ${word}`);
  const { engine, file, offset, after } = bench({ [path]: text.slice(0, at) + MARK + text.slice(at) });
  const result = rename(engine, file, offset, to);
  return result.ok ? after(result.files, file) : result.why;
}

it('changes a back end, a listen section, defaults and ACLs in all places, and nothing else', () => {
  for (const number of [1, 2, 3, 4])
    expect(renamed(TEXT, 'sockets', number, 'chat')).toBe(TEXT.replaceAll('sockets', 'chat'));
  expect(renamed(TEXT, 'pages', 2, 'site')).toBe(TEXT.replaceAll('pages', 'site'));
  expect(renamed(TEXT, 'is_ws', 3, 'is_socket')).toBe(TEXT.replaceAll('is_ws', 'is_socket'));
  expect(renamed(TEXT, 'is_api', 1, 'api')).toBe(TEXT.replaceAll('is_api', 'api'));
  expect(renamed(TEXT, 'web', 1, 'usual')).toBe(
    TEXT.replace('defaults web', 'defaults usual').replaceAll('from web', 'from usual'),
  );
});

it('refuses names that HAProxy does not take, or that are there', () => {
  expect(renamed(TEXT, 'sockets', 1, 'a b')).toContain('takes letters');
  expect(renamed(TEXT, 'sockets', 1, 'pages')).toContain('already');
  expect(renamed(TEXT, 'is_ws', 1, 'is_api')).toContain('already');
  expect(renamed(TEXT, 'is_ws', 1, 'TRUE')).toContain('HAProxy itself');
  expect(renamed(TEXT, 'one', 1, 'two')).toContain('cannot rename');
});

it('refuses where a place may be missed', () => {
  const dynamic = TEXT.replace('default_backend pages', 'use_backend %[path,field(2,/)]\n  default_backend pages');
  expect(renamed(dynamic, 'sockets', 1, 'chat')).toContain('for each request');
  expect(renamed(TEXT.replace('if is_api', 'if { sc0_inc_gpc0(sockets) gt 1 }'), 'sockets', 2, 'chat')).toContain(
    'other places',
  );
  expect(
    renamed('frontend f\n  bind :80\n  default_backend app\nbackend app\n', 'app', 1, 'b', '/w/sites.cfg'),
  ).toContain('Other files');
});

itWith(['haproxy'], 'what HAProxy accepts before, it accepts after', async () => {
  for (const [word, number, to] of [
    ['sockets', 1, 'chat'],
    ['pages', 2, 'site'],
    ['is_ws', 1, 'socket'],
    ['web', 1, 'usual'],
  ] as const) {
    const text = renamed(TEXT, word, number, to);
    const { ok, output } = await haproxyCheck({ files: { 'haproxy.cfg': text } });
    expect(ok, output).toBe(true);
  }
});
