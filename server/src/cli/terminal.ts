/** Owns what a terminal needs: colours, harmless text, and how wide a text is there. */

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'blue' | 'green' | 'cyan';

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  blue: [34, 39],
  green: [32, 39],
  cyan: [36, 39],
};

/** Gives a text a style, or leaves it as it is where no colours are wanted. */
export type Paint = (style: Style, text: string) => string;

export function painter(colours: boolean): Paint {
  return (style, text) => {
    if (!colours || text === '') return text;
    const [on, off] = CODES[style];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
}

/** Whether to colour: on a terminal, unless NO_COLOR (https://no-color.org) holds anything. */
export function wantsColours(isTTY: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  return isTTY && !environment.NO_COLOR && environment.TERM !== 'dumb';
}

/** Controls, and the characters that turn the direction of a text around (https://trojansource.codes). */
const HARMFUL = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** A text in one line that cannot steer a terminal: controls become their pictures (`␛`), others `�`. Tabs stay. */
export function harmless(text: string): string {
  return text.replace(HARMFUL, (character) => {
    const code = character.charCodeAt(0);
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return code === 127 ? '\u2421' : '\uFFFD';
  });
}

const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const WIDTHLESS = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** The columns that one character (a code point) takes. */
export function columnsOf(character: string): 0 | 1 | 2 {
  if (character <= '~') return 1;
  if (WIDTHLESS.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
