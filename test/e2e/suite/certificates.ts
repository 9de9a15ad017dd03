/** Owns the checks of what VS Code does with certificates: lenses, the text of one, copies, bundles. */
import { type CodeLens, commands, env, Range, Selection, type Uri, WorkspaceEdit, window, workspace } from 'vscode';
import { assert, type Check } from '../checks.ts';
import { file, revertAll, show, untilRules } from './editor.ts';

const SHOP_FINGERPRINT =
  '16:C5:1F:EA:B9:A3:93:A1:4F:75:4A:F5:DC:4B:C7:B8:51:BD:1B:19:8C:52:FD:8C:F9:C8:8D:6C:47:79:77:DB';
const SHOP_PIN = 'CRdCqXCMlLexoMr1PrlXKn49ug52Qo6K0V1fhcXyLdE=';

async function lensTitles(uri: Uri): Promise<string[]> {
  const lenses = await commands.executeCommand<CodeLens[]>('vscode.executeCodeLensProvider', uri, 20);
  return lenses.map(({ command }) => command?.title ?? '');
}

/** The text of the certificate page that is shown. */
function shownCertificate(): string {
  const page = window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'wsslint-certificate');
  assert(page !== undefined, 'no certificate is shown');
  return page.document.getText();
}

export const certificates: readonly Check[] = [
  {
    name: 'lenses say what each block is, until when, and who uses it',
    run: async () => {
      const uri = file('certs/shop-combined.example-only.pem');
      const document = await show(uri);
      const titles = await lensTitles(uri);
      const [first = '', details, key = ''] = titles;
      for (const word of ['shop.example.com', 'until 2035-06-01', 'days left', 'used by bind :443 of frontend shop'])
        assert(first.includes(word), `no "${word}" in: ${titles.join(' | ')}`);
      assert(details === 'Details', `the second lens is ${details}`);
      assert(key.startsWith('Private key, EC'), `the third lens is ${key}`);
      const secret = document.getText().split('PRIVATE KEY-----')[1]?.trim().slice(0, 24) ?? '';
      assert(secret.length === 24 && !titles.join().includes(secret), 'key material in a lens');
      await revertAll();
    },
  },
  {
    name: 'a lens follows an edit of the configuration that uses the file',
    run: async () => {
      const site = file('nginx/conf.d/site.conf');
      const uri = file('certs/admin.pem');
      await show(uri);
      const before = await lensTitles(uri);
      assert(before[0]?.includes('used by server admin.example.com') === true, `before: ${before.join(' | ')}`);
      const document = await show(site);
      const at = document.getText().indexOf('/etc/ssl/shop/admin.pem');
      const edit = new WorkspaceEdit();
      const range = new Range(document.positionAt(at), document.positionAt(at + '/etc/ssl/shop/admin.pem'.length));
      edit.replace(site, range, '/etc/ssl/shop/other.pem');
      await workspace.applyEdit(edit);
      await untilRules(site, (rules) => rules.includes('certificate-file-missing'));
      const after = await lensTitles(uri);
      assert(after[0]?.includes('used by no configuration here') === true, `after: ${after.join(' | ')}`);
      await revertAll();
      await untilRules(site, (rules) => !rules.includes('certificate-file-missing'));
    },
  },
  {
    name: 'fingerprint and pin of the certificate at the cursor are copied',
    run: async () => {
      await show(file('certs/shop.pem'));
      await commands.executeCommand('wsslint.copyCertificateFingerprint');
      assert((await env.clipboard.readText()) === SHOP_FINGERPRINT, `copied: ${await env.clipboard.readText()}`);
      await commands.executeCommand('wsslint.copyCertificatePin');
      assert((await env.clipboard.readText()) === SHOP_PIN, `copied: ${await env.clipboard.readText()}`);
      await revertAll();
    },
  },
  {
    name: 'a certificate opens as text, from its file and from a path that leads to it',
    run: async () => {
      await show(file('certs/shop.pem'));
      await commands.executeCommand('wsslint.showCertificate');
      const text = shownCertificate();
      for (const word of ['Certificate of shop.example.com', SHOP_FINGERPRINT, 'wsslint Example CA', 'Extensions'])
        assert(text.includes(word), `no "${word}" in: ${text}`);
      await revertAll();
      const document = await show(file('nginx/conf.d/site.conf'));
      const editor = window.activeTextEditor;
      const at = document.positionAt(document.getText().indexOf('/etc/ssl/shop/api.pem') + 4);
      if (editor !== undefined) editor.selection = new Selection(at, at);
      await commands.executeCommand('wsslint.showCertificate');
      assert(shownCertificate().includes('Certificate of api.example.com'), shownCertificate());
      await revertAll();
    },
  },
  {
    name: 'a bundle is put in order, and split into files without its key',
    run: async () => {
      const read = async (path: string): Promise<string> =>
        Buffer.from(await workspace.fs.readFile(file(path))).toString();
      const [leaf, root, key] = [
        (await read('certs/shop.pem')).trimEnd(),
        (await read('certs/example-ca.pem')).trimEnd(),
        (await read('certs/shop.example-only.key')).trimEnd(),
      ];
      const bundle = file('bundle/all.pem');
      await workspace.fs.writeFile(bundle, Buffer.from(`${root}\n${leaf}\n${key}\n`));
      const document = await show(bundle);
      await commands.executeCommand('wsslint.reorderBundle');
      assert(document.getText() === `${leaf}\n${root}\n${key}\n`, document.getText().replaceAll(key, '(the key)'));
      await commands.executeCommand('wsslint.splitBundle');
      const made = ['bundle/all-1-shop.example.com.pem', 'bundle/all-2-wsslint-Example-CA.pem'];
      const texts = await Promise.all(
        made.map(async (path) => (await workspace.openTextDocument(file(path))).getText().trimEnd()),
      );
      assert(texts[0] === leaf && texts[1] === root, 'the new files are not the certificates');
      await revertAll();
      await workspace.fs.delete(file('bundle'), { recursive: true });
    },
  },
];
