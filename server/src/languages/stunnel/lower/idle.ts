/** Owns how long a connection through a service may be silent: `TIMEOUTidle`. */
import { IDLE } from '../../../facts/stunnel.ts';
import type { IdleLimit } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { lastOf, type Scope } from '../options.ts';

export const IDLE_SETTING = 'TIMEOUTidle';

/** Seconds without a byte in either direction (seen with stunnel 5.68 and 5.82). */
export function idleOf(scope: Scope): Fact<IdleLimit> {
  const last = lastOf(scope, 'timeoutidle');
  if (!last.known) return last;
  const text = last.value?.option.value.value;
  if (text !== undefined && !/^\d{1,9}$/.test(text)) return unknown('`TIMEOUTidle` is no number of seconds');
  if (text !== undefined && Number(text) === 0) return unknown('what `TIMEOUTidle = 0` does differs');
  const seconds = text === undefined ? IDLE : known(Number(text), last.origin);
  if (!seconds.known) return seconds;
  const formula =
    text === undefined
      ? `\`${IDLE_SETTING}\` is ${seconds.value} s by default`
      : `\`${last.value?.option.name.value ?? IDLE_SETTING}\` is ${seconds.value} s`;
  return known(
    { seconds: seconds.value, silence: 'of silence', formula, parts: [{ setting: IDLE_SETTING, seconds }] },
    seconds.origin,
  );
}
