/** Owns which `add_header` lines count for a block: its own, or those outside, by `add_header_inherit` (1.29.3) both or neither. */
import { atLeast, type Target } from '../../../model/target.ts';
import { type Entry, firstOf, holeFor, nearest, own, type Scope, value } from '../scope.ts';

export type InheritMode = 'on' | 'off' | 'merge';

export interface AddedHeader {
  readonly entry: Entry;
  /** The block that it stands in. */
  readonly level: Scope;
}

/** The line that says how a block inherits, which is inherited itself; undefined where none does or where one may be hidden. */
export function inheritLine(scope: Scope): Entry | undefined {
  const found = nearest(scope, 'add_header_inherit');
  return found.kind === 'found' ? found.entries[0] : undefined;
}

/** How a block inherits lines; undefined where that cannot be seen. */
export function inheritMode(scope: Scope, target: Target): InheritMode | undefined {
  if (atLeast(target, 'nginx', '1.29.3') === false) return 'on';
  const found = nearest(scope, 'add_header_inherit');
  if (found.kind === 'hidden') return undefined;
  const entry = firstOf(found);
  const word = entry === undefined ? 'on' : value(entry)?.toLowerCase();
  return word === 'on' || word === 'off' || word === 'merge' ? word : undefined;
}

/** The lines that count for a block (ngx_http_headers_merge_conf); undefined where some may be hidden. */
export function addedHeaders(scope: Scope, target: Target): readonly AddedHeader[] | undefined {
  if (holeFor(scope, 'add_header') !== undefined) return undefined;
  const mine = own(scope, 'add_header').map((entry): AddedHeader => ({ entry, level: scope }));
  if (scope.parent === undefined) return mine;
  const mode = inheritMode(scope, target);
  if (mode === undefined) return undefined;
  if (mode === 'off' || (mode === 'on' && mine.length > 0)) return mine;
  const outer = addedHeaders(scope.parent, target);
  return outer === undefined ? undefined : [...mine, ...outer];
}
