/**
 * Owns where the Lua code of a `…_by_lua_block { … }` ends. The tokens are those of lua-nginx-module's lexer
 * (util/gen-lexer-c): braces, long brackets, comments, and strings that end on their line.
 */

const LF = 10;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const DASH = 45;
const EQUALS = 61;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

export type LuaEnd =
  | { readonly kind: 'closed'; readonly close: number }
  /** `bracket`: the long bracket that would have to close, if that is what is missing. */
  | { readonly kind: 'open'; readonly bracket: string | undefined };

/** Finds the brace that closes the code which starts at `start`, looking no further than `end`. */
export function findLuaEnd(text: string, start: number, end: number): LuaEnd {
  let depth = 1;
  // Up to here no string can close, because the line has no further quote of that kind.
  const noString = { double: start, single: start };
  let at = start;
  while (at < end) {
    const unit = text.charCodeAt(at);
    if (unit === OPEN_BRACE) depth++;
    else if (unit === CLOSE_BRACE && --depth === 0) return { kind: 'closed', close: at };
    else if (unit === DOUBLE_QUOTE || unit === SINGLE_QUOTE) {
      const kind = unit === DOUBLE_QUOTE ? 'double' : 'single';
      if (at >= noString[kind]) {
        const close = stringEnd(text, at, end, unit);
        if (close.found) at = close.at;
        else noString[kind] = close.at;
      }
    } else if (unit === OPEN_BRACKET || (unit === DASH && text.charCodeAt(at + 1) === DASH)) {
      const bracketAt = unit === DASH ? at + 2 : at;
      const bracket = longBracket(text, bracketAt, end);
      if (bracket) {
        const close = text.indexOf(bracket.closing, bracket.after);
        if (close < 0 || close + bracket.closing.length > end) return { kind: 'open', bracket: bracket.closing };
        at = close + bracket.closing.length - 1;
      } else if (unit === DASH) {
        const lineEnd = text.indexOf('\n', at);
        at = lineEnd < 0 ? end : lineEnd;
      } else at = skipEquals(text, at + 1, end) - 1;
    }
    at++;
  }
  return { kind: 'open', bracket: undefined };
}

function skipEquals(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) === EQUALS) at++;
  return at;
}

/** The long bracket (`[[`, `[==[`) that opens at `at`, if there is one. */
function longBracket(text: string, at: number, end: number): { closing: string; after: number } | undefined {
  if (at >= end || text.charCodeAt(at) !== OPEN_BRACKET) return undefined;
  const second = skipEquals(text, at + 1, end);
  if (second >= end || text.charCodeAt(second) !== OPEN_BRACKET) return undefined;
  return { closing: `]${text.slice(at + 1, second)}]`, after: second + 1 };
}

/** Where the string that opens at `at` closes; if it does not close on its line, the end of the line. */
function stringEnd(text: string, at: number, end: number, quote: number): { found: boolean; at: number } {
  let here = at + 1;
  for (; here < end; here++) {
    const unit = text.charCodeAt(here);
    if (unit === quote) return { found: true, at: here };
    if (unit === LF) break;
    if (unit === BACKSLASH && text.charCodeAt(here + 1) !== LF) here++;
  }
  return { found: false, at: here };
}
