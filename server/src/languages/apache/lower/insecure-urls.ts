/** Owns `ws://` addresses in the policies that hosts with TLS send by `Header` (docs, mod_headers). */
import type { InsecureUrl } from '../../../model/insecure-urls.ts';
import type { Listener } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { upgradesSchemes, urlsInPolicy } from '../../blocks/insecure-urls.ts';
import { type Entry, openerPlace, own, scopesBelow } from '../scope.ts';
import { type HeaderLine, headerLine } from './header-lines.ts';
import type { Server } from './servers.ts';

function policyOf(entry: Entry): HeaderLine | undefined {
  const line = headerLine(entry);
  return line?.name === 'content-security-policy' && !line.conditional ? line : undefined;
}

export function insecureUrlsOf({ scope }: Server, listeners: readonly Listener[]): Fact<readonly InsecureUrl[]> {
  if (listeners.length === 0 || !listeners.every(({ tls }) => tls.known && tls.value))
    return unknown('pages may come without TLS');
  const origin = { kind: 'written' as const, place: openerPlace(scope) };
  const policies = scopesBelow(scope).flatMap((one) => own(one, 'header').flatMap((entry) => policyOf(entry) ?? []));
  if (policies.some(({ value }) => upgradesSchemes(value))) return known([], origin);
  return known(
    policies.flatMap(({ entry, value, index }) =>
      urlsInPolicy(value, entry.file, entry.directive.args[index], /[$%]\{/),
    ),
    origin,
  );
}
