/**
 * Owns how long a tunnel may live: `read_timeout` of the transport closes it after so much silence of the back end,
 * `stream_timeout` in any case (seen with 2.6.2 and 2.11.4; `write_timeout` and the timeouts of `servers` do nothing to tunnels).
 */
import { byDefault, DOCS, hasStreamOptions } from '../../../facts/caddy.ts';
import type { IdleLimit } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { Target } from '../../../model/target.ts';
import { type Entry, isUnknown, lastOwn, originOf, value } from '../scope.ts';
import { type ProxyLine, transportOf } from './proxies.ts';
import { parseDuration } from './time.ts';

const SOURCE = `${DOCS}/caddyfile/directives/reverse_proxy`;

interface Limit {
  readonly entry: Entry;
  readonly seconds: number;
}

/** A time that is written; undefined where there is none, or it is 0, which means the same. */
function limitOf(entry: Entry | undefined): Limit | 'open' | undefined {
  if (entry === undefined) return undefined;
  const text = value(entry) ?? '';
  // Without a unit, `stream_timeout` is taken for nanoseconds (seen with 2.11.4); `read_timeout` is refused.
  const bare = entry.name === 'stream_timeout' && /^\d+$/.test(text);
  const seconds = parseDuration(bare ? `${text}ns` : text);
  if (seconds === undefined) return isUnknown(text) || text === '' ? 'open' : undefined;
  return seconds > 0 ? { entry, seconds } : undefined;
}

/** The lines that limit a tunnel. */
export function limitEntries({ entry }: ProxyLine): { read: Entry | undefined; stream: Entry | undefined } {
  return { read: lastOwn(transportOf(entry), 'read_timeout'), stream: lastOwn(entry.scope, 'stream_timeout') };
}

export function idleOf(proxy: ProxyLine, target: Target): Fact<IdleLimit> {
  const { read: readEntry, stream: streamEntry } = limitEntries(proxy);
  const read = limitOf(readEntry);
  const stream = hasStreamOptions(target) === false ? undefined : limitOf(streamEntry);
  if (read === 'open' || stream === 'open') return unknown('the environment decides a timeout');
  if (read === undefined && stream === undefined) {
    return known(
      {
        seconds: Number.POSITIVE_INFINITY,
        silence: 'of silence',
        formula: 'neither `read_timeout` nor `stream_timeout` is set',
        parts: [],
      },
      byDefault(SOURCE),
    );
  }
  const part = (setting: string, limit: Limit) => ({
    setting,
    seconds: known(limit.seconds, originOf(limit.entry)),
  });
  if (read !== undefined && (stream === undefined || read.seconds <= stream.seconds)) {
    return known(
      {
        seconds: read.seconds,
        silence: 'without data from the back end',
        formula: `\`read_timeout\` of the transport is ${value(read.entry)}`,
        parts: [part('read_timeout', read)],
      },
      originOf(read.entry),
    );
  }
  if (stream === undefined) return unknown('no limit');
  return known(
    {
      seconds: stream.seconds,
      silence: 'whatever they carry',
      formula: `\`stream_timeout\` is ${value(stream.entry)}${/^\d+$/.test(value(stream.entry) ?? '') ? ', in nanoseconds, as no unit is written' : ''}, and ends tunnels that are in use, too`,
      parts: [part('stream_timeout', stream)],
    },
    originOf(stream.entry),
  );
}
