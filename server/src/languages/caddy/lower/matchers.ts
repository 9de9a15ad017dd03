/** Owns matchers: which requests a line is for (caddyconfig/httpcaddyfile/httptype.go, modules/caddyhttp/matchers.go). */
import { type Arg, type Entry, isUnknown, own, type Scope, values } from '../scope.ts';

/** A test on a header: `header Upgrade websocket`. */
export interface HeaderTest {
  readonly entry: Entry;
  readonly name: string;
  readonly value: string;
  /** Which argument the value is. */
  readonly index: number;
}

export interface Matcher {
  /** Undefined where no path is asked for. */
  readonly paths: readonly string[] | undefined;
  readonly headers: readonly HeaderTest[];
  /** Whether more than paths and those headers decides, or something that cannot be known. */
  readonly more: boolean;
  /** Where it is written; undefined where a line has none. */
  readonly word: Arg | undefined;
}

export const EVERYTHING: Matcher = { paths: undefined, headers: [], more: false, word: undefined };

/** How many of the first words of a line are its matcher. */
export function isMatcherWord(word: string | undefined): boolean {
  return word !== undefined && (word === '*' || word.startsWith('/') || word.startsWith('@'));
}

/** The block `@name { … }`, or the line `@name path /x`, nearest to a level. */
function definitionOf(name: string, scope: Scope | undefined): Entry | undefined {
  for (let level = scope; level !== undefined; level = level.parent) {
    const found = own(level, name).at(-1);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Test {
  readonly name: string;
  readonly words: readonly string[];
  readonly entry: Entry;
  /** The first of its words among those of the line. */
  readonly from: number;
}

function testsOf(definition: Entry): Test[] {
  const inline = values(definition);
  const first: Test[] =
    inline[0] === undefined ? [] : [{ name: inline[0], words: inline.slice(1), entry: definition, from: 1 }];
  const inner = (definition.scope?.entries ?? []).map(
    (entry): Test => ({ name: entry.name, words: values(entry), entry, from: 0 }),
  );
  return inline[0] === undefined ? inner : first;
}

/** Tests of one kind add up: several paths are alternatives; so are several values of one header. */
function named(definition: Entry, word: Arg): Matcher {
  let paths: string[] | undefined;
  const headers: HeaderTest[] = [];
  let more = (definition.scope?.holes.length ?? 0) > 0;
  for (const { name, words, entry, from } of testsOf(definition)) {
    if (words.some(isUnknown)) more = true;
    else if (name === 'path') paths = [...(paths ?? []), ...words];
    else if (name === 'header' && words.length === 2)
      headers.push({ entry, name: words[0] ?? '', value: words[1] ?? '', index: from + 1 });
    else more = true;
  }
  return { paths, headers, more, word };
}

/** The matcher of a line that may have one. */
export function matcherOf(entry: Entry, scope: Scope | undefined): Matcher {
  const word = entry.args[0];
  if (word === undefined || !isMatcherWord(word.value) || word.value === '*') {
    // Where one has to be a path, `*` is one.
    return word?.value === '*' ? { ...EVERYTHING, word } : EVERYTHING;
  }
  if (word.value.startsWith('/')) return { paths: [word.value], headers: [], more: isUnknown(word.value), word };
  const definition = definitionOf(word.value, scope);
  if (definition === undefined) return { paths: undefined, headers: [], more: true, word };
  return named(definition, word);
}

/** The words of a line behind its matcher. */
export function argsOf(entry: Entry): readonly Arg[] {
  return isMatcherWord(entry.args[0]?.value) ? entry.args.slice(1) : entry.args;
}

/** Whether a path pattern takes every path that another one takes; case counts for nothing (MatchPath). */
export function patternCovers(pattern: string, other: string): boolean {
  const [a, b] = [pattern.toLowerCase(), other.toLowerCase()];
  if (a === '*' || a === '/*') return true;
  if (/[{%]/.test(a + b)) return false;
  const star = a.indexOf('*');
  if (star < 0) return a === b;
  if (star !== a.length - 1) return false;
  return b.split('*')[0]?.startsWith(a.slice(0, -1)) === true;
}

/** Whether every request that comes by some paths (undefined: any) fits a matcher. */
export function covers({ paths, headers, more }: Matcher, asked: readonly string[] | undefined): boolean {
  if (more || headers.length > 0) return false;
  if (paths === undefined) return true;
  if (asked === undefined) return paths.some((path) => path === '*' || path === '/*');
  return asked.every((path) => paths.some((pattern) => patternCovers(pattern, path)));
}
