/**
 * Owns what plain directives say: on one line, without quotes, escapes and comments. Configurations repeat few lines many
 * times, so each wording is read once, and its directives share it.
 */
import { type Span, span } from '../../../text/span.ts';
import type { Wording } from './tree.ts';

/** A wording with the text that it was read from. */
export interface PlainWording extends Wording {
  readonly text: string;
}

const TAB = 9;
const CR = 13;
const SPACE = 32;

/** Longer ones are seldom repeated. */
export const LONGEST = 160;
const MANY = 5000;

const wordings = new Map<string, PlainWording>();

/** The wording of a text of words and blanks that begins with a word. */
export function plainWording(text: string): PlainWording {
  let wording = wordings.get(text);
  if (wording === undefined) {
    // A copy, because a part of a text keeps all of it in memory.
    const own = ` ${text}`.slice(1);
    wording = read(own);
    if (wordings.size >= MANY) wordings.clear();
    wordings.set(own, wording);
  }
  return wording;
}

function read(text: string): PlainWording {
  let end = endOfWord(text, 0);
  const name = sameName(text.slice(0, end));
  const values: string[] = [];
  for (let start = startOfWord(text, end); start < text.length; start = startOfWord(text, end)) {
    end = endOfWord(text, start);
    values.push(text.slice(start, end));
  }
  return { name, values, text };
}

/** Where the words of a plain wording are, the name first, counted from the start of the name. */
export function placesIn({ text }: PlainWording): Span[] {
  const places: Span[] = [];
  for (let start = 0; start < text.length; start = startOfWord(text, endOfWord(text, start)))
    places.push(span(start, endOfWord(text, start)));
  return places;
}

/** The same for one of the words. */
export function placeIn({ text }: PlainWording, index: number): Span | undefined {
  let start = 0;
  for (let left = index; left > 0; left--) start = startOfWord(text, endOfWord(text, start));
  return start < text.length ? span(start, endOfWord(text, start)) : undefined;
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
  return at;
}

function startOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB || unit === CR;
}

/** Names come again and again: as one text each they take less room, and are compared by their places in memory. */
const names = new Map<string, string>();

export function sameName(text: string): string {
  let name = names.get(text);
  if (name === undefined) {
    // The key of an object is the very text that such a name in the program's source is.
    name = Object.keys({ [text]: 0 })[0] ?? text;
    if (names.size >= MANY) names.clear();
    names.set(name, name);
  }
  return name;
}
