/** Owns `ws://` addresses that a site's policy lets pages over TLS connect to. */
import type { InsecureUrl } from '../../../model/insecure-urls.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import { type Scope, written } from '../scope.ts';
import { type HeaderLine, headerLines } from './header-lines.ts';

/** Hosts of this machine, which browsers trust without TLS (W3C Secure Contexts, 3.1). */
const LOCAL = /^ws:\/\/(?:(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i;

/** The sources that a policy lets a page connect to. */
function connectSources(policy: string): string[] {
  const directives = policy.split(';').map((one) => one.trim().split(/\s+/));
  const named = (name: string) => directives.find(([first = '']) => first.toLowerCase() === name);
  return (named('connect-src') ?? named('default-src') ?? []).slice(1);
}

function urlsIn({ entry, index, value }: HeaderLine): InsecureUrl[] {
  const word = entry.args[index]?.word;
  const sources = connectSources(value);
  // `wss://` beside it shows that the page knows better.
  if (word === undefined || sources.some((source) => /^wss:/i.test(source))) return [];
  const raw = entry.file.text.slice(word.span.start, word.span.end);
  return sources.flatMap((url) => {
    const at = raw.indexOf(url);
    if (!/^ws:\/\/[\w.-]/i.test(url) || LOCAL.test(url) || url.includes('{') || at < 0) return [];
    const start = word.span.start + at;
    const end = start + 2;
    const file = entry.file.id;
    return [
      {
        place: { file, span: { start, end: start + url.length } },
        url,
        where: 'whatever `Content-Security-Policy` allows',
        offers: [
          {
            title: `Write \`wss${url.slice(2)}\``,
            safety: 'behaviour' as const,
            remedy: {
              kind: 'edit' as const,
              edits: () => [{ file, edits: [{ span: { start: end, end }, newText: 's' }] }],
            },
          },
        ],
      },
    ];
  });
}

/** `secure`: whether the site speaks nothing but TLS. */
export function insecureUrlsOf(scope: Scope, place: Place, secure: boolean): Fact<readonly InsecureUrl[]> {
  if (!secure) return unknown('pages may come without TLS');
  const lines = scopesBelow(scope)
    .flatMap(headerLines)
    .filter(({ name, kind }) => name.toLowerCase() === 'content-security-policy' && kind !== 'delete');
  if (lines.some(({ value }) => /upgrade-insecure-requests/i.test(value))) return known([], written(place));
  return known(lines.flatMap(urlsIn), written(place));
}
