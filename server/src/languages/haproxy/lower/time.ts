/** Owns HAProxy's times: numbers with a unit, milliseconds where there is none (manual, 2.5). */

export type Time =
  /** `Infinity` for 0: a timeout of zero is none. */
  | { readonly ok: true; readonly seconds: number }
  /** HAProxy refuses it. */
  | { readonly ok: false; readonly fault: string };

const MILLISECONDS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  '': 1,
};
/** src/tools.c, parse_time_err: some 24.8 days. */
const LIMIT = 2 ** 31;

/**
 * Reads `30s`, `1h`, `50000`; undefined where versions differ: characters behind a unit (`10sec`) are only warned about so far.
 */
export function parseTime(text: string): Time | undefined {
  const [, digits, unit = '', rest = ''] = /^(\d+)(us|ms|s|m|h|d)?(.*)$/s.exec(text) ?? [];
  if (digits === undefined)
    return { ok: false, fault: 'is not a time: a number comes first, then a unit such as `s` or `m`' };
  if (unit === '' && rest !== '')
    return {
      ok: false,
      fault: `has a unit that HAProxy does not know; there are \`us\`, \`ms\`, \`s\`, \`m\`, \`h\` and \`d\``,
    };
  if (rest !== '') return undefined;
  const milliseconds = Math.ceil(Number(digits) * (MILLISECONDS[unit] ?? 1));
  if (milliseconds >= LIMIT)
    return { ok: false, fault: 'is too long: HAProxy takes at most 2147483647 ms, some 24.8 days' };
  return { ok: true, seconds: milliseconds === 0 ? Number.POSITIVE_INFINITY : milliseconds / 1000 };
}

/** Writes seconds as HAProxy reads them, in the largest unit that fits: `1h`, `90s`, `1500ms`. */
export function writeTime(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = MILLISECONDS[unit] as number;
    if (milliseconds > 0 && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** A time as it is written, in words that show a missing unit. */
export function timeInWords(written: string): string {
  if (!/^\d+$/.test(written) || Number(written) === 0) return written;
  const seconds = Number(written) / 1000;
  return `${written} (${Number.isInteger(seconds) ? writeTime(seconds) : `${seconds}s`})`;
}
