/** Owns which TLS versions a service offers: `sslVersion`, `sslVersionMin`, `sslVersionMax`, and what `options` switches off. */
import { legacyAt, OLDEST, securityLevel, TLS_NAMES, VERSION_OPTIONS } from '../../../facts/stunnel.ts';
import { type ListedVersion, TLS_VERSIONS, type TlsVersion } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { atLeast } from '../../../model/target.ts';
import { entriesOf, lastOf, originOf, type Scope } from '../options.ts';
import { type Entry, placeOf, placeOfValue } from '../project.ts';

/** One end of the range of versions; without a version, the library's own end. */
export interface Bound {
  readonly version: TlsVersion | undefined;
  readonly entry: Entry;
}

export interface Bounds {
  readonly min: Bound | undefined;
  readonly max: Bound | undefined;
  /** Something that is no version, or is filled in by somebody else. */
  readonly unclear: boolean;
}

export const VERSION_KEYS = ['sslversion', 'sslversionmin', 'sslversionmax'] as const;

/** The later one wins; `sslVersion` sets both ends (manual, sslVersion). */
export function boundsOf(scope: Scope): Bounds {
  let min: Bound | undefined;
  let max: Bound | undefined;
  let unclear = false;
  for (const entry of entriesOf(scope, ...VERSION_KEYS)) {
    const text = entry.option.value.value.toLowerCase();
    const version = TLS_NAMES.get(text);
    if (version === undefined && text !== 'all') unclear = true;
    const bound = { version, entry };
    if (entry.option.key !== 'sslversionmax') min = bound;
    if (entry.option.key !== 'sslversionmin') max = bound;
  }
  return { min, max, unclear };
}

/** The versions that `options` switches off, each with the line that does it; SSLv2 and SSLv3 are off unless one says `-NO_…`. */
export function switchedOff(scope: Scope): Map<TlsVersion, Entry | undefined> {
  const off = new Map<TlsVersion, Entry | undefined>([
    ['SSLv2', undefined],
    ['SSLv3', undefined],
  ]);
  for (const entry of entriesOf(scope, 'options')) {
    const text = entry.option.value.value.toUpperCase();
    const version = VERSION_OPTIONS.get(text.replace(/^-/, ''));
    if (version === undefined) continue;
    if (text.startsWith('-')) off.delete(version);
    else off.set(version, entry);
  }
  return off;
}

export interface Offer {
  readonly listed: readonly ListedVersion[];
  readonly versions: Fact<readonly TlsVersion[]>;
  readonly legacy: Fact<boolean>;
  readonly setting: string;
}

/** The level in front of the cipher string (manual, securityLevel). */
export function levelOf(scope: Scope): Fact<number | undefined> {
  const own = lastOf(scope, 'securitylevel');
  if (!own.known) return own;
  if (own.value === undefined) return securityLevel(scope.project.target);
  const text = own.value.option.value.value;
  return /^[0-5]$/.test(text) ? known(Number(text), own.origin) : unknown('`securityLevel` is no number from 0 to 5');
}

/** Whether TLS 1.0 and 1.1 get through: at level 0, from `securityLevel` or from the cipher string, which comes later. */
export function legacyAllowed(scope: Scope): Fact<boolean> {
  const ciphers = lastOf(scope, 'ciphers');
  if (!ciphers.known) return ciphers;
  const text = ciphers.value?.option.value.value ?? '';
  const inside = [...text.matchAll(/@SECLEVEL=(\d)/g)].at(-1)?.[1];
  const level = inside === undefined ? levelOf(scope) : known(Number(inside), ciphers.origin);
  return legacyAt(level, scope.project.target);
}

/** Lines that hand commands to OpenSSL, and DTLS, have other versions. */
function elsewhere(scope: Scope): string | undefined {
  const config = entriesOf(scope, 'config').find(({ option }) =>
    /^(Min|Max)?Protocol\s*:|^(Cipher|Options)/i.test(option.value.value),
  );
  if (config !== undefined) return '`config` hands a command to OpenSSL that may decide it';
  const udp = entriesOf(scope, 'transport').some(({ option }) => option.value.value.toLowerCase() === 'udp');
  return udp ? '`transport = udp` speaks DTLS' : undefined;
}

export function offerOf(scope: Scope): Offer {
  const { min, max, unclear } = boundsOf(scope);
  const off = switchedOff(scope);
  const legacy = legacyAllowed(scope);
  const setting = min?.entry.option.name.value ?? max?.entry.option.name.value ?? 'sslVersionMin';
  const lowest = min === undefined ? TLS_VERSIONS.indexOf('TLSv1') : index(min.version ?? 'SSLv3');
  const highest = index(max?.version ?? 'TLSv1.3');
  const inRange = TLS_VERSIONS.filter((version, i) => i >= lowest && i <= highest && !off.has(version));
  const decides = min?.version === undefined && max !== undefined ? max : min;
  // A lower end that is named stands for all versions from there on, `all` for all that there are.
  const named = min ?? (max !== undefined && highest < index('TLSv1.2') ? max : undefined);
  const place = named === undefined ? undefined : placeOfValue(named.entry);
  const listed = place === undefined ? [] : listedVersions(min, inRange, lowest, highest, off, place);
  const why =
    scope.project.hidden !== undefined && (min === undefined || !scope.service.own.includes(min.entry))
      ? scope.project.hidden
      : unclear
        ? 'a version cannot be known'
        : elsewhere(scope);
  if (why !== undefined) return { listed: unclear ? [] : listed, versions: unknown(why), legacy, setting };
  const switching = [...off.values()].find((entry) => entry !== undefined);
  const origin: Origin =
    decides !== undefined
      ? originOf(decides.entry, scope)
      : switching === undefined
        ? OLDEST.known
          ? OLDEST.origin
          : { kind: 'written', place: placeOf(scope.service.own[0] as Entry) }
        : originOf(switching, scope);
  return { listed, versions: seen(known(inRange, origin), legacy, scope), legacy, setting };
}

function listedVersions(
  min: Bound | undefined,
  inRange: readonly TlsVersion[],
  lowest: number,
  highest: number,
  off: ReadonlyMap<TlsVersion, Entry | undefined>,
  place: ListedVersion['place'],
): ListedVersion[] {
  // Who asks for SSLv3 by name has listed it, though it stays off.
  const byName = min?.version === 'SSLv3' && off.get('SSLv3') === undefined && off.has('SSLv3');
  const versions = byName && lowest <= highest ? (['SSLv3', ...inRange] as const) : inRange;
  return versions.map((version) => ({ version, place }));
}

const index = (version: TlsVersion): number => TLS_VERSIONS.indexOf(version);

/** Those on offer, without what the TLS library refuses. */
function seen(versions: Fact<readonly TlsVersion[]>, legacy: Fact<boolean>, { project }: Scope): typeof versions {
  if (!versions.known || !versions.value.some((version) => version < 'TLSv1.2')) return versions;
  if (!legacy.known) return unknown(`whether TLS 1.0 and 1.1 are open is not known: ${legacy.why}`);
  if (!legacy.value)
    return known(
      versions.value.filter((version) => version >= 'TLSv1.2'),
      versions.origin,
    );
  if (!versions.value.includes('SSLv3')) return versions;
  // OpenSSL is built without SSLv3 from 1.1.0 on (its CHANGES), unless somebody asks for it.
  return atLeast(project.target, 'openssl', '1.1.0') === true
    ? known(
        versions.value.filter((version) => version !== 'SSLv3'),
        versions.origin,
      )
    : unknown('whether the TLS library has SSLv3 is not known');
}
