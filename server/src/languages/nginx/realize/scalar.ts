/** Owns setting a directive of one value at a level. */
import type { FileEdits } from '../../../model/remedy.ts';
import { type Entry, own, type Scope } from '../scope.ts';
import { byFile, lastOf, linesAfter, replaceArgs } from './layout.ts';

/** Sets a directive of one value for a block: rewrites its own line, or adds one after `anchor`. */
export function setScalar(
  level: Scope,
  name: string,
  text: string,
  anchor: Entry | undefined,
): FileEdits[] | undefined {
  const mine = own(level, name)[0];
  if (mine !== undefined) return byFile([{ file: mine.file, edit: replaceArgs(mine.directive, 0, text) }]);
  if (level.holes.some((hole) => hole.couldHold(name))) return undefined;
  const after = anchor ?? lastOf(level.entries.filter((entry) => entry.via.length === 0));
  if (after === undefined) return undefined;
  return byFile([{ file: after.file, edit: linesAfter(after.file, after.directive, [`${name} ${text};`]) }]);
}

/** Where a new line about TLS belongs in a server: behind its certificate, else behind its listeners. */
export function tlsAnchor(server: Scope): Entry | undefined {
  return (
    lastOf(own(server, 'ssl_certificate_key')) ??
    lastOf(own(server, 'ssl_certificate')) ??
    lastOf(own(server, 'listen'))
  );
}
