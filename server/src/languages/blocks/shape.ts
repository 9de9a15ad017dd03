/** Owns growing selections: spans that each hold the one before. */
import type { Span } from '../../text/span.ts';

/** Only those that are larger than the one before and hold it. */
export function grown(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const one of spans) {
    const last = out.at(-1);
    const holds = last === undefined || (one.start <= last.start && last.end <= one.end);
    const larger = last === undefined || one.end - one.start > last.end - last.start;
    if (one.end > one.start && holds && larger) out.push(one);
  }
  return out;
}
