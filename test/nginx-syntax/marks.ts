/** Owns marked texts: what is between « and » is where something is expected. */
import type { Span } from '../../server/src/text/span.ts';

export interface Marked {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** Takes the marks out of a text; marks may not overlap. */
export function marked(source: string): Marked {
  const parts = source.split(/[«»]/);
  const spans: Span[] = [];
  let text = '';
  parts.forEach((part, index) => {
    if (index % 2 === 1) spans.push({ start: text.length, end: text.length + part.length });
    text += part;
  });
  return { text, spans };
}
