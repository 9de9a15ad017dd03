/** Owns what the suite does again and again: opening files, waiting for findings, putting things back. */
import { commands, type Diagnostic, languages, type Position, type TextDocument, Uri, window, workspace } from 'vscode';
import { within } from '../checks.ts';

/** A file of the opened workspace. */
export function file(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('no folder is open');
  return Uri.joinPath(folder.uri, path);
}

export async function show(uri: Uri): Promise<TextDocument> {
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { preview: false });
  return document;
}

export function ruleOf(finding: Diagnostic): string {
  return String(typeof finding.code === 'object' ? finding.code.value : finding.code);
}

/** The rule ids of all findings in a file, sorted. */
export function rulesIn(uri: Uri): string[] {
  const findings = languages.getDiagnostics(uri).filter(({ source }) => source === 'wsslint');
  return findings.map(ruleOf).sort();
}

/** Resolves as soon as `holds` is true for the rule ids of a file; looks again at every change of findings. */
export function untilRules(uri: Uri, holds: (rules: readonly string[]) => boolean, seconds = 10): Promise<void> {
  let stop = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    const look = (): void => {
      if (holds(rulesIn(uri))) resolve();
    };
    const listener = languages.onDidChangeDiagnostics(look);
    stop = () => listener.dispose();
    look();
  });
  const describe = (): string => `findings in ${workspace.asRelativePath(uri)}: ${rulesIn(uri).join(', ') || 'none'}`;
  return within(seconds, reached, describe).finally(stop);
}

/** The first finding of a rule in a file. */
export function finding(uri: Uri, rule: string): Diagnostic {
  const found = languages.getDiagnostics(uri).find((candidate) => ruleOf(candidate) === rule);
  if (found === undefined)
    throw new Error(`no ${rule} in ${workspace.asRelativePath(uri)}: ${rulesIn(uri).join(', ')}`);
  return found;
}

/** The place inside the first occurrence of `text`. */
export function placeOf(document: TextDocument, text: string): Position {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`${workspace.asRelativePath(document.uri)} has no ${text}`);
  return document.positionAt(at + Math.floor(text.length / 2));
}

/** Forgets every unsaved change and closes all editors. */
export async function revertAll(): Promise<void> {
  // VS Code changes its own settings file now and then, and saves it by itself.
  const ours = ({ isDirty, uri }: TextDocument): boolean =>
    isDirty && (uri.scheme === 'untitled' || workspace.getWorkspaceFolder(uri) !== undefined);
  for (const document of workspace.textDocuments.filter(ours)) {
    await window.showTextDocument(document);
    await commands.executeCommand('workbench.action.files.revert');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}
