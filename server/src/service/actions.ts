/** Owns what can be done about findings: their fixes, all safe fixes at once, and suppression with a reason. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { Finding } from '../rules/rule.ts';
import type { Span } from '../text/span.ts';
import type { ActionEdits } from './action-edits.ts';
import { findingsAt } from './diagnostics.ts';
import { fixAll, safeFixIn } from './fix-all.ts';
import { refactoringsAt } from './refactorings.ts';
import { canSuppress, suppression } from './suppress.ts';

/** An action in a form that survives a journey to the editor and back; its edit is made when it is chosen. */
export type ActionRef =
  | { readonly kind: 'fix'; readonly rule: string; readonly span: Span; readonly title: string }
  | { readonly kind: 'suppress'; readonly rule: string; readonly span: Span }
  | { readonly kind: 'refactor'; readonly span: Span; readonly title: string }
  | { readonly kind: 'fix-all' };

export interface Action {
  readonly title: string;
  readonly ref: ActionRef;
  /** The finding that it is about; undefined for fix-all and where nothing is wrong. */
  readonly finding: Finding | undefined;
  /** The best safe way out of this finding. */
  readonly preferred: boolean;
}

/** The actions for the findings that touch a span: what is preferred first, then the other fixes, and suppressions last. */
export function actionsAt(engine: Engine, run: Run, file: FileId, span: Span): Action[] {
  const findings = findingsAt(run, file, span.start, span.end);
  const fixes = findings.flatMap(fixActions);
  return [
    ...fixes.filter(({ preferred }) => preferred),
    ...fixes.filter(({ preferred }) => !preferred),
    ...findings.filter((finding) => canSuppress(engine, finding)).map(suppressAction),
  ];
}

/** What can be rewritten on request at a span. */
export function refactorActions(engine: Engine, run: Run, file: FileId, span: Span): Action[] {
  return refactoringsAt(engine, run, file, span).map(({ title, span: at }) => ({
    title,
    ref: { kind: 'refactor', span: at, title },
    finding: undefined,
    preferred: false,
  }));
}

/** Fix-all for a file, when it has a finding with a safe fix. */
export function fixAllAction(run: Run, file: FileId): Action | undefined {
  if (!run.findings.some((finding) => safeFixIn(file)(finding) !== undefined)) return undefined;
  return {
    title: 'Fix all that wsslint can fix safely',
    ref: { kind: 'fix-all' },
    finding: undefined,
    preferred: false,
  };
}

/** The edits of an action against the present text; undefined when what it was about is no longer there. */
export function actionEdits(
  engine: Engine,
  run: Run,
  files: readonly FileId[],
  file: FileId,
  ref: ActionRef,
): ActionEdits | undefined {
  switch (ref.kind) {
    case 'fix-all':
      return { files: fixAll(engine, files, safeFixIn(file)) };
    case 'fix': {
      const fix = findingOf(run, file, ref)?.fixes.find((one) => one.title === ref.title);
      return fix && { files: fix.edits };
    }
    case 'refactor': {
      const found = refactoringsAt(engine, run, file, ref.span).find(({ title }) => title === ref.title);
      return found && { files: found.edits };
    }
    case 'suppress': {
      const finding = findingOf(run, file, ref);
      return finding && suppression(engine, files, finding);
    }
  }
}

function findingOf(run: Run, file: FileId, ref: { readonly rule: string; readonly span: Span }): Finding | undefined {
  return run.findings.find(
    ({ rule, at }) =>
      rule === ref.rule && at.file === file && at.span.start === ref.span.start && at.span.end === ref.span.end,
  );
}

function fixActions(finding: Finding): Action[] {
  const best = finding.fixes.find((fix) => fix.safety === 'safe');
  return finding.fixes.map((fix) => ({
    title: fix.title,
    ref: { kind: 'fix', rule: finding.rule, span: finding.at.span, title: fix.title },
    finding,
    preferred: fix === best,
  }));
}

function suppressAction(finding: Finding): Action {
  return {
    title: `Ignore ${finding.rule} here…`,
    ref: { kind: 'suppress', rule: finding.rule, span: finding.at.span },
    finding,
    preferred: false,
  };
}
