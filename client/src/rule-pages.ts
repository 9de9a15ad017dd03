/** Owns the rule pages inside VS Code, and the command that opens one. */
import { commands, Disposable, languages, Uri, window, workspace } from 'vscode';
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
      const rule = typeof given === 'string' ? given : await askForRule();
      if (rule !== undefined) await showPage(Uri.from({ scheme, path: `/${rule}.md` }));
    }),
  );
}

/** Offers the rules behind the findings in the active document, those at the cursor first. */
async function askForRule(): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  if (!editor) return undefined;
  const findings = languages.getDiagnostics(editor.document.uri).filter((finding) => finding.source === 'wsslint');
  const cursor = editor.selection.active;
  const nearFirst = [
    ...findings.filter((finding) => finding.range.contains(cursor)),
    ...findings.filter((finding) => !finding.range.contains(cursor)),
  ];
  const rules = new Set(nearFirst.map(({ code }) => String(typeof code === 'object' ? code.value : code)));
  return window.showQuickPick([...rules], { title: 'Explain which rule?' });
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
