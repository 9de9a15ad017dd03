/** Owns "did you mean": the known word that a mistyped one most resembles. */

/** Words longer than this are no typing errors of a known one; the bound keeps the comparison cheap on any input. */
const LONGEST = 64;

/**
 * The candidate nearest to `word`, or undefined when none is near: at most a third of its letters differ,
 * where two neighbours in the wrong order count as one. Letter case does not count.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined;
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < least && distance <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const best = nearest(word, candidates);
  return best === undefined ? '' : `; did you mean "${best}"?`;
}

/** The first candidate that one letter more, less or other, or two neighbours exchanged, make of a word of four letters or more. */
export function oneSlipAway(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < 4) return undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) <= 1 && editDistance(word, candidate) === 1) return candidate;
  }
  return undefined;
}

/** The optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (before[j - 2] ?? 0) + 1);
      }
      next.push(value);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
