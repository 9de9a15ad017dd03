/** Owns `ws://` addresses that a written `Content-Security-Policy` lets pages over TLS connect to. */
import type { SourceFile } from '../../files/store.ts';
import type { InsecureUrl } from '../../model/insecure-urls.ts';
import type { Word } from './tree.ts';

/** Hosts of this machine, which browsers trust without TLS (W3C Secure Contexts, 3.1). */
const LOCAL = /^ws:\/\/(?:(?:[\w-]+\.)*localhost|127(?:\.\d+){3}|\[::1\])(?=[:/]|$)/i;

/** The sources that a policy lets a page connect to. */
function connectSources(policy: string): string[] {
  const directives = policy.split(';').map((one) => one.trim().split(/\s+/));
  const named = (name: string) => directives.find(([first = '']) => first.toLowerCase() === name);
  return (named('connect-src') ?? named('default-src') ?? []).slice(1);
}

/** Whether browsers replace the scheme themselves where a policy says this (W3C Upgrade Insecure Requests). */
export const upgradesSchemes = (policy: string): boolean => /upgrade-insecure-requests/i.test(policy);

/** Those of a policy in a word; `hole` matches what only the running server fills in. */
export function urlsInPolicy(policy: string, file: SourceFile, word: Word | undefined, hole: RegExp): InsecureUrl[] {
  const sources = connectSources(policy);
  // `wss://` beside it shows that the page knows better.
  if (word === undefined || sources.some((source) => /^wss:/i.test(source))) return [];
  const raw = file.text.slice(word.span.start, word.span.end);
  return sources.flatMap((url) => {
    const at = raw.indexOf(url);
    if (!/^ws:\/\/[\w.-]/i.test(url) || LOCAL.test(url) || hole.test(url) || at < 0) return [];
    const start = word.span.start + at;
    const end = start + 2;
    return [
      {
        place: { file: file.id, span: { start, end: start + url.length } },
        url,
        where: 'whatever `Content-Security-Policy` allows',
        offers: [
          {
            title: `Write \`wss${url.slice(2)}\``,
            safety: 'behaviour' as const,
            remedy: {
              kind: 'edit' as const,
              edits: () => [{ file: file.id, edits: [{ span: { start: end, end }, newText: 's' }] }],
            },
          },
        ],
      },
    ];
  });
}
