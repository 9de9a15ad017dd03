/** Owns the names of servers, and what a server is called in messages. */
import type { SiteName } from '../../../model/model.ts';
import { isMasked } from '../mask.ts';
import { own, placeOfWord, type Scope } from '../scope.ts';
import type { Listen } from './listen.ts';

export function namesOf(scope: Scope): SiteName[] {
  return own(scope, 'server_name').flatMap((entry) =>
    entry.directive.args.flatMap((word) =>
      isMasked(word.value) ? [] : [{ name: word.value, place: placeOfWord(entry.file, word) }],
    ),
  );
}

/** `server example.com`, or by the first address where it has no name. */
export function serverLabel(scope: Scope, names: readonly SiteName[], listens: readonly Listen[]): string {
  if (scope.name !== 'server') return 'this file';
  const first = names.find(({ name }) => name !== '' && name !== '_')?.name ?? listens[0]?.socket;
  return `server ${first ?? ''}`.trim();
}
