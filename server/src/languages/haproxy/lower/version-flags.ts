/** Owns `no-sslv3`, `no-tlsv10`, …: flags of the old way, which `ssl-min-ver` and `ssl-max-ver` replace. */
import { TLS_NAMES } from '../../../facts/haproxy.ts';
import { VERSION_FLAGS_SINCE } from '../../../facts/haproxy-removals.ts';
import { type Obsolete, TLS_VERSIONS, type TlsVersion } from '../../../model/model.ts';
import type { Target } from '../../../model/target.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import { removeWords } from '../edits.ts';
import { placeOf } from '../proxies.ts';
import type { Statement, Whole } from '../syntax/tree.ts';
import { holdsFrom } from './obsolete.ts';
import { globalSettings, type LineSettings, settingsOf } from './versions.ts';

/** How HAProxy writes a version: `TLSv1.0`. */
export function nameOf(version: TlsVersion): string {
  return [...TLS_NAMES].find(([, one]) => one === version)?.[0] ?? version;
}

/** The words for a range of versions that reaches from the oldest to the newest of `versions`; undefined where it has holes. */
export function rangeWords(versions: readonly TlsVersion[]): string | undefined {
  const at = TLS_VERSIONS.map((version, i) => (versions.includes(version) ? i : -1)).filter((i) => i >= 0);
  const first = at[0];
  const last = at[at.length - 1];
  if (first === undefined || last === undefined || last - first + 1 !== at.length) return undefined;
  const max = TLS_VERSIONS[last] === 'TLSv1.3' ? '' : ` ssl-max-ver ${nameOf(TLS_VERSIONS[last] as TlsVersion)}`;
  return `ssl-min-ver ${nameOf(TLS_VERSIONS[first] as TlsVersion)}${max}`;
}

/** Runs of flags that stand side by side, as word indexes from and to. */
function runs({ words }: Statement, flags: LineSettings['settings']): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = [];
  for (const { name } of flags) {
    const at = words.indexOf(name);
    const last = out[out.length - 1];
    if (last?.to === at) last.to = at + 1;
    else out.push({ from: at, to: at + 1 });
  }
  return out;
}

/** The edits that write the same versions the new way, on a line whose flags are `flags`; `bounded`: they are ignored anyway. */
function modern(
  statement: Statement,
  flags: LineSettings['settings'],
  bounded: boolean,
): readonly TextEdit[] | undefined {
  const parts = runs(statement, flags);
  const removals = parts.map(({ from, to }) => removeWords(statement, from, to)).filter((edit) => edit !== undefined);
  if (bounded) return statement.words.length - flags.length > 1 ? removals : undefined;
  const open = TLS_VERSIONS.filter(
    (version) => version >= 'TLSv1.2' && !flags.some((flag) => flag.version === version),
  );
  const words = rangeWords(open);
  const first = parts[0];
  const start = first === undefined ? undefined : statement.words[first.from]?.span.start;
  const end = first === undefined ? undefined : statement.words[first.to - 1]?.span.end;
  if (words === undefined || start === undefined || end === undefined) return undefined;
  return [{ span: span(start, end), newText: words }, ...removals.slice(1)];
}

/** The flags of a configuration, one finding a line. */
export function versionFlags(whole: Whole, target: Target): Obsolete[] {
  if (!holdsFrom(VERSION_FLAGS_SINCE, target)) return [];
  const global = globalSettings(whole);
  const globalBound = global.some(({ settings }) => settings.some(({ kind }) => kind !== 'no'));
  const globalFlags = global.some(({ settings }) => settings.some(({ kind }) => kind === 'no'));
  const binds = whole.sections
    .flatMap(({ statements }) => statements.filter(({ words }) => words[0]?.value === 'bind'))
    .map(settingsOf);
  const bindFlags = binds.some(({ settings }) => settings.some(({ kind }) => kind === 'no'));
  return [...global, ...binds].flatMap(({ statement, settings, unclear }): Obsolete[] => {
    const flags = settings.filter(({ kind }) => kind === 'no');
    const [first] = flags;
    const last = flags[flags.length - 1];
    if (first === undefined || last === undefined) return [];
    const isGlobal = global.some((one) => one.statement === statement);
    const bounded = settings.length > flags.length || (!isGlobal && globalBound);
    // Flags of `global` and of a `bind` line add up; each line alone then says less than both.
    const entangled = unclear || (isGlobal ? bindFlags || global.length > 1 : globalFlags);
    const edits = entangled ? undefined : modern(statement, flags, bounded);
    const what = flags.map(({ name }) => name.value).join(' ');
    return [
      {
        place: placeOf(statement, span(first.name.span.start, last.name.span.end)),
        what: `\`${what}\``,
        deprecatedIn: VERSION_FLAGS_SINCE,
        removedIn: undefined,
        advice: bounded
          ? 'HAProxy ignores it beside `ssl-min-ver`, `ssl-max-ver` or `force-…`'
          : '`ssl-min-ver` and `ssl-max-ver` take its place',
        offers:
          edits === undefined
            ? []
            : [
                {
                  title: bounded ? `Remove \`${what}\`` : `Use \`${edits[0]?.newText ?? 'ssl-min-ver'}\``,
                  safety: 'safe',
                  remedy: { kind: 'edit', edits: () => [{ file: statement.source.file, edits }] },
                },
              ],
      },
    ];
  });
}
