/** Owns taking `ssl_stapling` out. */
import type { FileEdits } from '../../../model/remedy.ts';
import { type Entry, nearest, own, type Scope, value } from '../scope.ts';
import { byFile, removal, replaceArgs } from './layout.ts';

/**
 * Removes the line, with `ssl_stapling_verify` beside it in a server, where that says nothing any more; a line that keeps
 * an outer `on` away is needed.
 */
export function removeStapling(entry: Entry, level: Scope): FileEdits[] {
  const outer = level.parent === undefined ? undefined : nearest(level.parent, 'ssl_stapling');
  const { file, directive } = entry;
  if (outer?.kind === 'found' && outer.entries.some((one) => value(one) === 'on'))
    return byFile([{ file, edit: replaceArgs(directive, 0, 'off') }]);
  const beside = level.name === 'server' ? own(level, 'ssl_stapling_verify') : [];
  return byFile([entry, ...beside].map((one) => ({ file: one.file, edit: removal(one.file, one.directive) })));
}
