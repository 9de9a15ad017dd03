/** Owns adding `proxy_set_header` lines to a block, so that nothing that reached it before is cut off. */

import type { SourceFile } from '../../../files/store.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { type Entry, nearest, own, type Scope, settingLevel, value } from '../scope.ts';
import { byFile, lastOf, linesAfter, linesAtStart } from './layout.ts';

export interface Located {
  readonly file: SourceFile;
  readonly edit: TextEdit;
}

export function isHeader(entry: Entry, name: string): boolean {
  return value(entry)?.toLowerCase() === name.toLowerCase();
}

/** A directive as it is written, without its `;`. */
export function written(entry: Entry): string {
  const { name, args } = entry.directive;
  const end = args[args.length - 1]?.span.end ?? name.span.end;
  return entry.file.text.slice(name.span.start, end);
}

/** Lines behind the level's own headers, else behind its `proxy_pass`, never in an included file. */
export function insertLines(level: Scope, mine: readonly Entry[], lines: readonly string[]): Located | undefined {
  const here = (entry: Entry | undefined): entry is Entry => entry !== undefined && entry.via.length === 0;
  const anchor = [lastOf(mine.filter((entry) => entry.via.length === 0)), own(level, 'proxy_pass')[0]].find(here);
  if (anchor !== undefined) return { file: anchor.file, edit: linesAfter(anchor.file, anchor.directive, lines) };
  return linesAtStart(level, lines);
}

/**
 * Sets headers, written as `Name value`, for the block of a `proxy_pass`. Where the block has none of its own, those that
 * it inherits are repeated, because the first own line cuts them all off (docs, proxy_set_header).
 */
export function addHeaders(block: Scope, headers: readonly string[]): FileEdits[] | undefined {
  const level = settingLevel(block);
  const found = nearest(level, 'proxy_set_header');
  if (found.kind === 'hidden') return undefined;
  const replaced = (entry: Entry): boolean => headers.some((header) => isHeader(entry, header.split(' ', 1)[0] ?? ''));
  const inherited =
    found.kind === 'found' && found.scope !== level ? found.entries.filter((entry) => !replaced(entry)) : [];
  const mine = found.kind === 'found' && found.scope === level ? found.entries : [];
  const lines = [
    ...headers.map((header) => `proxy_set_header ${header};`),
    ...inherited.map((entry) => `${written(entry)};`),
  ];
  const insertion = insertLines(level, mine, lines);
  return insertion === undefined ? undefined : byFile([insertion]);
}
