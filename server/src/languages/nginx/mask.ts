/** Owns reading templates: their tags are covered by text of the same length, so that places stay right. */

/** Stands for each character that a template tag will write. A value with it is not to be known. */
export const UNKNOWN_CHARACTER = '\uE000';

const FRONT_MATTER = /^---\r?\n[\s\S]*?\n---(?=\r?\n|$)/;
/** Tags that write nothing themselves: conditions, loops, comments. */
const CONTROL =
  /\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|<%(?!=)[\s\S]*?%>|\{\{-?\s*(?:[#/^!]|if\b|else\b|end\b|range\b|with\b|define\b|block\b|template\b|\/\*)[\s\S]*?\}\}/g;
const OUTPUT = /\{\{[\s\S]*?\}\}|<%=[\s\S]*?%>/g;

const blank = (text: string): string => text.replace(/[^\r\n]/g, ' ');

/** The text with control tags blanked and output tags as one word each. */
export function maskTemplate(text: string): string {
  return text
    .replace(FRONT_MATTER, blank)
    .replace(CONTROL, blank)
    .replace(OUTPUT, (tag) => UNKNOWN_CHARACTER.repeat(tag.length));
}

/** Whether a value depends on what a template will write. */
export function isMasked(value: string): boolean {
  return value.includes(UNKNOWN_CHARACTER);
}
