/** Owns writing a setting with one value: its own line is rewritten, or a new one goes behind a line beside which it belongs. */
import type { FileEdits } from '../../../model/remedy.ts';
import { type Entry, nearest, type Scope } from '../scope.ts';
import { byFile, linesAfter, replaceArgs } from './layout.ts';

/** `anchor` is used where no level has the setting; nothing is written where a level may have it unseen. */
export function setScalar(
  levels: readonly Scope[],
  name: string,
  text: string,
  anchor: Entry | undefined,
): FileEdits[] | undefined {
  const found = nearest(levels, name.toLowerCase());
  if (found.kind === 'hidden') return undefined;
  const edit =
    found.kind === 'found'
      ? replaceArgs(found.entry, 0, text)
      : anchor === undefined
        ? undefined
        : linesAfter(anchor, [`${name} ${text}`]);
  return edit === undefined ? undefined : byFile([edit]);
}
