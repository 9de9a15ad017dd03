/** Owns the checks of VS Code's way from names to places: definitions, references, renames, folds, selections. */
import {
  commands,
  type FoldingRange,
  type Location,
  type LocationLink,
  type SelectionRange,
  type Uri,
  type WorkspaceEdit,
  workspace,
} from 'vscode';
import { assert, type Check } from '../checks.ts';
import { file, placeOf, revertAll, show, untilRules } from './editor.ts';

const root = file('nginx/nginx.conf');
const site = file('nginx/conf.d/site.conf');

/** The text of the line that a place is in. */
async function lineAt(uri: Uri, line: number): Promise<string> {
  return (await workspace.openTextDocument(uri)).lineAt(line).text.trim();
}

async function definitionOf(uri: Uri, text: string): Promise<string[]> {
  const place = placeOf(await show(uri), text);
  const found = await commands.executeCommand<(Location | LocationLink)[]>(
    'vscode.executeDefinitionProvider',
    uri,
    place,
  );
  return Promise.all(
    found.map((one) =>
      'targetUri' in one ? lineAt(one.targetUri, one.targetRange.start.line) : lineAt(one.uri, one.range.start.line),
    ),
  );
}

export const navigating: readonly Check[] = [
  {
    name: 'an upstream, an include and a certificate path lead to their definitions',
    run: async () => {
      const upstream = await definitionOf(site, '//chat');
      assert(upstream.join() === 'upstream chat {', `proxy_pass leads to: ${upstream.join('; ')}`);
      const snippet = await definitionOf(site, '/etc/nginx/snippets/proxy.conf');
      assert(snippet.length === 1, `the include leads to: ${snippet.join('; ')}`);
      const certificate = await definitionOf(site, '/etc/ssl/shop/shop.pem');
      assert(certificate.join().includes('BEGIN CERTIFICATE'), `the path leads to: ${certificate.join('; ')}`);
    },
  },
  {
    name: 'a backend of HAProxy leads to its section',
    run: async () => {
      const backend = await definitionOf(file('haproxy/haproxy.cfg'), ' chat if');
      assert(backend.join() === 'backend chat', `use_backend leads to: ${backend.join('; ')}`);
    },
  },
  {
    name: 'an upstream is renamed in all files, and the findings stay',
    run: async () => {
      const place = placeOf(await show(root), 'upstream shop').translate(0, 4);
      const edit = await commands.executeCommand<WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        root,
        place,
        'store',
      );
      assert(await workspace.applyEdit(edit), 'the edit was refused');
      const text = (await workspace.openTextDocument(site)).getText();
      assert(text.split('http://store;').length === 4 && !text.includes('http://shop'), `after the rename: ${text}`);
      assert(
        (await workspace.openTextDocument(root)).getText().includes('upstream store {'),
        'the block has its old name',
      );
      await untilRules(site, (rules) => rules.includes('websocket-upgrade-dropped'));
      await revertAll();
    },
  },
  {
    name: 'a rename to a name that is taken is refused',
    run: async () => {
      const place = placeOf(await show(root), 'upstream shop').translate(0, 4);
      const refused = await commands
        .executeCommand('vscode.executeDocumentRenameProvider', root, place, 'chat')
        .then(() => '', String);
      assert(refused.includes('is used already'), `no refusal, but: ${refused}`);
    },
  },
  {
    name: 'blocks fold up to their closing brace, and a selection grows to the directive',
    run: async () => {
      const document = await show(site);
      const folds = await commands.executeCommand<FoldingRange[]>('vscode.executeFoldingRangeProvider', site);
      const at = placeOf(document, 'location /ws/').line;
      const fold = folds.find(({ start }) => start === at);
      assert(fold !== undefined, 'no fold of the location');
      assert(document.lineAt(fold.end + 1).text.trim() === '}', `it ends before ${document.lineAt(fold.end + 1).text}`);
      const [selection] = await commands.executeCommand<SelectionRange[]>(
        'vscode.executeSelectionRangeProvider',
        site,
        [placeOf(document, 'http://chat')],
      );
      const texts: string[] = [];
      for (let one = selection; one !== undefined; one = one.parent) texts.push(document.getText(one.range));
      assert(texts.includes('proxy_pass http://chat;'), `grown to: ${texts.join(' | ')}`);
    },
  },
];
