/** Owns the unified diff of an edited text. */
import { applyEdits, type TextEdit } from '../text/edits.ts';

/** Unchanged lines around a change. */
const CONTEXT = 3;

/** Lines that take the place of others; lines hold their line ends. */
interface Change {
  /** The first line that goes, from 0; where none goes, the line before which others come. */
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** The diff of a text and its edits, as `patch` reads it; empty where nothing changes. Lines end at `\n`, as there. */
export function unifiedDiff(name: string, text: string, edits: readonly TextEdit[]): string {
  const lines = linesOf(text);
  const changes = changesOf(text, lines, edits);
  const out: string[] = [];
  let shift = 0;
  for (let i = 0; i < changes.length; ) {
    const hunk = [changes[i++]].filter((change) => change !== undefined);
    for (let next = changes[i]; next !== undefined && gap(hunk.at(-1), next) <= 2 * CONTEXT; next = changes[++i]) {
      hunk.push(next);
    }
    const { body, start, before, after } = hunkOf(lines, hunk);
    out.push(`@@ -${range(start, before)} +${range(start + shift, after)} @@\n`, ...body);
    shift += after - before;
  }
  return out.length === 0 ? '' : `--- ${named(`a/${name}`)}\n+++ ${named(`b/${name}`)}\n${out.join('')}`;
}

/** A name as git writes it and `patch` reads it: quoted where a line could not hold it, with a tab behind one with spaces. */
function named(name: string): string {
  if (/[\p{Cc}"\\]/u.test(name)) {
    const escaped = name.replace(/[\p{Cc}"\\]/gu, (one) => ESCAPES.get(one) ?? octal(one));
    return `"${escaped}"`;
  }
  return name.includes(' ') ? `${name}\t` : name;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** What the edits change, line by line, in order. */
function changesOf(text: string, lines: readonly string[], edits: readonly TextEdit[]): Change[] {
  const changes: Change[] = [];
  const waiting = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let line = 0;
  let start = 0;
  while (waiting.length > 0) {
    while (line < lines.length - 1 && start + (lines[line]?.length ?? 0) <= (waiting[0]?.span.start ?? 0)) {
      start += lines[line++]?.length ?? 0;
    }
    let end = start + (lines[line]?.length ?? 0);
    let after = line + 1;
    const taken: TextEdit[] = [];
    for (
      let edit = waiting[0];
      edit !== undefined && (edit.span.start < end || end === text.length);
      edit = waiting[0]
    ) {
      taken.push(edit);
      waiting.shift();
      while (end < edit.span.end || (end === edit.span.end && end < text.length)) end += lines[after++]?.length ?? 0;
    }
    const moved = taken.map((edit) => ({
      span: { start: edit.span.start - start, end: edit.span.end - start },
      newText: edit.newText,
    }));
    const change = trimmed(line, lines.slice(line, after), linesOf(applyEdits(text.slice(start, end), moved)));
    if (change.removed.length + change.added.length > 0) changes.push(change);
    line = after;
    start = end;
  }
  return changes;
}

/** Without the lines at both ends that stay the same. */
function trimmed(line: number, removed: readonly string[], added: readonly string[]): Change {
  const most = Math.min(removed.length, added.length);
  let front = 0;
  while (front < most && removed[front] === added[front]) front++;
  let back = 0;
  while (back < most - front && removed.at(-1 - back) === added.at(-1 - back)) back++;
  return {
    line: line + front,
    removed: removed.slice(front, removed.length - back),
    added: added.slice(front, added.length - back),
  };
}

/** The unchanged lines between two changes. */
function gap(before: Change | undefined, next: Change): number {
  return before === undefined ? 0 : next.line - before.line - before.removed.length;
}

function hunkOf(lines: readonly string[], changes: readonly Change[]) {
  const body: string[] = [];
  const start = Math.max(0, (changes[0]?.line ?? 0) - CONTEXT);
  let at = start;
  let before = 0;
  let after = 0;
  const keep = (to: number) => {
    for (const line of lines.slice(at, to)) body.push(diffLine(' ', line));
    before += Math.max(0, to - at);
    after += Math.max(0, to - at);
  };
  for (const { line, removed, added } of changes) {
    keep(line);
    for (const text of removed) body.push(diffLine('-', text));
    for (const text of added) body.push(diffLine('+', text));
    before += removed.length;
    after += added.length;
    at = line + removed.length;
  }
  keep(Math.min(lines.length, at + CONTEXT));
  return { body, start, before, after };
}

function diffLine(sign: ' ' | '-' | '+', line: string): string {
  return line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
}

/** An empty range stands behind the line that it names. */
function range(start: number, count: number): string {
  if (count === 1) return String(start + 1);
  return `${count === 0 ? start : start + 1},${count}`;
}
