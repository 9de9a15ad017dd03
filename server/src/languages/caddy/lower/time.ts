/** Owns times as Caddy reads them (caddy.ParseDuration): Go's form, with days. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** Seconds; undefined where Caddy would refuse it, as a number without a unit that is not 0. */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  if (!/^[+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d))*$/.test(text))
    return undefined;
  let seconds = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/([\d.]+)([a-zµ]+)/g))
    seconds += Number(number) * (UNITS[unit] ?? 0);
  return Math.round(seconds * 1e9) / 1e9;
}

/** An hour as `1h`, half a minute as `30s`. */
export function durationText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
