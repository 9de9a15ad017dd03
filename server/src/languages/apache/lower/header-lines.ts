/** Owns lines of `Header` that give an answer a header (docs, mod_headers). */
import { type Entry, values } from '../scope.ts';

/** A line that adds or sets a header of answers. */
export interface HeaderLine {
  readonly entry: Entry;
  /** In lower case, without a colon. */
  readonly name: string;
  readonly value: string;
  /** Which argument the value is. */
  readonly index: number;
  /** Whether it counts for errors, too. */
  readonly always: boolean;
  /** With a condition it may be for other answers. */
  readonly conditional: boolean;
}

const ACTIONS = /^(set|append|add|merge|setifempty)$/i;

/** What a line of `Header` sends; undefined where it takes something away or changes it. */
export function headerLine(entry: Entry): HeaderLine | undefined {
  const words = values(entry);
  const shift = /^(always|onsuccess)$/i.test(words[0] ?? '') ? 1 : 0;
  const [action = '', name = '', value = '', condition] = words.slice(shift);
  if (!ACTIONS.test(action)) return undefined;
  return {
    entry,
    name: name.toLowerCase().replace(/:$/, ''),
    value,
    index: shift + 2,
    always: words[0]?.toLowerCase() === 'always',
    conditional: condition !== undefined,
  };
}
