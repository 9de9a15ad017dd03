/** Owns how lengths of time are written to people. */

/** Seconds in the largest unit that leaves no remainder: `1 hour`, `90 seconds`. */
export function secondsWord(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) return 'for ever';
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ] as const;
  const unit = seconds === 0 ? undefined : units.find(([length]) => seconds % length === 0);
  return unit === undefined ? counted(seconds, 'second') : counted(seconds / unit[0], unit[1]);
}

/** `1 day`, `2 days`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A moment in milliseconds since 1970 as `2026-11-23 04:05 UTC`. */
export function momentWord(when: number): string {
  const date = new Date(when);
  return Number.isNaN(date.getTime())
    ? 'an impossible date'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
