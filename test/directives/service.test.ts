/** Owns the proof of hovers and proposals for directives and variables: the right ones at each place, with nginx's own words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Format, getDirectives } from '@nginx/reference-lib';
import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionItem, Hover } from 'vscode-languageserver-protocol/node';
import { directiveTable } from '../../server/src/facts/nginx-directives.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { proposalsAt } from '../../server/src/service/completion.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { directiveText, type NginxReference, variableText } from '../../server/src/service/nginx-reference.ts';
import type { Proposal } from '../../server/src/service/proposal.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { endEditors, startEditor } from '../lsp/client.ts';
import { bench } from '../service/kit.ts';

const REFERENCE: NginxReference = {
  directives: getDirectives(Format.Markdown).map((one) => ({ ...one, usual: one.default })),
  variables: [
    { name: 'host', module: 'ngx_http_core_module', description: 'the name of the host' },
    { name: 'http_NAME', module: 'ngx_http_core_module', description: 'any request header' },
  ],
};

function proposals(text: string, more: Readonly<Record<string, string>> = {}): Proposal[] {
  const { engine, file, offset } = bench({ '/w/nginx.conf': text, ...more });
  return proposalsAt(engine, file, offset, []);
}
const names = (text: string, more?: Readonly<Record<string, string>>) =>
  proposals(text, more).map(({ text: name }) => name);

describe('proposals of values', () => {
  const AROUND = `events {}
http {
  upstream chat { server 127.0.0.1:1; }
  upstream app { server 127.0.0.1:1; }
  map $host $name { default chat; }
  server {
    location @down { return 503; }
    location / {
      LINE
    }
  }
}
`;
  const at = (line: string) => names(AROUND.replace('LINE', () => line));

  it.each([
    ['proxy_buffering │;', ['on', 'off']],
    ['proxy_buffering on │;', []],
    ['proxy_http_version 1.│', ['1.0', '1.1', '2']],
    ['proxy_next_upstream error time│;', ['timeout', 'invalid_header']],
    ['proxy_pass │;', []],
    ['proxy_pass http://│;', ['app', 'chat']],
    ['proxy_pass http://ap│;', ['app', 'chat']],
    ['proxy_pass http://app/x│;', []],
    ['fastcgi_pass │;', ['app', 'chat']],
    ['error_page 502 = @│;', ['down']],
    ['more_things │;', []],
    ['proxy_set_header Host │;', []],
  ])('%s', (line, expected) => {
    const found = at(line);
    expect(expected.length === 0 ? found : found.slice(0, Math.max(2, expected.length))).toEqual(
      expect.arrayContaining(expected),
    );
    expect(found.length > 0).toBe(expected.length > 0);
  });

  it('are parameters of `listen` and of the servers of an upstream, without those of other builds', () => {
    const listen = names('events {}\nhttp {\n  server {\n    listen 443 ssl │;\n  }\n}\n');
    expect(listen).toEqual(expect.arrayContaining(['default_server', 'reuseport', 'backlog=']));
    expect(listen).not.toContain('ssl');
    const server = names('events {}\nhttp {\n  upstream a {\n    server 127.0.0.1:1 │;\n  }\n}\n');
    expect(server).toContain('max_fails=');
    expect(server).not.toContain('slow_start=');
  });
});

describe('proposals of directives', () => {
  it('are those that the place allows', () => {
    const server = names('events {}\nhttp {\n  server {\n    │\n  }\n}\n');
    expect(server).toContain('listen');
    expect(server).toContain('ssl_certificate');
    expect(server).not.toContain('proxy_pass');
    expect(server).not.toContain('worker_connections');
    expect(names('events {}\nhttp {\n  upstream u {\n    │\n  }\n}\n')).toContain('ip_hash');
    expect(names('events {}\nstream {\n  server {\n    pro│\n  }\n}\n')).toContain('proxy_pass');
    expect(names('│\n\nevents {}\n')).toContain('worker_processes');
    expect(names('events {}\nhttp {\n  server {\n    if ($host) {\n    │\n  }\n}\n}\n')).not.toContain('listen');
  });

  it('come while a line is being written, before and behind comments', () => {
    const span = proposals('events {}\nhttp {\n  server { # {\n    # old\n    lis│\n    server_name a;\n  }\n}\n')[0]
      ?.span;
    expect(span).toEqual({ start: 46, end: 49 });
    expect(names('events {}\nhttp {\n  server { lis│ }\n}\n')).toContain('listen');
  });

  it('come in an included file as at the place of its include', () => {
    const site = { '/w/a.conf': '│\n' };
    const inServer = names('events {}\nhttp { server { include a.conf; } }\n', site);
    expect(inServer).toContain('proxy_set_header');
  });

  it.each([
    ['an argument', 'events {}\nhttp {\n  server {\n    listen lis│;\n  }\n}\n'],
    ['an argument on the next line', 'events {}\nhttp {\n  log_format a\n    lis│;\n}\n'],
    ['a comment', 'events {}\nhttp {\n  # lis│\n}\n'],
    ['a map', 'events {}\nhttp {\n  map $a $b {\n    lis│\n  }\n}\n'],
    ['types', 'events {}\nhttp {\n  types {\n    │\n  }\n}\n'],
  ])('do not come in %s', (_, text) => {
    expect(names(text)).toEqual([]);
  });

  it('know the version', () => {
    const at = (version: string) => names(`# nginx-version: ${version}\nevents {}\nhttp {\n  ht│\n}\n`);
    expect(at('1.25.0')).not.toContain('http2');
    expect(at('1.25.1')).toContain('http2');
  });
});

it('proposals of variables are nginx’s and the configuration’s own', () => {
  const found = names(
    'events {}\nhttp {\n  map $uri $my_map { default 1; }\n  server { set $mine 1; return 200 $│; }\n}\n',
  );
  expect(found).toContain('host');
  expect(found).toContain('my_map');
  expect(found).toContain('mine');
  expect(names('events {}\nhttp {\n  # $│\n}\n')).toEqual([]);
});

describe('documentation', () => {
  it('stands in the hover of a directive, and is that of its place', async () => {
    const hover = async (text: string) => {
      const { hoverSource, file, offset } = bench({ '/w/nginx.conf': text });
      const source = { ...hoverSource, reference: async () => REFERENCE };
      return (await hoverAt(source, file, offset))?.markdown ?? '';
    };
    const http = await hover('events {}\nhttp { server { location / { proxy_│pass http://a; } } }\n');
    expect(http).toContain('Sets the protocol and address of a proxied server');
    expect(http).toContain('https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass');
    expect(http).toContain('- Context: `location`, `if in location`, `limit_except`');
    const stream = await hover('events {}\nstream { server { proxy_│pass a:1; } }\n');
    expect(stream).toContain('docs/stream/ngx_stream_proxy_module.html#proxy_pass');
    const main = await hover('worker_│processes auto;\nevents {}\n');
    expect(main).toContain('docs/ngx_core_module.html#worker_processes');
    expect(await hover('events {}\nhttp { map $a $b { li│sten 1; } }\n')).not.toContain('Syntax');
  });

  it('is there for nearly every directive of the table', () => {
    const without = [...directiveTable().keys()].filter((name) => directiveText(REFERENCE, name, []) === undefined);
    expect(without.length).toBeLessThan(90);
    expect(without).not.toContain('ssl_protocols');
  });

  it('of a variable is also that of its family', () => {
    expect(variableText(REFERENCE, 'host')).toBe('`$host`: the name of the host');
    expect(variableText(REFERENCE, 'http_upgrade')).toBe('`$http_upgrade`: any request header');
    expect(variableText(REFERENCE, 'nothing')).toBeUndefined();
  });
});

describe('the built server', () => {
  afterEach(endEditors);

  it('documents a proposal when it is chosen, and proposes nothing for the spaces of an indent', async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'nginx.conf');
    const text = 'events {}\nhttp {\n    server {\n        \n    }\n}\n';
    const editor = await startEditor({ folders: [folder.path] });
    try {
      await editor.open(path, text);
      const textDocument = { uri: toUri(path) };
      const position = { line: 3, character: 8 };
      const ask = (context: object): Promise<CompletionItem[]> =>
        editor.connection.sendRequest('textDocument/completion', { textDocument, position, context });
      expect(await ask({ triggerKind: 2, triggerCharacter: ' ' })).toEqual([]);
      const item = (await ask({ triggerKind: 1 })).find(({ label }) => label === 'ssl_certificate');
      const resolved: CompletionItem = await editor.connection.sendRequest('completionItem/resolve', item ?? {});
      expect(JSON.stringify(resolved.documentation)).toContain('PEM format');
      const hover: Hover = await editor.connection.sendRequest('textDocument/hover', {
        textDocument,
        position: { line: 2, character: 6 },
      });
      expect(JSON.stringify(hover.contents)).toContain('Sets configuration for a virtual server');
      await editor.shutdown();
    } finally {
      folder.remove();
    }
  });

  it('has the reference beside it', () => {
    const built = JSON.parse(readFileSync(join(import.meta.dirname, '../../dist/nginx-reference.json'), 'utf8'));
    expect(built.directives.length).toBeGreaterThan(900);
    expect(built.variables.length).toBeGreaterThan(150);
    expect(built.source).toContain('https://nginx.org/');
  });
});
