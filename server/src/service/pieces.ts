/** Owns a text that is edited several times over, and told afterwards as one set of edits of the text it began with. */
import type { TextEdit } from '../text/edits.ts';

type Piece =
  | { readonly kept: true; readonly start: number; readonly end: number }
  | { readonly kept: false; readonly text: string };

/** A text as what is left of the original, and what is new between. */
export interface Pieces {
  readonly original: string;
  readonly pieces: readonly Piece[];
}

export function pieces(original: string): Pieces {
  return { original, pieces: [{ kept: true, start: 0, end: original.length }] };
}

/** Applies edits of the present text. They must not overlap. */
export function editPieces({ original, pieces }: Pieces, edits: readonly TextEdit[]): Pieces {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const out: Piece[] = [];
  let at = 0;
  for (const { span, newText } of sorted) {
    out.push(...slice(pieces, at, span.start));
    if (newText !== '') out.push({ kept: false, text: newText });
    at = span.end;
  }
  out.push(...slice(pieces, at, Number.POSITIVE_INFINITY));
  return { original, pieces: out };
}

export function textOf({ original, pieces }: Pieces): string {
  return pieces.map((piece) => (piece.kept ? original.slice(piece.start, piece.end) : piece.text)).join('');
}

/** The edits that lead from the original to the present text, in order; none where nothing changed. */
export function editsOf({ original, pieces }: Pieces): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  let newText = '';
  const close = (end: number): void => {
    if (original.slice(at, end) !== newText) edits.push({ span: { start: at, end }, newText });
    newText = '';
  };
  for (const piece of pieces) {
    if (!piece.kept) newText += piece.text;
    else {
      close(piece.start);
      at = piece.end;
    }
  }
  close(original.length);
  return edits;
}

/** The pieces of the present text from one offset to another; empty ones are left out. */
function slice(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const length = piece.kept ? piece.end - piece.start : piece.text.length;
    const start = Math.max(0, from - at);
    const end = Math.min(length, to - at);
    if (start < end) {
      out.push(
        piece.kept
          ? { kept: true, start: piece.start + start, end: piece.start + end }
          : { kept: false, text: piece.text.slice(start, end) },
      );
    }
    at += length;
  }
  return out;
}
