/** Owns the names of servers, and what a server is called in messages. */
import type { SiteName } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import { type Entry, own, placeOfArgument, type Scope } from '../scope.ts';
import type { Listen } from './listen.ts';

/** Large configurations have many names, and what is said of one needs its place only. */
class WrittenName implements SiteName {
  constructor(
    readonly name: string,
    private readonly entry: Entry,
    private readonly index: number,
  ) {}

  get place(): Place {
    return placeOfArgument(this.entry, this.index);
  }
}

export function namesOf(scope: Scope): SiteName[] {
  const names: SiteName[] = [];
  for (const entry of own(scope, 'server_name')) {
    entry.directive.wording.values.forEach((name, index) => {
      if (!isMasked(name)) names.push(new WrittenName(name, entry, index));
    });
  }
  return names;
}

/** `server example.com`, or by the first address where it has no name. */
export function serverLabel(scope: Scope, names: readonly SiteName[], listens: readonly Listen[]): string {
  if (scope.name !== 'server') return 'this file';
  const first = names.find(({ name }) => name !== '' && name !== '_')?.name ?? listens[0]?.socket;
  return `server ${first ?? ''}`.trim();
}
