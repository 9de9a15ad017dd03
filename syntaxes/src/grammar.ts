/** Owns the shape of a TextMate grammar, as far as ours use it, and the pieces that they share. */

export interface Capture {
  readonly name?: string;
  readonly patterns?: readonly Rule[];
}

export type Captures = Readonly<Record<number, Capture>>;

/** A rule matches within one line (`match`), spans from `begin` to `end`, or stands for others. Regular expressions are Oniguruma's. */
export type Rule =
  | { readonly include: string }
  | { readonly patterns: readonly Rule[] }
  | { readonly match: string; readonly name?: string; readonly captures?: Captures }
  | {
      readonly begin: string;
      readonly end: string;
      readonly name?: string;
      readonly contentName?: string;
      readonly beginCaptures?: Captures;
      readonly endCaptures?: Captures;
      readonly patterns?: readonly Rule[];
    };

export interface Grammar {
  readonly name: string;
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

/** A comment from `start` (a regular expression that ends with the `#`) to the end of the line; our suppressions stand out. */
export function numberSignComment(start: string, language: string): Rule {
  return {
    begin: start,
    end: '$',
    name: `comment.line.number-sign.${language}`,
    patterns: [
      {
        match: '(wsslint-ignore)\\s+([\\w-]+)',
        captures: { 1: { name: `keyword.other.suppression.${language}` }, 2: { name: `entity.name.tag.${language}` } },
      },
    ],
  };
}

/** A regular expression for any of these words. */
export function anyOf(words: string): string {
  return `(?:${words.trim().split(/\s+/).join('|')})`;
}
