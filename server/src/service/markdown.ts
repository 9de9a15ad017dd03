/** Owns writing Markdown: what comes from files is shown as it is and can do nothing. */
import { withoutKeys } from './secrets.ts';

/** A text in a code span, on one line, without control characters. */
export function code(text: string): string {
  const plain = withoutKeys(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  if (plain === '') return '*(empty)*';
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  // A backtick beside the fence would belong to it.
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${plain}${pad}${fence}`;
}

/** A sentence that may quote files: what stands between backticks is code, the rest plain text. */
export function sentence(text: string): string {
  return withoutKeys(text)
    .split(/`([^`]*)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : plain(part)))
    .join('');
}

function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** A list of labelled values, which are Markdown; those that are undefined are left out. */
export function list(rows: readonly (readonly [label: string, value: string | undefined])[]): string {
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [`- **${label}:** ${value}`])).join('\n');
}

/** Markdown of ours without its marks, for editors that show text only: what is quoted stays as it is. */
export function plainText(markdown: string): string {
  const parts = markdown
    .replace(/^```\w*$\n?/gm, '')
    .replace(/^---$\n{1,2}/gm, '')
    .replace(/\[((?:[^\]\\]|\\.)*)\]\((?:https?|file):[^)\s]*\)/g, '$1')
    .split(/(`+)(?!`)(.+?)(?<!`)\1(?!`)/);
  // Text, the backticks and what stands between them take turns.
  return parts.map((part, index) => [withoutMarks, () => '', withoutPadding][index % 3]?.(part) ?? '').join('');
}

function withoutMarks(text: string): string {
  return text.replace(/\*\*/g, '').replace(/\\([\\`*_{}[\]<>#|~&])/g, '$1');
}

function withoutPadding(quoted: string): string {
  return /^ .*` $|^ `.* $/.test(quoted) ? quoted.slice(1, -1) : quoted;
}
