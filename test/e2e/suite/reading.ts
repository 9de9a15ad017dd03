/** Owns the checks of what VS Code shows about unchanged files: languages, findings, hovers, links. */
import { commands, type DocumentLink, extensions, type Hover, MarkdownString, type Uri, workspace } from 'vscode';
import type { WsslintApi } from '../../../client/src/extension.ts';
import { assert, type Check } from '../checks.ts';
import { file, placeOf, show, untilRules } from './editor.ts';

const site = 'nginx/conf.d/site.conf';

/** What the examples are broken for; comments in them say the same. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'nginx/nginx.conf': ['tls-legacy-protocol', 'tls-unknown-cipher', 'tls-weak-cipher'],
  [site]: ['certificate-expired', 'certificate-key-mismatch', 'tls-directive-removed', 'websocket-upgrade-dropped'],
  'haproxy/haproxy.cfg': ['tls-legacy-protocol', 'websocket-idle-timeout-short'],
  'apache/sites-available/shop.conf': ['tls-legacy-protocol', 'tls-stapling-incomplete', 'websocket-upgrade-dropped'],
  'caddy/Caddyfile': [
    'mtls-not-enforced',
    'tls-directive-removed',
    'tls-legacy-protocol',
    'upstream-tls-unverified',
    'websocket-route-shadowed',
    'websocket-upgrade-dropped',
  ],
  'stunnel/stunnel.conf': ['mtls-not-enforced', 'upstream-tls-unverified', 'websocket-idle-timeout-short'],
};

async function hoverText(uri: Uri, text: string): Promise<string> {
  const document = await show(uri);
  const place = placeOf(document, text);
  const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', uri, place);
  const parts = hovers.flatMap(({ contents }) => contents);
  return parts.map((part) => (part instanceof MarkdownString ? part.value : JSON.stringify(part))).join('\n');
}

function assertMentions(text: string, words: readonly string[]): void {
  for (const word of words) assert(text.includes(word), `no "${word}" in: ${text}`);
}

export const reading: readonly Check[] = [
  {
    name: 'the language server starts with the workspace',
    run: async () => {
      const extension = extensions.getExtension<WsslintApi>('wsslint.wsslint');
      assert(extension !== undefined, 'the extension is not installed');
      await (await extension.activate()).ready;
    },
  },
  {
    name: 'files get their language, and other .conf files are left alone',
    run: async () => {
      await workspace.fs.writeFile(file('other/app.conf'), Buffer.from('key = value\n'));
      const languages: Record<string, string> = {
        'nginx/nginx.conf': 'nginx',
        [site]: 'nginx',
        'nginx/snippets/proxy.conf': 'nginx',
        'haproxy/haproxy.cfg': 'haproxy',
        'apache/apache2.conf': 'apacheconf',
        'apache/sites-available/shop.conf': 'apacheconf',
        'caddy/Caddyfile': 'caddyfile',
        'stunnel/stunnel.conf': 'stunnel',
        'certs/api.pem': 'pem',
        'certs/api.example-only.key': 'pem',
        'wsslint.json': 'jsonc',
        'other/app.conf': 'properties',
      };
      for (const [path, language] of Object.entries(languages)) {
        const { languageId } = await workspace.openTextDocument(file(path));
        assert(languageId === language, `${path} is ${languageId}, not ${language}`);
      }
      await workspace.fs.delete(file('other'), { recursive: true });
    },
  },
  ...Object.entries(expected).map(([path, rules]) => ({
    name: `findings in ${path}, which is not open`,
    run: () => untilRules(file(path), (found) => rules.every((rule) => found.includes(rule))),
  })),
  {
    name: 'hover over a certificate path',
    run: async () => {
      assertMentions(await hoverText(file(site), '/etc/ssl/shop/shop.pem'), [
        'shop.example.com',
        'wsslint Example CA',
        '2035',
      ]);
    },
  },
  {
    name: 'hover over a cipher string',
    run: async () => {
      assertMentions(await hoverText(file('nginx/nginx.conf'), 'AES256-SHA:'), [
        'ECDHE-RSA-AES128-GCM-SHA256',
        'forward secrecy',
        'RC4-SHA',
      ]);
    },
  },
  {
    name: 'hover over a PEM block',
    run: async () => {
      const uri = file('certs/api.pem');
      const text = await hoverText(uri, '-----BEGIN CERTIFICATE-----');
      assertMentions(text, ['api.example.com', 'wsslint Example CA', '2024']);
    },
  },
  {
    name: 'hover over a private key shows nothing of it',
    run: async () => {
      const uri = file('certs/shop.example-only.key');
      const body = (await workspace.openTextDocument(uri)).lineAt(1).text;
      const text = await hoverText(uri, body);
      assert(!text.includes(body.slice(0, 16)), 'key material in a hover');
    },
  },
  {
    name: 'links from includes and certificate paths to their files',
    run: async () => {
      await show(file(site));
      const links = await commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', file(site), 100);
      const targets = links.map(({ target }) => target?.toString());
      for (const path of ['nginx/snippets/proxy.conf', 'certs/shop.pem', 'certs/shop.example-only.key']) {
        assert(targets.includes(file(path).toString()), `no link to ${path}: ${targets.join(', ')}`);
      }
    },
  },
];
