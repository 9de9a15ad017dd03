/** Owns the suppression comment: where it may stand, and the edit that writes it. */
import type { Engine } from '../analysis/engine-types.ts';
import { isSettingsFile } from '../config/find.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies, type SourceFile } from '../files/store.ts';
import type { Finding } from '../rules/rule.ts';
import { applyEdits, indentationAt, lineEndOf, type TextEdit } from '../text/edits.ts';
import type { ActionEdits } from './action-edits.ts';
import { tryOut } from './trial.ts';

/** What the user will want to overwrite. */
const REASON = 'why';

/** Whether a finding is in a file of text that can have comments of ours. */
export function canSuppress(engine: Engine, { rule, at }: Finding): boolean {
  if (rule.startsWith('suppression-') || isSettingsFile(at.file)) return false;
  const opened = engine.files.open(at.file, noDependencies());
  return opened.ok && !opened.file.binary;
}

/**
 * The comment that suppresses a finding, on a line of its own above it or else behind it; undefined where neither does,
 * such as in the middle of a quoted string that goes over several lines.
 */
export function suppression(engine: Engine, files: readonly FileId[], finding: Finding): ActionEdits | undefined {
  const { file, span } = finding.at;
  const opened = engine.files.open(file, noDependencies());
  if (!opened.ok) return undefined;
  const { text } = opened.file;
  const before = countIn(file, engine.run(files).findings);
  const edit = places(opened.file, span.start, `# wsslint-ignore ${finding.rule}: ${REASON}`).find((candidate) =>
    tryOut(engine, files, (set) => {
      set(file, applyEdits(text, [candidate]));
      return countIn(file, engine.run(files).findings) < before;
    }),
  );
  return edit && { files: [{ file, edits: [edit] }], placeholder: REASON };
}

function places({ text, lines }: SourceFile, offset: number, comment: string): TextEdit[] {
  const { start, end } = lines.lineSpan(lines.positionAt(offset).line);
  return [
    { span: { start, end: start }, newText: `${indentationAt(text, start)}${comment}${lineEndOf(text)}` },
    { span: { start: end, end }, newText: ` ${comment}` },
  ];
}

function countIn(file: FileId, findings: readonly Finding[]): number {
  return findings.filter(({ at }) => at.file === file).length;
}
