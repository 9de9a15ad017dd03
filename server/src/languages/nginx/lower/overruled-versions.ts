/** Owns `ssl_protocols` of servers that are not the first of their socket, which nginx before 1.29.2 does not look at. */
import type { TlsVersion } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown, writtenAt } from '../../../model/origin.ts';
import type { OverruledVersions } from '../../../model/overruled-versions.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { isMasked } from '../mask.ts';
import { moveProtocols } from '../realize/protocols.ts';
import { openerPlace, own, type Scope } from '../scope.ts';
import { listensOf } from './listen.ts';
import { namesOf, serverLabel } from './server-names.ts';
import { askedBy, openDifferently } from './tls-versions.ts';

const EACH_ITS_OWN: Origin = {
  kind: 'default',
  versions: 'nginx 1.29.2 and newer',
  source: 'https://nginx.org/en/CHANGES',
};

const NOT_OVERRULED: Fact<undefined> = known(undefined, EACH_ITS_OWN);

const words = (versions: readonly TlsVersion[]): string => `\`ssl_protocols ${versions.join(' ')}\``;

/** `firsts` are the default servers of the server's sockets, `versions` what its clients get. */
export function overruledVersions(
  server: Scope,
  firsts: readonly Scope[],
  versions: Fact<readonly TlsVersion[]>,
  target: Target,
): Fact<OverruledVersions | undefined> {
  const mine = own(server, 'ssl_protocols');
  const entry = mine[0];
  if (entry === undefined) return NOT_OVERRULED;
  const { args } = entry.directive;
  const [start, end] = [args[0]?.span.start, args.at(-1)?.span.end];
  const others = firsts.filter((first) => first !== server);
  if (start === undefined || end === undefined || others.length === 0) return NOT_OVERRULED;
  const early = atLeast(target, 'nginx', '1.29.2');
  if (early === undefined) return unknown('from nginx 1.29.2 on it counts, and the nginx version is not known');
  if (early) return known(undefined, EACH_ITS_OWN);
  if (mine.some(({ directive }) => directive.wording.values.some((value) => isMasked(value))))
    return unknown('a template writes it');
  const first = others.find((other) => openDifferently(server, other, target));
  const decides = first === undefined ? undefined : askedBy(first, target);
  if (first === undefined || decides?.known !== true) return known(undefined, EACH_ITS_OWN);
  const place = { file: entry.file.id, span: { start, end } };
  const listens = listensOf(first);
  const label = serverLabel(first, namesOf(first), listens);
  const how = decides.origin.kind === 'default' ? `the default, ${words(decides.value)}` : words(decides.value);
  const got = versions.known ? versions.value.map((version) => version.replace('v', ' ')).join(', ') : '';
  const all = firsts.length === others.length;
  return known(
    {
      place,
      message:
        `${all ? 'This is not used' : 'This is not used on every socket of the server'}: before 1.29.2, nginx takes ` +
        `the versions of a socket's default server for all, here those of \`${label}\` (${how})` +
        (got === '' ? '' : `, so clients of these names can have ${got}`),
      related: [{ place: writtenAt(decides.origin) ?? openerPlace(first), message: `\`${label}\` decides` }],
      offers:
        all && others.length === 1
          ? [
              {
                title: `Move it to \`${label}\`, for all servers of the socket`,
                safety: 'behaviour',
                remedy: { kind: 'edit', edits: () => moveProtocols(mine, first) },
              },
            ]
          : [],
    },
    { kind: 'written', place },
  );
}
