/** Owns the proof that editors with less than VS Code has are served as well. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CodeAction, Hover } from 'vscode-languageserver-protocol';
import { toUri } from '../../server/src/lsp/uri.ts';
import { type Folder, temporaryFolder } from '../kit/folder.ts';
import { type Editor, endEditors, startEditor } from './client.ts';

const DROPPED = 'websocket-upgrade-dropped';
const ROOT = 'events {}\nhttp { include conf.d/*.conf; }\n';
const SITE = 'server { listen 80; location /ws/ { proxy_pass http://127.0.0.1:1; } }\n';

let folder: Folder;
let root: string;
let site: string;
beforeEach(() => {
  folder = temporaryFolder();
  root = folder.write('nginx.conf', ROOT);
  site = folder.write('conf.d/site.conf', SITE);
});
afterEach(() => {
  endEditors();
  folder.remove();
});

const at = (character: number) => ({ line: 0, character });
const hover = (editor: Editor, path: string, character: number): Promise<Hover | null> =>
  editor.connection.sendRequest('textDocument/hover', {
    textDocument: { uri: path.includes(':') ? path : toUri(path) },
    position: at(character),
  });

describe('a client that can do nothing of what is optional', () => {
  it.each([
    ['names its folder by rootUri alone', () => ({ rootUri: toUri(folder.path), workspaceFolders: null })],
    ['has no folder', () => ({ rootUri: null, workspaceFolders: null })],
  ])('and %s gets findings, hovers and whole edits, and is asked for nothing', async (_, initialize) => {
    const editor = await startEditor({ folders: [], capabilities: {}, initialize: initialize() });
    await editor.open(root, ROOT);
    await editor.open(site, SITE);
    await editor.until(() => editor.rules(site).includes(DROPPED));
    expect(JSON.stringify(await hover(editor, site, SITE.indexOf('proxy_pass')))).toContain('Upgrade');
    const start = at(SITE.indexOf('proxy_pass'));
    const actions: CodeAction[] = await editor.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri: toUri(site) },
      range: { start, end: start },
      context: { diagnostics: [] },
    });
    const forward = actions.find(({ title }) => title === 'Forward the upgrade');
    expect(Object.keys(forward?.edit?.changes ?? {}).sort()).toEqual([toUri(site), toUri(root)].sort());
    // Registrations and questions to a client end up in its log.
    expect(editor.log).toEqual([]);
    // Nothing tells of a change on disk, but a document that is closed is read again.
    const mended = SITE.replace(
      'proxy_pass',
      'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_http_version 1.1; proxy_pass',
    );
    folder.write('conf.d/site.conf', mended);
    await editor.close(site);
    await editor.until(() => !editor.rules(site).includes(DROPPED));
    expect(await editor.shutdown()).toBe(0);
  });

  it('that shows text only gets hovers without marks', async () => {
    const capabilities = { textDocument: { hover: { contentFormat: ['plaintext' as const] } } };
    const editor = await startEditor({ folders: [folder.path], capabilities });
    await editor.open(site, SITE);
    const { contents } = (await hover(editor, site, SITE.indexOf('proxy_pass'))) ?? {};
    expect(contents).toMatchObject({ kind: 'plaintext' });
    expect(JSON.stringify(contents)).toContain('- Upgrade: does not reach the back end');
    expect(JSON.stringify(contents)).not.toMatch(/\*\*|\]\(/);
  });
});

it('a client that would rather count bytes is told that positions count UTF-16', async () => {
  const capabilities = { general: { positionEncodings: ['utf-8', 'utf-16'] } };
  const editor = await startEditor({ folders: [], capabilities });
  expect(editor.result.capabilities.positionEncoding).toBe('utf-16');
  const text = SITE.replace('listen 80;', "add_header X 'ä𝄞'; listen 80;");
  await editor.open(site, text, 'nginx');
  await editor.until(() => editor.rules(site).includes(DROPPED));
  const [found] = editor.diagnostics(site).filter(({ code }) => code === DROPPED);
  expect(found?.range.start).toEqual(at(text.indexOf('proxy_pass')));
});

describe('an untitled document', () => {
  const caddyJson = JSON.stringify({
    apps: {
      http: {
        servers: {
          a: {
            listen: [':443'],
            routes: [
              {
                match: [{ host: ['a.example'] }],
                handle: [
                  {
                    handler: 'reverse_proxy',
                    transport: { protocol: 'http', tls: { insecure_skip_verify: true } },
                    upstreams: [{ dial: 'b.example:443' }],
                  },
                ],
              },
            ],
          },
        },
      },
    },
  });
  const apache =
    '<VirtualHost *:443>\nServerName a.example\nSSLEngine on\nSSLCertificateFile a.pem\nSSLProtocol all\n</VirtualHost>\n';

  it.each([
    ['nginx', `events {}\nhttp { ${SITE} }`, DROPPED],
    ['haproxy', 'frontend a\n  bind :443 ssl crt a.pem ssl-min-ver TLSv1.0\n', 'tls-legacy-protocol'],
    ['apacheconf', apache, 'tls-legacy-protocol'],
    ['apache', apache, 'tls-legacy-protocol'],
    ['caddyfile', 'a.example {\n\ttls {\n\t\tprotocols tls1.0 tls1.3\n\t}\n}\n', 'tls-legacy-protocol'],
    ['stunnel', '[a]\naccept = 443\nconnect = 80\ncert = a.pem\nsslVersionMin = TLSv1\n', 'tls-legacy-protocol'],
    ['ini', '[a]\naccept = 443\nconnect = 80\ncert = a.pem\nsslVersionMin = TLSv1\n', 'tls-legacy-protocol'],
    ['json', caddyJson, 'upstream-tls-unverified'],
  ])('of the language id %s is judged', async (languageId, text, rule) => {
    const editor = await startEditor({ folders: [] });
    const uri = 'untitled:Untitled-1';
    await editor.open(uri, text, languageId, uri);
    await editor.until(() => editor.rules(uri).includes(rule));
  });
});
