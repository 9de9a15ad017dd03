/** Owns the translation between offsets and lines; line ends are `\n`, `\r\n` and `\r`, as in the LSP. */

/** A place in a text; both numbers count from 0, `character` in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** The line starts of one text. */
export interface LineIndex {
  readonly lineCount: number;
  /** The position of an offset; offsets outside the text are clamped to it. */
  positionAt(offset: number): Position;
  /** The offset of a position; a character behind the end of its line is clamped to the line's end. */
  offsetAt(position: Position): number;
  /** Where a line starts and where its visible text ends (before its line end). */
  lineSpan(line: number): { readonly start: number; readonly end: number };
}

/** Where lines start; texts with `\n` alone, which nearly all are, are searched by the runtime. */
function startsOf(text: string): number[] {
  const starts: number[] = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 13 && text.charCodeAt(i + 1) === 10) i++;
    if (c === 10 || c === 13) starts.push(i + 1);
  }
  return starts;
}

/** Builds the index of a text in one pass. */
export function lineIndex(text: string): LineIndex {
  const starts = startsOf(text);
  const startOf = (line: number): number => starts[Math.max(0, Math.min(line, starts.length - 1))] ?? 0;
  const lineSpan = (line: number) => {
    const start = startOf(line);
    let end = line + 1 < starts.length ? startOf(line + 1) : text.length;
    while (end > start && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
    return { start, end };
  };
  return {
    lineCount: starts.length,
    positionAt(offset) {
      const at = Math.max(0, Math.min(offset, text.length));
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (startOf(middle) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low, character: at - startOf(low) };
    },
    offsetAt(position) {
      if (position.line < 0) return 0;
      if (position.line >= starts.length) return text.length;
      const { start, end } = lineSpan(position.line);
      return Math.min(start + Math.max(0, position.character), end);
    },
    lineSpan,
  };
}
