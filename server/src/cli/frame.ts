/** Owns the code frame: the lines around a place, with carets under it. */
import type { SourceFile } from '../files/store.ts';
import type { Span } from '../text/span.ts';
import { columnsOf, harmless, type Paint } from './terminal.ts';

/** Lines of a place that are shown before the rest is left out. */
const MOST_LINES = 6;
const ELLIPSIS = '…';

/**
 * The lines of a place with one line of context before and after; `width` is that of the terminal. Wide lines are
 * clipped around the place. Nothing raw of the file reaches the terminal but its printable characters and tabs.
 */
export function codeFrame(file: SourceFile, at: Span, width: number, paint: Paint): string[] {
  const { lines, text } = file;
  const first = lines.positionAt(at.start).line;
  // A place that ends at the start of a line does not show that line.
  const last = lines.positionAt(Math.max(at.start, at.end - 1)).line;
  const shownLast = Math.min(last, first + MOST_LINES - 1);
  const from = Math.max(0, first - 1);
  const to = Math.min(lines.lineCount - 1, shownLast === last ? last + 1 : shownLast);
  const digits = String(to + 1).length;
  const room = Math.max(20, width - digits - 6);
  const out: string[] = [];
  for (let line = from; line <= to; line++) {
    const { start, end } = lines.lineSpan(line);
    const marked = line >= first && line <= last;
    if (!marked && text.slice(start, end).trim() === '') continue;
    const marks = { start: Math.max(at.start, start) - start, end: Math.min(at.end, end) - start };
    const clipped = clip(text.slice(start, end), marked ? marks : { start: 0, end: 0 }, room);
    const number = String(line + 1).padStart(digits);
    const gutter = marked ? `${paint('red', '>')} ${number} │` : `  ${paint('dim', `${number} │`)}`;
    out.push(`${gutter} ${clipped.text}`.trimEnd());
    if (marked && first === last) {
      out.push(`  ${' '.repeat(digits)} ${paint('dim', '│')} ${clipped.before}${paint('red', clipped.carets)}`);
    }
  }
  if (shownLast < last) out.push(`  ${' '.repeat(digits)} ${paint('dim', `│ ${ELLIPSIS}`)}`);
  return out;
}

interface Clipped {
  readonly text: string;
  /** White space as wide as what stands before the place, tabs kept. */
  readonly before: string;
  readonly carets: string;
}

/** A line cut to `room` columns so that the start of the marked part is seen; offsets count from the line's start. */
function clip(line: string, marks: Span, room: number): Clipped {
  const near = marks.start + 4 < room && columns(line.slice(0, marks.start)) + 4 < room;
  const start = near ? 0 : cutBefore(line, marks.start, room >> 2);
  const lead = start > 0 ? ELLIPSIS : '';
  // A line may have megabytes: only what can be seen of it is looked at.
  const shown = fitting(harmless(line.slice(start, start + room * 2)), room - lead.length);
  const tail = start + shown.length < line.length ? ELLIPSIS : '';
  const before = shown.slice(0, marks.start - start);
  return {
    text: `${lead}${shown}${tail}`,
    before: lead.replace(/./, ' ') + before.replace(/[^\t]/gu, (character) => ' '.repeat(columnsOf(character))),
    carets: '^'.repeat(Math.max(1, columns(shown.slice(marks.start - start, Math.max(0, marks.end - start))))),
  };
}

/** The offset some columns before `offset`, never inside a surrogate pair. */
function cutBefore(line: string, offset: number, columnsBefore: number): number {
  const start = Math.max(0, offset - columnsBefore);
  return isLowSurrogate(line, start) ? start + 1 : start;
}

function isLowSurrogate(line: string, offset: number): boolean {
  const code = line.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff;
}

/** The beginning of a text that takes no more than `room` columns. */
export function fitting(text: string, room: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > room) break;
    end += character.length;
  }
  return text.slice(0, end);
}

export function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}
