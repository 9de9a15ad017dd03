/** Owns the names of servers, and what a server is called in messages. */
import type { SiteName } from '../../../model/model.ts';
import { isMasked } from '../mask.ts';
import { own, placeOfWord, type Scope } from '../scope.ts';
import type { Listen } from './listen.ts';

export function namesOf(scope: Scope): SiteName[] {
  const names: SiteName[] = [];
  for (const { directive, file } of own(scope, 'server_name')) {
    for (const word of directive.args)
      if (!isMasked(word.value)) names.push({ name: word.value, place: placeOfWord(file, word) });
  }
  return names;
}

/** `server example.com`, or by the first address where it has no name. */
export function serverLabel(scope: Scope, names: readonly SiteName[], listens: readonly Listen[]): string {
  if (scope.name !== 'server') return 'this file';
  const first = names.find(({ name }) => name !== '' && name !== '_')?.name ?? listens[0]?.socket;
  return `server ${first ?? ''}`.trim();
}
