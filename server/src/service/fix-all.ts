/** Owns applying many fixes at once: those that do not touch each other, round by round, until nothing is left to do. */
import type { Engine, Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { noDependencies } from '../files/store.ts';
import type { FileEdits } from '../model/remedy.ts';
import type { Finding, Fix } from '../rules/rule.ts';
import { editsConflict, type TextEdit } from '../text/edits.ts';
import { editPieces, editsOf, type Pieces, pieces, textOf } from './pieces.ts';
import { tryOut } from './trial.ts';

/** A fix whose fix needs another fix is rare, and two that undo each other would never end. */
const ROUNDS = 10;

/**
 * The edits that take away all findings that `wanted` names a fix for, against the present texts of the files.
 * `files` is what the engine is to run over; the engine is left as it was.
 */
export function fixAll(
  engine: Engine,
  files: readonly FileId[],
  wanted: (finding: Finding) => Fix | undefined,
): readonly FileEdits[] {
  const edited = new Map<FileId, Pieces>();
  tryOut(engine, files, (set) => {
    for (let round = 0; round < ROUNDS; round++) {
      const edits = compatibleEdits(engine.run(files), wanted);
      if (edits.size === 0) return;
      for (const [file, list] of edits) {
        const present = edited.get(file) ?? original(engine, file);
        if (present === undefined) continue;
        const next = editPieces(present, list);
        edited.set(file, next);
        set(file, textOf(next));
      }
    }
  });
  return [...edited].map(([file, text]) => ({ file, edits: editsOf(text) })).filter(({ edits }) => edits.length > 0);
}

/** The safe fix that fix-all applies to a finding of this file. */
export function safeFixIn(file: FileId): (finding: Finding) => Fix | undefined {
  return (finding) => (finding.at.file === file ? finding.fixes.find((fix) => fix.safety === 'safe') : undefined);
}

/** The edits of the wanted fixes, first come first served; a fix that touches an earlier one waits for the next round. */
function compatibleEdits(run: Run, wanted: (finding: Finding) => Fix | undefined): Map<FileId, TextEdit[]> {
  const taken = new Map<FileId, TextEdit[]>();
  for (const finding of run.findings) {
    const fix = wanted(finding);
    if (fix === undefined || fix.edits.some((one) => conflicts(one, taken.get(one.file)))) continue;
    for (const { file, edits } of fix.edits) taken.set(file, [...(taken.get(file) ?? []), ...edits]);
  }
  return taken;
}

function conflicts({ edits }: FileEdits, taken: readonly TextEdit[] = []): boolean {
  return edits.some((edit) => taken.some((other) => editsConflict(edit, other)));
}

function original(engine: Engine, file: FileId): Pieces | undefined {
  const opened = engine.files.open(file, noDependencies());
  return opened.ok ? pieces(opened.file.text) : undefined;
}
