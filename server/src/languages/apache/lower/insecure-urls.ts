/** Owns `ws://` addresses in the policies that hosts with TLS send by `Header` (docs, mod_headers). */
import type { InsecureUrl } from '../../../model/insecure-urls.ts';
import type { Listener } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { upgradesSchemes, urlsInPolicy } from '../../blocks/insecure-urls.ts';
import { type Entry, openerPlace, own, scopesBelow, values } from '../scope.ts';
import type { Server } from './servers.ts';

interface Policy {
  readonly entry: Entry;
  readonly text: string;
  /** Which argument it is. */
  readonly index: number;
}

/** One with a condition may be for other answers. */
function policyOf(entry: Entry): Policy | undefined {
  const words = values(entry);
  const shift = /^(always|onsuccess)$/i.test(words[0] ?? '') ? 1 : 0;
  const [action = '', name = '', text, condition] = words.slice(shift);
  if (!/^(set|append|add|merge|setifempty)$/i.test(action) || text === undefined || condition !== undefined)
    return undefined;
  return /^content-security-policy:?$/i.test(name) ? { entry, text, index: shift + 2 } : undefined;
}

export function insecureUrlsOf({ scope }: Server, listeners: readonly Listener[]): Fact<readonly InsecureUrl[]> {
  if (listeners.length === 0 || !listeners.every(({ tls }) => tls.known && tls.value))
    return unknown('pages may come without TLS');
  const origin = { kind: 'written' as const, place: openerPlace(scope) };
  const policies = scopesBelow(scope).flatMap((one) => own(one, 'header').flatMap((entry) => policyOf(entry) ?? []));
  if (policies.some(({ text }) => upgradesSchemes(text))) return known([], origin);
  return known(
    policies.flatMap(({ entry, text, index }) => urlsInPolicy(text, entry.file, entry.directive.args[index], /[$%]\{/)),
    origin,
  );
}
