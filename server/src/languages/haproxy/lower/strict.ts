/** Owns conditions on `Upgrade` and `Connection` that mind the case, and so miss handshakes of some clients. */
import type { StrictMatch } from '../../../model/handshake.ts';
import { insertBehind } from '../edits.ts';
import { type ProxySection, placeOf } from '../proxies.ts';
import type { Statement } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';
import { type Test, testsOfAll } from './acl.ts';

/**
 * What clients send, each value with its members: all browsers write `websocket`; Chrome `Upgrade`, Firefox a list, nginx and
 * some libraries `upgrade`.
 */
const SENT: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['upgrade', [['websocket']]],
  ['connection', [['Upgrade'], ['keep-alive', 'Upgrade'], ['upgrade']]],
]);

function matcher(method: string): ((value: string, pattern: string) => boolean) | undefined {
  switch (method) {
    case '':
    case 'str':
      return (value, pattern) => value === pattern;
    case 'beg':
      return (value, pattern) => value.startsWith(pattern);
    case 'end':
      return (value, pattern) => value.endsWith(pattern);
    case 'sub':
      return (value, pattern) => value.includes(pattern);
    default:
      return undefined;
  }
}

/** The values that a test misses, where it would take all of them without regard to case. */
function missed({ fetch, argument, method, converters, anyCase, patterns }: Test): readonly string[] {
  const [, suffix = method] = /^(?:req\.)?hdr(?:_(\w+))?$/.exec(fetch) ?? [undefined, undefined];
  const sent = /^(?:req\.)?hdr(?:_\w+)?$/.test(fetch) ? SENT.get(argument) : undefined;
  const matches = matcher(suffix ?? '');
  if (sent === undefined || matches === undefined || converters !== '' || anyCase) return [];
  // A header without a position is looked at member by member (manual, "req.hdr").
  const taken = (values: readonly string[], change: (text: string) => string) =>
    values.some((value) => patterns.some((pattern) => matches(change(value), change(pattern))));
  if (!sent.every((values) => taken(values, (text) => text.toLowerCase()))) return [];
  return sent.filter((values) => !taken(values, (text) => text)).map((values) => values.join(', '));
}

/** What the lines that lead to a back end ask of handshakes too narrowly. */
export function strictMatches(frontend: ProxySection, lines: readonly Statement[]): StrictMatch[] {
  return lines.flatMap((line) =>
    (testsOfAll(frontend, line) ?? []).flatMap((test): StrictMatch[] => {
      const [value] = missed(test);
      const [criterion] = test.words;
      const span = spanOfWords(test.words, 0, test.words.length);
      if (value === undefined || criterion === undefined || span === undefined) return [];
      const header = test.argument === 'upgrade' ? 'Upgrade' : 'Connection';
      const written = test.words.map((word) => word.value).join(' ');
      return [
        {
          place: placeOf(test.statement, span),
          message: `\`${written}\` minds the case, and misses clients that send \`${header}: ${value}\`${header === 'Upgrade' ? ', as all browsers do' : ''}`,
          offers: [
            {
              title: 'Compare without regard to case (`-i`)',
              safety: 'behaviour',
              remedy: {
                kind: 'edit',
                edits: () => [{ file: test.statement.source.file, edits: [insertBehind(criterion, '-i')] }],
              },
            },
          ],
        },
      ];
    }),
  );
}
