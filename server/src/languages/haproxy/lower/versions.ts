/** Owns which TLS versions a `bind` line offers: `ssl-min-ver`, `ssl-max-ver`, `force-…` and `no-…`, its own and those of `global`. */
import { BIND_VALUES, defaultMinimum, TLS_FLAGS, TLS_NAMES } from '../../../facts/haproxy.ts';
import { type ListedVersion, TLS_VERSIONS, type TlsVersion } from '../../../model/model.ts';
import { type Fact, known, type Origin, type Place, unknown } from '../../../model/origin.ts';
import type { Target } from '../../../model/target.ts';
import { globalStatements } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import { alwaysIn, parametersOf } from '../syntax/query.ts';
import type { Section, Statement, Whole, Word } from '../syntax/tree.ts';

/** One setting of versions: where it stands, and what it says. */
export interface VersionSetting {
  readonly kind: 'min' | 'max' | 'force' | 'no';
  readonly version: TlsVersion;
  readonly name: Word;
  /** The version's word behind `ssl-min-ver` and `ssl-max-ver`. */
  readonly value: Word | undefined;
}

/** All settings of versions of a line, in their order; `unclear` when the environment decides one. */
export interface LineSettings {
  readonly statement: Statement;
  readonly settings: readonly VersionSetting[];
  readonly unclear: boolean;
}

const KINDS: ReadonlyMap<string, VersionSetting['kind']> = new Map([
  ['no', 'no'],
  ['force', 'force'],
  ['ssl-min-ver', 'min'],
  ['ssl-max-ver', 'max'],
]);

/** Reads a `bind` line or one of `ssl-default-bind-options`. */
export function settingsOf(statement: Statement): LineSettings {
  const settings: VersionSetting[] = [];
  let unclear = statement.words.some(({ variable, value }) => variable && value.includes('[*]'));
  const before = statement.words[0]?.value === 'bind' ? 2 : 1;
  for (const { name, value } of parametersOf(statement.words, before, BIND_VALUES)) {
    if (name.variable) unclear = true;
    const [, sign, flag = ''] = /^(no|force)-(sslv3|tlsv1[0-3])$/.exec(name.value) ?? [];
    const kind = KINDS.get(sign ?? name.value);
    if (kind === undefined) continue;
    const version = sign === undefined ? TLS_NAMES.get(value?.value ?? '') : TLS_FLAGS.get(flag);
    if (version === undefined) unclear = true;
    else settings.push({ kind, version, name, value });
  }
  return { statement, settings, unclear };
}

/** The lines of `global` that set the versions of all `bind` lines. */
export function globalSettings(
  whole: Whole,
): (LineSettings & { readonly section: Section; readonly always: boolean })[] {
  return globalStatements(whole, 'ssl-default-bind-options').map(({ section, statement }) => ({
    ...settingsOf(statement),
    section,
    always: alwaysIn(section, statement) && section.header.branch === '',
  }));
}

export interface Offer {
  readonly listed: readonly ListedVersion[];
  readonly versions: Fact<readonly TlsVersion[]>;
  /** The setting that decides, in HAProxy's words. */
  readonly setting: string;
}

interface Bound {
  readonly version: TlsVersion;
  readonly place: Place;
  readonly setting: string;
}

/** The last setting that gives a lower or an upper bound. */
function bound(lines: readonly LineSettings[], side: 'min' | 'max'): Bound | undefined {
  const all = lines.flatMap(({ settings, statement }) => settings.map((setting) => ({ setting, statement })));
  const last = all.findLast(({ setting: { kind } }) => kind === side || kind === 'force');
  if (last === undefined) return undefined;
  const { version, name, value } = last.setting;
  return { version, place: placeOf(last.statement, (value ?? name).span), setting: name.value };
}

/**
 * What a `bind` line offers, before the TLS library has its say (src/ssl_sock.c, ssl_sock_initial_ctx, and bind_parse_ssl):
 * its own bounds go before those of `global`, `no-…` of both add up but are ignored as soon as there is a bound.
 */
export function offerOf(bind: Statement, whole: Whole, target: Target, part: boolean): Offer {
  const own = settingsOf(bind);
  const global = globalSettings(whole);
  const shared = global.flatMap(({ settings }) => settings);
  const min = bound([own], 'min') ?? bound(global, 'min');
  const max = bound([own], 'max') ?? bound(global, 'max');
  const setting = min?.setting ?? max?.setting ?? 'ssl-min-ver';
  const lowest = TLS_VERSIONS.indexOf(min?.version ?? 'TLSv1');
  const highest = TLS_VERSIONS.indexOf(max?.version ?? 'TLSv1.3');
  const listed =
    min === undefined
      ? []
      : TLS_VERSIONS.filter((_, i) => i >= lowest && i <= highest).map((version) => ({ version, place: min.place }));

  const unknownOffer = (why: string): Offer => ({ listed, versions: unknown(why), setting });
  if (own.unclear || global.some(({ unclear }) => unclear))
    return unknownOffer('the environment decides a part of this line');
  if (global.some(({ always }) => !always)) return unknownOffer('`ssl-default-bind-options` stands in an `.if` block');
  if (part && min === undefined) return unknownOffer('`ssl-default-bind-options` may stand in another file');

  const least = defaultMinimum(target);
  if (min === undefined && !least.known) return unknownOffer(least.why);
  const start = min?.version ?? (least.known ? least.value : 'TLSv1.2');
  // With a maximum below the default minimum and no minimum, HAProxy takes the maximum for both, with a warning.
  const from =
    min === undefined && max !== undefined && highest < TLS_VERSIONS.indexOf(start)
      ? highest
      : TLS_VERSIONS.indexOf(start);
  const flags =
    min === undefined && max === undefined
      ? [...own.settings, ...shared].filter(({ kind }) => kind === 'no').map(({ version }) => version)
      : [];
  const versions = TLS_VERSIONS.filter((version, i) => i >= from && i <= highest && !flags.includes(version));
  const decides = min ?? max;
  const origin: Origin =
    decides !== undefined
      ? { kind: 'written', place: decides.place }
      : least.known
        ? least.origin
        : { kind: 'written', place: placeOf(bind) };
  const lowered =
    decides === max && max !== undefined && from === highest ? [{ version: max.version, place: max.place }] : listed;
  return { listed: lowered, versions: known(versions, origin), setting };
}
