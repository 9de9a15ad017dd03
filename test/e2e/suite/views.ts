/** Owns the checks of the extension's own views and commands. */
import { commands, extensions, Uri, window, workspace } from 'vscode';
import { assert, type Check, within } from '../checks.ts';
import { file, revertAll, show, untilRules } from './editor.ts';

/** Resolves when the active tab has these words; the preview of a page is a web view, which comes a little later. */
function untilTab(words: string): Promise<void> {
  const label = (): string => window.tabGroups.activeTabGroup.activeTab?.label ?? '';
  let stop = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    const look = (): void => {
      if (label().includes(words)) resolve();
    };
    const listener = window.tabGroups.onDidChangeTabs(look);
    stop = () => listener.dispose();
    look();
  });
  return within(10, reached, () => `the active tab is "${label()}"`).finally(stop);
}

export const views: readonly Check[] = [
  {
    name: 'the effective configuration opens as a read-only text',
    run: async () => {
      await show(file('nginx/conf.d/site.conf'));
      await commands.executeCommand('wsslint.showEffectiveConfiguration');
      const view = window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'wsslint-effective');
      assert(view !== undefined, 'no such view');
      const text = view.document.getText();
      for (const word of ['shop.example.com', '/ws/', 'TLSv1']) assert(text.includes(word), `no ${word} in: ${text}`);
      await revertAll();
    },
  },
  {
    name: 'the page of a rule opens, and an unknown rule says so',
    run: async () => {
      const page = await workspace.openTextDocument(Uri.parse('wsslint-rule:/websocket-upgrade-dropped.md'));
      assert(page.getText().includes('websocket-upgrade-dropped'), page.getText());
      const unknown = await workspace.openTextDocument(Uri.parse('wsslint-rule:/no-such-rule.md'));
      assert(unknown.getText().includes('No rule has this id'), unknown.getText());
      await commands.executeCommand('wsslint.explainRule', 'websocket-upgrade-dropped');
      await untilTab('websocket-upgrade-dropped');
      await revertAll();
    },
  },
  {
    name: 'every command of the manifest exists',
    run: async () => {
      const manifest = extensions.getExtension('wsslint.wsslint')?.packageJSON as {
        contributes: { commands: { command: string }[] };
      };
      const known = await commands.getCommands(true);
      for (const { command } of manifest.contributes.commands) assert(known.includes(command), `${command} is missing`);
    },
  },
  {
    name: 'the findings are back after a restart of the server',
    run: async () => {
      const site = file('nginx/conf.d/site.conf');
      await commands.executeCommand('wsslint.restartServer');
      await untilRules(site, (rules) => rules.includes('websocket-upgrade-dropped'));
    },
  },
];
