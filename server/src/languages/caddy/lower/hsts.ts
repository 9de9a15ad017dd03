/** Owns `Strict-Transport-Security` of a site: `header` lines (modules/caddyhttp/headers). */
import { HSTS_LEAST, HSTS_USUAL, type HstsGap } from '../../../model/hsts.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import { byFile, linesBefore, replaceArg } from '../realize/layout.ts';
import { placeOf, type Scope, written } from '../scope.ts';
import { type HeaderLine, headerLines } from './header-lines.ts';
import { hiddenIn } from './steps.ts';

const USUAL = `header Strict-Transport-Security "max-age=${HSTS_USUAL}; includeSubDomains"`;

function shortGap({ entry, value, index }: HeaderLine): HstsGap[] {
  const age = Number(/max-age\s*=\s*"?(\d+)/i.exec(value)?.[1] ?? Number.NaN);
  // `max-age=0` takes it back, which somebody meant.
  if (!(age > 0 && age < HSTS_LEAST)) return [];
  return [
    {
      kind: 'short',
      place: placeOf(entry),
      message: `Browsers stay with TLS for ${age < 2 * 86_400 ? `${age} s` : `${Math.round(age / 86_400)} days`} only; half a year is the least that counts, two years is usual`,
      related: [],
      offers: [
        {
          title: 'Set `max-age` to two years',
          safety: 'behaviour',
          remedy: {
            kind: 'edit',
            edits: () => {
              const newText = value.replace(/(max-age\s*=\s*"?)\d+/i, `$1${HSTS_USUAL}`);
              const edit = newText.includes('"') ? undefined : replaceArg(entry, index, newText);
              return edit === undefined ? undefined : byFile([edit]);
            },
          },
        },
      ],
    },
  ];
}

/** What a site answers by itself; what a back end answers may carry the header already. */
function answersItself(scope: Scope): boolean {
  const names = scopesBelow(scope).flatMap(({ entries }) => entries.map(({ name }) => name));
  const handsOn = names.some((name) => ['reverse_proxy', 'php_fastcgi', 'forward_auth', 'invoke'].includes(name));
  return !handsOn && names.includes('file_server');
}

export function hstsOf(
  scope: Scope,
  place: Place,
  label: string,
  handshake: Fact<TlsHandshake>,
): Fact<readonly HstsGap[]> {
  if (!handshake.known || handshake.value !== 'certificate')
    return unknown('whether handshakes get a certificate is not known');
  const hole = hiddenIn(scope);
  if (hole !== undefined) return unknown(hole);
  const lines = scopesBelow(scope)
    .flatMap(headerLines)
    .filter(({ name, kind }) => name.toLowerCase() === 'strict-transport-security' && kind !== 'delete');
  if (lines.some(({ value }) => value.includes('{'))) return unknown('a placeholder decides it');
  if (lines.length > 0) return known(lines.flatMap(shortGap), written(place));
  const first = scope.entries.find(({ via, name }) => via.length === 0 && name === 'file_server');
  if (!answersItself(scope)) return known([], written(place));
  return known(
    [
      {
        kind: 'missing',
        place,
        message: `${label} does not send \`Strict-Transport-Security\`, so browsers go on trying plain HTTP first, where whoever is on the way can keep them`,
        related: [],
        offers:
          first === undefined
            ? []
            : [
                {
                  title: 'Send the header, for two years',
                  safety: 'behaviour',
                  remedy: { kind: 'edit', edits: () => byFile([linesBefore(first, [USUAL])]) },
                },
              ],
      },
    ],
    written(place),
  );
}
