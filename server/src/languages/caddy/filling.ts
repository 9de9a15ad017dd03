/** Owns the arguments of imports: `{args[0]}`, `{args[1:]}` and the older `{args.0}` in what they bring in (importargs.go). */
import type { Arg } from './scope.ts';
import type { Word } from './syntax/tree.ts';

const ONE = /\{args(?:\.(\d+)|\[(\d+)\])\}/g;
const RANGE = /^\{args\[(\d*):(\d*)\]\}$/;

/** The arguments of a line, with those of the import put in; what is not given is left as it stands, as Caddy leaves it. */
export function filledArgs(words: readonly Word[], given: readonly Arg[] | undefined): readonly Arg[] {
  return words.flatMap((word): Arg[] => {
    if (given === undefined || !word.value.includes('{args')) return [{ value: word.value, word, filled: false }];
    const range = RANGE.exec(word.value);
    if (range !== null) {
      const end = range[2] === '' ? given.length : Number(range[2]);
      return given.slice(Number(range[1] || 0), end).map(({ value }) => ({ value, word, filled: true }));
    }
    const value = word.value.replace(ONE, (all, old, index) => given[Number(old ?? index)]?.value ?? all);
    return [{ value, word, filled: value !== word.value }];
  });
}
