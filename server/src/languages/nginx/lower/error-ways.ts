/**
 * Owns the way in by `error_page`: nginx answers a client whose certificate is wrong (495) or missing (496) before it
 * chooses a location, and a named location may hand that request on like any other (ngx_http_process_request).
 */
import type { UncheckedWay } from '../../../model/client-certificates.ts';
import { refuseUnverified } from '../realize/client-certificates.ts';
import { type Entry, nearest, own, placeOfWords, type Scope, scopesBelow, scopeWord, value } from '../scope.ts';
import { blockOf, guardOf, type Watch } from './answers.ts';
import { backEndOf } from './routes.ts';

const WRONG = '495';
const MISSING = '496';

/** Where a server that requires a certificate hands requests without one to a back end that the others get to. */
export function errorWays(server: Scope, identity: Watch): UncheckedWay[] {
  const pages = nearest(server, 'error_page');
  if (pages.kind !== 'found' || pages.hole !== undefined) return [];
  const out: UncheckedWay[] = [];
  for (const entry of pages.entries) {
    const words = entry.directive.wording.values;
    const codes = words.filter((word) => word === WRONG || word === MISSING);
    const target = codes.length === 0 ? undefined : named(server, words.at(-1) ?? '');
    const pass = target === undefined ? undefined : own(target, 'proxy_pass')[0];
    if (target === undefined || pass === undefined || !isAnothers(pass, target, server)) continue;
    if (guardOf(blockOf(target, server), identity) !== 'no') continue;
    out.push(wayOf(entry, target, codes.includes(MISSING)));
  }
  return out;
}

function named(server: Scope, name: string): Scope | undefined {
  return name.startsWith('@') ? own(server, 'location').find((location) => value(location) === name)?.scope : undefined;
}

/** Whether another location hands requests to the same back end; one of its own may be there to tell such clients. */
function isAnothers(pass: Entry, target: Scope, server: Scope): boolean {
  const backEnd = backEndOf(pass);
  return scopesBelow(server).some(
    (scope) => scope !== target && own(scope, 'proxy_pass').some((other) => backEndOf(other) === backEnd),
  );
}

function wayOf(entry: Entry, target: Scope, isMissing: boolean): UncheckedWay {
  const written = [entry.name, ...entry.directive.wording.values].join(' ');
  const whose = isMissing ? 'a client without a certificate' : 'a client with a certificate that nobody has signed';
  return {
    kind: isMissing ? 'everything' : 'foreign',
    place: placeOfWords(entry),
    message: `\`${written}\` leads ${whose} to \`${scopeWord(target)}\`, which hands its request to the same back end as those of others`,
    related: own(target, 'proxy_pass').map((pass) => ({ place: placeOfWords(pass), message: 'handed on here' })),
    offers: [
      {
        title: 'Answer 403 to clients without a verified certificate',
        safety: 'behaviour',
        remedy: { kind: 'edit', edits: () => refuseUnverified(target) },
      },
    ],
  };
}
