/** Owns the names of servers, and what a server is called in messages. */
import type { SourceFile } from '../../../files/store.ts';
import type { SiteName } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import { own, placeOfWord, type Scope } from '../scope.ts';
import type { Word } from '../syntax/tree.ts';
import type { Listen } from './listen.ts';

/** Large configurations have many names, and what is said of one needs its place only. */
class WrittenName implements SiteName {
  constructor(
    readonly name: string,
    private readonly file: SourceFile,
    private readonly word: Word,
  ) {}

  get place(): Place {
    return placeOfWord(this.file, this.word);
  }
}

export function namesOf(scope: Scope): SiteName[] {
  const names: SiteName[] = [];
  for (const { directive, file } of own(scope, 'server_name')) {
    for (const word of directive.args) if (!isMasked(word.value)) names.push(new WrittenName(word.value, file, word));
  }
  return names;
}

/** `server example.com`, or by the first address where it has no name. */
export function serverLabel(scope: Scope, names: readonly SiteName[], listens: readonly Listen[]): string {
  if (scope.name !== 'server') return 'this file';
  const first = names.find(({ name }) => name !== '' && name !== '_')?.name ?? listens[0]?.socket;
  return `server ${first ?? ''}`.trim();
}
