/** Owns the two time forms of X.509, read strictly: what is no date on the calendar is no time. */

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/**
 * A time as milliseconds since 1970, or undefined: RFC 5280 (4.1.2.5) demands seconds, `Z`, and no fraction, and
 * OpenSSL's X509_cmp_time refuses everything else.
 */
export function timeOf(tag: number, bytes: Uint8Array, start = 0, end = bytes.length): number | undefined {
  const yearDigits = tag === UTC_TIME ? 2 : tag === GENERALIZED_TIME ? 4 : 0;
  if (yearDigits === 0 || end - start !== yearDigits + 11 || bytes[end - 1] !== 0x5a) return undefined;
  const number = (at: number, digits: number): number => {
    let value = 0;
    for (let i = start + at; i < start + at + digits; i++) {
      const digit = (bytes[i] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return value;
  };
  const written = number(0, yearDigits);
  const year = yearDigits === 4 ? written : written < 50 ? 2000 + written : 1900 + written;
  const month = number(yearDigits, 2);
  const day = number(yearDigits + 2, 2);
  const hour = number(yearDigits + 4, 2);
  const minute = number(yearDigits + 6, 2);
  const second = number(yearDigits + 8, 2);
  // Date.UTC rolls what is out of range over into the next unit, and reads years below 100 as of the 20th century.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const exact =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return exact ? date.getTime() : undefined;
}
