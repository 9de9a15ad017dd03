/** Owns edits of whole blocks in a PEM file: each block goes with the text that explains it. */
import type { CertificateItem, PemItem } from '../certificates/file.ts';
import type { SourceFile } from '../files/store.ts';
import type { FileEdits } from '../model/remedy.ts';
import type { TextEdit } from '../text/edits.ts';
import type { Span } from '../text/span.ts';

/** A block with the lines right above it that explain it, such as `subject=…`; comments with a `#` stay where they are. */
function pieceOf(item: PemItem, { items, text }: Blocks): Span {
  const before = items[items.indexOf(item) - 1];
  const first = before === undefined ? 0 : lineEnd(text, before.span.end);
  let { start } = item.span;
  while (start > first) {
    const line = text.lastIndexOf('\n', start - 2) + 1;
    if (line < first || /^#|^\s*$/.test(text.slice(line, start))) break;
    start = line;
  }
  return { start, end: lineEnd(text, item.span.end) };
}

interface Blocks {
  readonly items: readonly PemItem[];
  readonly text: string;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** Takes blocks out of a file. */
export function withoutBlocks(
  taken: readonly CertificateItem[],
  items: readonly PemItem[],
  source: SourceFile,
): readonly FileEdits[] {
  const edits = taken.map((item): TextEdit => ({ span: pieceOf(item, { items, text: source.text }), newText: '' }));
  return [{ file: source.id, edits }];
}

/** Puts blocks, which stand somewhere in the file, into another order among themselves; all else stays where it is. */
export function inOrder(
  wanted: readonly CertificateItem[],
  items: readonly PemItem[],
  source: SourceFile,
): readonly FileEdits[] {
  const { text } = source;
  const places = items.filter((item) => wanted.some((one) => one === item));
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const edits = places.flatMap((old, at): TextEdit[] => {
    const item = wanted[at];
    if (item === undefined || item === old) return [];
    const { start, end } = pieceOf(item, { items, text });
    const piece = text.slice(start, end);
    return [{ span: pieceOf(old, { items, text }), newText: piece.endsWith('\n') ? piece : `${piece}${newline}` }];
  });
  return [{ file: source.id, edits }];
}

/** Puts texts of blocks behind a block. */
export function withBlocksBehind(item: PemItem, blocks: readonly string[], source: SourceFile): readonly FileEdits[] {
  const { text } = source;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const at = lineEnd(text, item.span.end);
  const added = blocks.map((block) => `${block.trim().replace(/\r?\n/g, newline)}${newline}`).join('');
  const newText = text[at - 1] === '\n' ? added : `${newline}${added}`;
  return [{ file: source.id, edits: [{ span: { start: at, end: at }, newText }] }];
}
