/** Owns the rule pages inside VS Code, and the command that opens one. */
import { commands, Disposable, languages, type QuickPickItem, QuickPickItemKind, Uri, window, workspace } from 'vscode';
import type { RuleItem } from '../../server/src/lsp/protocol.ts';
import type { LanguageServer } from './server.ts';

const scheme = 'wsslint-rule';

export function registerRulePages(server: LanguageServer): Disposable {
  const provider = {
    provideTextDocumentContent: async (page: Uri): Promise<string> => {
      const rule = page.path.replace(/^\/|\.md$/g, '');
      const answer = await server.request('wsslint/explain', { rule });
      return answer?.markdown ?? `# ${rule}\n\nNo rule has this id.\n`;
    },
  };
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, provider),
    commands.registerCommand('wsslint.explainRule', async (given?: unknown) => {
      const rule = typeof given === 'string' ? given : await askForRule(server);
      if (rule !== undefined) await showPage(Uri.from({ scheme, path: `/${rule}.md` }));
    }),
  );
}

/** Offers all rules, those behind the findings in the active document first. */
async function askForRule(server: LanguageServer): Promise<string | undefined> {
  const all = await server.request('wsslint/rules', {});
  const here = rulesHere();
  const item = ({ id, summary }: RuleItem): QuickPickItem => ({ label: id, description: summary });
  const found = [...here].flatMap((id) => all.filter((rule) => rule.id === id).map(item));
  const others = all.filter(({ id }) => !here.has(id)).map(item);
  const headed = (label: string, items: QuickPickItem[]): QuickPickItem[] =>
    items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];
  const chosen = await window.showQuickPick(
    [...headed('found in this file', found), ...headed(found.length > 0 ? 'others' : 'rules', others)],
    { title: 'Explain which rule?', matchOnDescription: true },
  );
  return chosen?.label;
}

/** The rules behind the findings in the active document, those at the cursor first. */
function rulesHere(): ReadonlySet<string> {
  const editor = window.activeTextEditor;
  if (!editor) return new Set();
  const findings = languages.getDiagnostics(editor.document.uri).filter((finding) => finding.source === 'wsslint');
  const cursor = editor.selection.active;
  const nearFirst = [
    ...findings.filter((finding) => finding.range.contains(cursor)),
    ...findings.filter((finding) => !finding.range.contains(cursor)),
  ];
  return new Set(nearFirst.map(({ code }) => String(typeof code === 'object' ? code.value : code)));
}

async function showPage(page: Uri): Promise<void> {
  const document = await workspace.openTextDocument(page);
  try {
    // A command of an extension that has not started yet is not listed, but can be called.
    await commands.executeCommand('markdown.showPreview', page);
  } catch {
    // The built-in Markdown extension can be switched off; the page is readable as text too.
    await window.showTextDocument(document, { preview: true });
  }
}
