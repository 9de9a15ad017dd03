/** Owns the proof that edits in several rounds are the same as their sum. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editPieces, editsOf, pieces, textOf } from '../../server/src/service/pieces.ts';
import { applyEdits, type TextEdit } from '../../server/src/text/edits.ts';

/** Edits of a text of this length that do not overlap, from any list of numbers. */
function editsFor(length: number, numbers: readonly (readonly [number, string])[]): TextEdit[] {
  const ends = numbers.map(([n]) => n % (length + 1)).sort((a, b) => a - b);
  const edits: TextEdit[] = [];
  for (let i = 0; i + 1 < ends.length; i += 2) {
    edits.push({ span: { start: ends[i] ?? 0, end: ends[i + 1] ?? 0 }, newText: numbers[i]?.[1] ?? '' });
  }
  return edits;
}

describe('pieces', () => {
  const round = fc.array(fc.tuple(fc.nat(), fc.string({ maxLength: 5 })), { maxLength: 8 });

  it('hold the text that the rounds make, and edits that lead there from the original', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(round, { maxLength: 4 }), (original, rounds) => {
        let text = original;
        let held = pieces(original);
        for (const numbers of rounds) {
          const edits = editsFor(text.length, numbers);
          held = editPieces(held, edits);
          text = applyEdits(text, edits);
        }
        expect(textOf(held)).toBe(text);
        expect(applyEdits(original, editsOf(held))).toBe(text);
      }),
    );
  });

  it('edits touch only what changed', () => {
    const held = editPieces(pieces('one two three'), [{ span: { start: 4, end: 7 }, newText: '2' }]);
    expect(editsOf(editPieces(held, [{ span: { start: 0, end: 3 }, newText: '1' }]))).toEqual([
      { span: { start: 0, end: 3 }, newText: '1' },
      { span: { start: 4, end: 7 }, newText: '2' },
    ]);
  });

  it('a change that is undone is none', () => {
    const held = editPieces(pieces('one'), [{ span: { start: 0, end: 3 }, newText: 'two' }]);
    expect(editsOf(editPieces(held, [{ span: { start: 0, end: 3 }, newText: 'one' }]))).toEqual([]);
  });
});
