/** Owns `SSLProtocol`: which TLS versions its words switch on (modules/ssl/ssl_engine_config.c, ssl_cmd_protocol_parse). */
import { legacyByDefault, OWN_VERSIONS_SINCE, sslProtocols } from '../../../facts/apache.ts';
import type { CipherSettings } from '../../../model/cipher-settings.ts';
import type { ListedVersion, TlsVersion } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { OverruledVersions } from '../../../model/overruled-versions.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { byFile, replaceArgs } from '../realize/layout.ts';
import {
  type Entry,
  isOpen,
  type Lookup,
  nearest,
  originOf,
  placeOfArgs,
  placeOfWord,
  type Scope,
  values,
} from '../scope.ts';
import type { Server } from './servers.ts';

/** By the word in small letters. */
export const VERSION_WORDS: ReadonlyMap<string, TlsVersion> = new Map([
  ['sslv2', 'SSLv2'],
  ['sslv3', 'SSLv3'],
  ['tlsv1', 'TLSv1'],
  ['tlsv1.1', 'TLSv1.1'],
  ['tlsv1.2', 'TLSv1.2'],
  ['tlsv1.3', 'TLSv1.3'],
]);

/** What `all` is in builds with OpenSSL 1.1.1 and newer; SSLv3 is in it only where somebody built the library with it. */
const ALL: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const ORDER: readonly TlsVersion[] = ['SSLv2', 'SSLv3', ...ALL];

/** The versions that a line leaves on, each at the word that switched it on; undefined where it cannot be read. */
export function listedBy(entry: Entry): ListedVersion[] | undefined {
  const on = new Map<TlsVersion, number>();
  for (const [i, text] of values(entry).entries()) {
    if (isOpen(text)) return undefined;
    const sign = /^[+-]/.exec(text)?.[0];
    const word = text.slice(sign === undefined ? 0 : 1).toLowerCase();
    const named = VERSION_WORDS.get(word);
    const versions = word === 'all' ? ALL : named === undefined ? undefined : [named];
    if (versions === undefined) return undefined;
    // Without a sign a word takes the place of all that stands before it.
    if (sign === undefined) on.clear();
    for (const version of versions) {
      if (sign === '-') on.delete(version);
      else if (!on.has(version)) on.set(version, i);
    }
  }
  return ORDER.flatMap((version) => {
    const word = entry.directive.args[on.get(version) ?? -1];
    return word === undefined ? [] : [{ version, place: placeOfWord(entry.file, word) }];
  });
}

export function protocolOf(levels: readonly Scope[]): Lookup {
  return nearest(levels, 'sslprotocol');
}

export function listedVersions(server: Server): ListedVersion[] {
  const found = protocolOf(server.levels);
  return found.kind === 'found' ? (listedBy(found.entry) ?? []) : [];
}

/** What the configuration asks for, before the library's security level. `first`: the first host of the same address. */
export function askedBy(server: Server, first: Server | undefined, target: Target): Fact<readonly TlsVersion[]> {
  const found = protocolOf(server.levels);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (first !== undefined && atLeast(target, 'apache', OWN_VERSIONS_SINCE) !== true) {
    const other = protocolOf(first.levels);
    const same =
      found.kind === other.kind && (found.kind !== 'found' || other.kind !== 'found' || found.entry === other.entry);
    if (!same) return unknown('before httpd 2.4.42 the versions of the first host at the address count');
  }
  if (found.kind === 'absent') return sslProtocols(target);
  const listed = listedBy(found.entry);
  if (listed === undefined) return unknown('`SSLProtocol` cannot be read');
  return known(
    listed.map(({ version }) => version),
    originOf(server.scope, found.scope, found.entry),
  );
}

/** Whether the library lets TLS 1.0 and 1.1 through: at security level 0. */
export function legacyAllowed({ list }: CipherSettings, target: Target): Fact<boolean> {
  if (!list.known) return list;
  const level = /@SECLEVEL=(\d)/.exec(list.value?.text ?? '')?.[1];
  return level === undefined || list.value === undefined
    ? legacyByDefault(target)
    : known(level === '0', { kind: 'written', place: list.value.place });
}

const isLegacy = (version: TlsVersion): boolean => version !== 'TLSv1.2' && version !== 'TLSv1.3';

/** What a client that offers only one version can complete. */
export function versionsOf(
  asked: Fact<readonly TlsVersion[]>,
  ciphers: CipherSettings,
  target: Target,
): Fact<readonly TlsVersion[]> {
  if (!asked.known || !asked.value.some(isLegacy)) return asked;
  const allowed = legacyAllowed(ciphers, target);
  if (!allowed.known) return unknown(`whether TLS 1.0 and 1.1 are open is not known: ${allowed.why}`);
  return known(allowed.value ? asked.value : asked.value.filter((version) => !isLegacy(version)), asked.origin);
}

/**
 * Words that count for nothing because a later one has no sign: `TLSv1.2 TLSv1.3` offers TLS 1.3 alone (AH02532 in the log;
 * seen with 2.4.69 and 2.4.71).
 */
export function overruledOf(server: Server): Fact<OverruledVersions | undefined> {
  const found = protocolOf(server.levels);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const origin = { kind: 'written' as const, place: server.place };
  const listed = found.kind === 'found' ? listedBy(found.entry) : undefined;
  if (found.kind !== 'found' || listed === undefined) return known(undefined, origin);
  const { entry } = found;
  const words = values(entry);
  const last = words.findLastIndex((word) => !/^[+-]/.test(word));
  const before = words.slice(0, last).flatMap((word) => VERSION_WORDS.get(word.replace(/^\+/, '').toLowerCase()) ?? []);
  const left = listed.map(({ version }) => version);
  const lost = before.filter((version) => !left.includes(version));
  if (lost.length === 0) return known(undefined, origin);
  const all = ORDER.filter((version) => left.includes(version) || lost.includes(version));
  const named = (versions: readonly TlsVersion[]) => versions.map((version) => `\`${version}\``).join(' and ');
  return known(
    {
      place: placeOfArgs(entry, 0, last - 1),
      message: `${named(lost)} ${lost.length === 1 ? 'counts' : 'count'} for nothing here, because \`${words[last]}\` has no sign and takes the place of all that stands before it (AH02532): only ${named(left)} is offered`,
      related: [],
      offers: [
        {
          title: `Offer ${named(all)}`,
          safety: 'behaviour',
          remedy: {
            kind: 'edit',
            edits: () => {
              const edit = replaceArgs(entry, 0, ['-all', ...all.map((version) => `+${version}`)].join(' '));
              return edit === undefined ? undefined : byFile([edit]);
            },
          },
        },
      ],
    },
    origin,
  );
}
