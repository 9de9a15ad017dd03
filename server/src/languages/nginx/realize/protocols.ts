/** Owns moving `ssl_protocols` from one server to another. */
import { type FileEdits, joined } from '../../../model/remedy.ts';
import { type Entry, own, type Scope } from '../scope.ts';
import { byFile, removal } from './layout.ts';
import { setScalar, tlsAnchor } from './scalar.ts';

/** The lines of one server, in the place of those of another that it may have; several lines at one level are a union. */
export function moveProtocols(lines: readonly Entry[], to: Scope): FileEdits[] | undefined {
  const versions = [...new Set(lines.flatMap(({ directive }) => directive.args.map(({ value }) => value)))];
  const set = setScalar(to, 'ssl_protocols', versions.join(' '), tlsAnchor(to));
  if (set === undefined) return undefined;
  const gone = [...lines, ...own(to, 'ssl_protocols').slice(1)];
  const removed = byFile(gone.map(({ file, directive }) => ({ file, edit: removal(file, directive) })));
  return joined([set, removed]);
}
