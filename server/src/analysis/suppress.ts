/** Owns suppressions: `# wsslint-ignore <rule-id>: reason` on a finding's line or the one before it. */

import type { SourceFile } from '../files/store.ts';
import type { CommentText } from '../languages/language.ts';
import type { Finding } from '../rules/rule.ts';
import type { Span } from '../text/span.ts';

export interface Suppression {
  readonly file: SourceFile;
  /** The whole comment. */
  readonly span: Span;
  readonly rule: string;
  readonly ruleSpan: Span;
  readonly reason: string;
  /** The lines whose findings it covers, from 0. */
  readonly lines: readonly number[];
}

const MARKER = /^(\s*wsslint-ignore(?:[ \t]+|(?=:)|$))([^:]*)(?::(.*))?$/s;

/** The suppressions among a file's comments; one comment may name several rules, separated by commas. */
export function readSuppressions(file: SourceFile, comments: readonly CommentText[]): Suppression[] {
  const marked = comments.filter((comment) => MARKER.test(comment.text));
  const alone = new Set<number>();
  for (const comment of marked) {
    const line = file.lines.positionAt(comment.span.start).line;
    if (/^\s*$/.test(file.text.slice(file.lines.lineSpan(line).start, comment.span.start))) alone.add(line);
  }
  return marked.flatMap((comment) => {
    const match = MARKER.exec(comment.text);
    const line = file.lines.positionAt(comment.span.start).line;
    let next = line;
    if (alone.has(line))
      do next++;
      while (alone.has(next));
    const lines = next === line ? [line] : [line, next];
    const names = match?.[2] ?? '';
    let at = comment.span.end - comment.text.length + (match?.[1]?.length ?? 0);
    return names.split(',').map((part): Suppression => {
      const rule = part.trim();
      const start = at + (part.length - part.trimStart().length);
      at += part.length + 1;
      const ruleSpan = rule === '' ? comment.span : { start, end: start + rule.length };
      return { file, span: comment.span, rule, ruleSpan, reason: (match?.[3] ?? '').trim(), lines };
    });
  });
}

/** Whether a suppression covers a finding. */
export function covers(suppression: Suppression, finding: Pick<Finding, 'rule' | 'at'>): boolean {
  return (
    suppression.rule === finding.rule &&
    suppression.file.id === finding.at.file &&
    suppression.lines.includes(suppression.file.lines.positionAt(finding.at.span.start).line)
  );
}
