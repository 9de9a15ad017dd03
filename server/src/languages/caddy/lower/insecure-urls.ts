/** Owns `ws://` addresses that a site's policy lets pages over TLS connect to. */
import type { InsecureUrl } from '../../../model/insecure-urls.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { upgradesSchemes, urlsInPolicy } from '../../blocks/insecure-urls.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import { type Scope, written } from '../scope.ts';
import { headerLines } from './header-lines.ts';

/** `secure`: whether the site speaks nothing but TLS. */
export function insecureUrlsOf(scope: Scope, place: Place, secure: boolean): Fact<readonly InsecureUrl[]> {
  if (!secure) return unknown('pages may come without TLS');
  const lines = scopesBelow(scope)
    .flatMap(headerLines)
    .filter(({ name, kind }) => name.toLowerCase() === 'content-security-policy' && kind !== 'delete');
  if (lines.some(({ value }) => upgradesSchemes(value))) return known([], written(place));
  return known(
    lines.flatMap(({ entry, index, value }) => urlsInPolicy(value, entry.file, entry.args[index]?.word, /\{/)),
    written(place),
  );
}
