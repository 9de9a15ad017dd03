/** Owns the checks that change files: fixes, edits of included files, changes on disk, settings, documents of other kinds. */
import {
  type CodeAction,
  CodeActionKind,
  commands,
  languages,
  Range,
  type Uri,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import { assert, type Check } from '../checks.ts';
import { file, finding, revertAll, show, untilRules } from './editor.ts';

const root = file('nginx/nginx.conf');
const site = file('nginx/conf.d/site.conf');
const snippet = file('nginx/snippets/proxy.conf');
const upgradeHeaders = 'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";\n';

const dropped = (rules: readonly string[]): boolean => rules.includes('websocket-upgrade-dropped');
const legacy = (rules: readonly string[]): boolean => rules.includes('tls-legacy-protocol');
const notDropped = (rules: readonly string[]): boolean => !dropped(rules);

/** A site of Caddy whose back end is verified, or is not. */
const caddyJson = (skips: boolean): string =>
  JSON.stringify({
    apps: {
      http: {
        servers: {
          srv0: {
            listen: [':443'],
            routes: [
              {
                match: [{ host: ['a.example'] }],
                handle: [
                  {
                    handler: 'reverse_proxy',
                    transport: { protocol: 'http', tls: { insecure_skip_verify: skips } },
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

interface QuickFix {
  readonly title: string;
  readonly isPreferred: boolean;
  readonly edit: WorkspaceEdit;
}

/** The quick fix at a finding that has this title; VS Code does not tell which finding an action is for. */
async function quickFix(uri: Uri, rule: string, wanted: RegExp): Promise<QuickFix> {
  const { range } = finding(uri, rule);
  const kind = CodeActionKind.QuickFix.value;
  const actions = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', uri, range, kind, 20);
  for (const { title, isPreferred, edit } of actions) {
    if (edit !== undefined && wanted.test(title)) return { title, isPreferred: isPreferred === true, edit };
  }
  throw new Error(`no quick fix ${wanted}: ${actions.map(({ title }) => title).join('; ')}`);
}

async function apply(edit: WorkspaceEdit): Promise<void> {
  assert(await workspace.applyEdit(edit), 'the edit was refused');
}

async function insertAtEnd(uri: Uri, text: string): Promise<void> {
  const document = await show(uri);
  const edit = new WorkspaceEdit();
  edit.insert(uri, document.lineAt(document.lineCount - 1).range.end, text);
  await apply(edit);
}

async function textOf(uri: Uri): Promise<string> {
  return (await workspace.openTextDocument(uri)).getText();
}

/**
 * Fix All until it has done its work. VS Code may still be closing the document of the check before, and then refuses the
 * edit of a version that is gone.
 */
async function fixAll(uri: Uri, done: (rules: readonly string[]) => boolean): Promise<void> {
  for (let tries = 3; ; tries--) {
    await commands.executeCommand('editor.action.fixAll');
    const reached = untilRules(uri, done, 5);
    if (tries === 1) return reached;
    if (
      await reached.then(
        () => true,
        () => false,
      )
    )
      return;
  }
}

export const editing: readonly Check[] = [
  {
    name: "Caddy's JSON is judged as it is typed",
    run: async () => {
      const json = file('caddy/live.json');
      const unverified = (rules: readonly string[]): boolean => rules.includes('upstream-tls-unverified');
      await workspace.fs.writeFile(json, Buffer.from(caddyJson(true)));
      await untilRules(json, unverified);
      const document = await show(json);
      const whole = new Range(document.positionAt(0), document.positionAt(document.getText().length));
      const edit = new WorkspaceEdit();
      edit.replace(json, whole, caddyJson(false));
      await apply(edit);
      await untilRules(json, (rules) => !unverified(rules));
      await revertAll();
      await workspace.fs.delete(json);
    },
  },
  {
    name: '"forward the upgrade" is preferred, changes both files, and the finding goes',
    run: async () => {
      await show(site);
      await untilRules(site, dropped);
      const fix = await quickFix(site, 'websocket-upgrade-dropped', /forward the upgrade/i);
      assert(fix.isPreferred, `"${fix.title}" is not preferred`);
      await apply(fix.edit);
      await untilRules(site, notDropped);
      assert(
        (await textOf(site)).includes('proxy_set_header Upgrade $http_upgrade;'),
        'no Upgrade header in site.conf',
      );
      assert(/map \$http_upgrade \$connection_upgrade/.test(await textOf(root)), 'no map in nginx.conf');
      await revertAll();
      await untilRules(site, dropped);
    },
  },
  {
    name: 'fix all applies what is safe',
    run: async () => {
      await show(root);
      await untilRules(root, legacy);
      await fixAll(root, (rules) => !legacy(rules));
      assert((await textOf(root)).includes('ssl_protocols TLSv1.2'), 'the old versions are still listed');
      await revertAll();
      await untilRules(root, legacy);
    },
  },
  {
    name: 'an unsaved edit of an included file changes the findings of the file that includes it',
    run: async () => {
      await untilRules(site, dropped);
      await insertAtEnd(snippet, upgradeHeaders);
      await untilRules(site, notDropped);
      await revertAll();
      await untilRules(site, dropped);
    },
  },
  {
    name: 'a change on disk, outside the editor, is seen',
    run: async () => {
      const before = await workspace.fs.readFile(snippet);
      await workspace.fs.writeFile(snippet, Buffer.concat([before, Buffer.from(upgradeHeaders)]));
      await untilRules(site, notDropped);
      await workspace.fs.writeFile(snippet, before);
      await untilRules(site, dropped);
    },
  },
  {
    name: 'a finding can be suppressed from the light bulb',
    run: async () => {
      await show(site);
      const fix = await quickFix(site, 'websocket-upgrade-dropped', /ignore websocket-upgrade-dropped/i);
      await apply(fix.edit);
      await untilRules(site, notDropped);
      assert(
        (await textOf(site)).includes('# wsslint-ignore websocket-upgrade-dropped: '),
        'no suppression in site.conf',
      );
      await revertAll();
      await untilRules(site, dropped);
    },
  },
  {
    name: 'a wrong key in wsslint.json is reported there',
    run: async () => {
      const settings = file('wsslint.json');
      const document = await show(settings);
      const edit = new WorkspaceEdit();
      const brace = document.positionAt(document.getText().indexOf('{') + 1);
      edit.replace(settings, new Range(brace, brace), ' "no-such-setting": 1,');
      await apply(edit);
      await untilRules(settings, (rules) => rules.includes('settings-invalid'));
      await revertAll();
      await untilRules(settings, (rules) => rules.length === 0);
    },
  },
  {
    name: 'an untitled nginx document is checked while it is typed',
    run: async () => {
      const document = await workspace.openTextDocument({ language: 'nginx', content: 'http {\n    server {\n' });
      await show(document.uri);
      await untilRules(document.uri, (rules) => rules.includes('config-syntax'));
      await revertAll();
    },
  },
  {
    name: 'documents of the language id NGINX, which another extension defines, are checked',
    run: async () => {
      const document = await workspace.openTextDocument({ language: 'NGINX', content: 'http {\n    server {\n' });
      await show(document.uri);
      await untilRules(document.uri, (rules) => rules.includes('config-syntax'));
      await revertAll();
    },
  },
  {
    name: 'code actions for certificates and keys never carry an edit of a key file',
    run: async () => {
      const key = file('certs/admin.example-only.key');
      const document = await show(key);
      const whole = new Range(0, 0, document.lineCount, 0);
      const kind = CodeActionKind.QuickFix.value;
      const actions = await commands.executeCommand<CodeAction[]>(
        'vscode.executeCodeActionProvider',
        key,
        whole,
        kind,
        20,
      );
      assert(
        actions.every(({ edit }) => !edit?.has(key)),
        'an edit of a private key is offered',
      );
      assert(
        languages.getDiagnostics(key).every(({ message }) => !message.includes(document.lineAt(1).text)),
        'key material in a message',
      );
      await revertAll();
    },
  },
];
