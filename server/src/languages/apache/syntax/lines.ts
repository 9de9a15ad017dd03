/** Owns lines as Apache reads them: a backslash at the end of one joins the next (server/util.c, ap_cfg_getline_core). */
import { type Span, span } from '../../../text/span.ts';

/** What Apache reads as one line, with the way back to the text. */
export interface LogicalLine {
  /** Joined, without backslashes at line ends. */
  readonly text: string;
  /** All of its lines, without the last line end. */
  readonly span: Span;
  /** The offset in the file of an offset in `text`. */
  at(offset: number): number;
}

/** The line that starts at `start`, and where the next one does. */
export function lineAt(text: string, start: number): { readonly line: LogicalLine; readonly next: number } {
  let [end, next] = endOf(text, start);
  if (!continues(text, start, end, next)) {
    return { line: { text: text.slice(start, end), span: span(start, end), at: (offset) => start + offset }, next };
  }
  const parts: string[] = [];
  /** For each part where it starts in the joined text, and in the file. */
  const starts: (readonly [number, number])[] = [];
  let length = 0;
  let from = start;
  for (;;) {
    const more = continues(text, from, end, next);
    const part = text.slice(from, more ? end - 1 : end);
    starts.push([length, from]);
    parts.push(part);
    length += part.length;
    if (!more) break;
    from = next;
    [end, next] = endOf(text, from);
  }
  const at = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle]?.[0] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const [joined, inFile] = starts[low] ?? [0, start];
    return inFile + offset - joined;
  };
  return { line: { text: parts.join(''), span: span(start, end), at }, next };
}

/** The end of a line without its line end, and the start of the next one. */
function endOf(text: string, start: number): [number, number] {
  const feed = text.indexOf('\n', start);
  if (feed < 0) return [text.length, text.length];
  return [text[feed - 1] === '\r' && feed > start ? feed - 1 : feed, feed + 1];
}

/** A last line without a line end is not joined to anything. */
function continues(text: string, start: number, end: number, next: number): boolean {
  return end > start && text[end - 1] === '\\' && next > end;
}
