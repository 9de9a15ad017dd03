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
import { ORDER as RANGE, sameCommands, type VersionCommands, versionCommands } from './version-commands.ts';

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

/** The versions that are asked for, each at the word that does; those of a range at the word for its end. */
export function listedVersions(server: Server): ListedVersion[] {
  const found = protocolOf(server.levels);
  const listed = found.kind === 'found' ? (listedBy(found.entry) ?? []) : [];
  const commands = versionCommands(server.levels);
  if (commands === undefined) return [];
  const { min, max } = commands;
  if (min === undefined && max === undefined) return listed;
  const asked = inRange(
    listed.length > 0 ? listed.map(({ version }) => version) : found.kind === 'absent' ? ALL : [],
    commands,
  );
  return asked.flatMap((version) => {
    const own = listed.find((one) => one.version === version);
    const place = own?.place ?? (min ?? max)?.place;
    return place === undefined ? [] : [{ version, place }];
  });
}

/**
 * mod_ssl gives OpenSSL two ends: the newest version, and the oldest that can be reached from there without a hole
 * (ssl_init_ctx_protocol; seen with 2.4.69 and 2.4.71). Commands move the ends afterwards.
 */
function inRange(asked: readonly TlsVersion[], { min, max }: VersionCommands): TlsVersion[] {
  let high = RANGE.findLastIndex((version) => asked.includes(version));
  if (high < 0) return [];
  let low = high;
  while (low > 0 && asked.includes(RANGE[low - 1] as TlsVersion)) low--;
  // `None` is as far as the library goes, and that has no SSLv3.
  if (min !== undefined) low = Math.max(1, min.version === undefined ? 1 : RANGE.indexOf(min.version));
  if (max !== undefined) high = max.version === undefined ? RANGE.length - 1 : RANGE.indexOf(max.version);
  return RANGE.slice(low, high + 1);
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
  const commands = versionCommands(server.levels);
  if (commands === undefined) return unknown('`SSLOpenSSLConfCmd` decides');
  if (first !== undefined && !sameCommands(commands, versionCommands(first.levels)))
    return unknown('`SSLOpenSSLConfCmd` of the first host at the address may count');
  const base = baseOf(server, found, target);
  if (!base.known) return base;
  const moved = commands.min ?? commands.max;
  const origin = moved === undefined ? base.origin : ({ kind: 'written', place: moved.place } as const);
  return known(inRange(base.value, commands), origin);
}

function baseOf({ scope }: Server, found: Lookup, target: Target): Fact<readonly TlsVersion[]> {
  if (found.kind !== 'found') return sslProtocols(target);
  const listed = listedBy(found.entry);
  if (listed === undefined) return unknown('`SSLProtocol` cannot be read');
  return known(
    listed.map(({ version }) => version),
    originOf(scope, found.scope, found.entry),
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
