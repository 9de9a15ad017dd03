/** Owns the table of certificates for people: one line each, no wider than the terminal. */
import type { Urgency } from '../service/certificate-overview.ts';
import { columns, fitting } from './frame.ts';
import type { Listed } from './listed.ts';
import { plural } from './reporters/pretty.ts';
import { harmless, type Paint, type Style } from './terminal.ts';

const STYLES: Readonly<Record<Urgency, Style | undefined>> = {
  expired: 'red',
  'foreign-key': 'red',
  'not-yet': 'yellow',
  expiring: 'yellow',
  valid: undefined,
};

const WORDS: Readonly<Record<Urgency, string>> = {
  expired: 'expired',
  'foreign-key': 'with a key that does not belong to it',
  'not-yet': 'not valid yet',
  expiring: 'expiring soon',
  valid: 'valid',
};

interface Column {
  readonly head: string;
  readonly cell: (one: Listed) => string;
  /** Whether the start of paths is cut off where there is no room, not the end; `fixed` is never cut. */
  readonly cut: 'start' | 'end' | 'fixed';
}

const COLUMNS: readonly Column[] = [
  { head: 'DAYS', cell: ({ daysLeft }) => String(daysLeft), cut: 'fixed' },
  { head: 'UNTIL', cell: ({ until }) => until.slice(0, 10), cut: 'fixed' },
  { head: 'CERTIFICATE', cell: titleAndNames, cut: 'end' },
  { head: 'ISSUER', cell: ({ issuerTitle }) => issuerTitle, cut: 'end' },
  { head: 'KEY', cell: keyCell, cut: 'start' },
  { head: 'USED BY', cell: usersCell, cut: 'end' },
  { head: 'FILE', cell: ({ file, line }) => (line === 1 ? file : `${file}:${line}`), cut: 'start' },
];
const GAP = 2;
const NARROWEST = 6;
const ELLIPSIS = '…';

/** `width` is that of the terminal, or Infinity. */
export function certificateTable(list: readonly Listed[], width: number, paint: Paint): string {
  if (list.length === 0) return 'no certificates found\n';
  const rows = list.map((one) => COLUMNS.map(({ cell }) => harmless(cell(one)) || '-'));
  const widths = narrowed(
    COLUMNS.map(({ head }, i) => Math.max(head.length, ...rows.map((row) => columns(row[i] ?? '')))),
    width,
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => aligned(text, widths[i] ?? 0, COLUMNS[i]?.cut ?? 'end', i === 0))
      .join(' '.repeat(GAP))
      .trimEnd();
  const head = paint('bold', line(COLUMNS.map((column) => column.head)));
  const lines = rows.map((row, i) => {
    const style = STYLES[list[i]?.urgency ?? 'valid'];
    return style === undefined ? line(row) : paint(style, line(row));
  });
  return `${[head, ...lines].map((text) => `${text}\n`).join('')}\n${summary(list)}\n`;
}

/** Takes columns from the widest ones until the lines fit, or nothing more can be taken. */
function narrowed(widths: readonly number[], width: number): number[] {
  const out = [...widths];
  const total = () => out.reduce((sum, each) => sum + each, GAP * (out.length - 1));
  for (let over = total() - width; over > 0; over--) {
    let widest = -1;
    for (const [i, each] of out.entries())
      if (COLUMNS[i]?.cut !== 'fixed' && each > NARROWEST && each > (out[widest] ?? 0)) widest = i;
    if (widest < 0) break;
    out[widest] = (out[widest] ?? 0) - 1;
  }
  return out;
}

function aligned(text: string, width: number, cut: Column['cut'], right: boolean): string {
  const own = columns(text);
  if (own <= width) return right ? ' '.repeat(width - own) + text : text + ' '.repeat(width - own);
  const kept =
    cut === 'start' && text.includes('/') ? ELLIPSIS + ending(text, width - 1) : fitting(text, width - 1) + ELLIPSIS;
  return kept + ' '.repeat(Math.max(0, width - columns(kept)));
}

/** The end of a text that takes no more than `room` columns. */
function ending(text: string, room: number): string {
  const characters = [...text];
  let used = 0;
  let at = characters.length;
  while (at > 0) {
    used += columns(characters[at - 1] ?? '');
    if (used > room) break;
    at--;
  }
  return characters.slice(at).join('');
}

function titleAndNames({ title, names, isCA }: Listed): string {
  const more = names.filter((name) => name !== title).length;
  return `${title}${isCA ? ' (a CA)' : ''}${more > 0 ? ` and ${plural(more, 'more name')}` : ''}`;
}

function keyCell({ key }: Listed): string {
  switch (key.state) {
    case 'found':
      return `${key.files[0] ?? ''}${key.files.length > 1 ? ` +${key.files.length - 1}` : ''}`;
    case 'foreign':
      return 'does not fit';
    case 'hidden':
      return 'not readable';
    case 'none':
      return '';
  }
}

function usersCell({ usedBy }: Listed): string {
  const labels = [...new Set(usedBy.map(({ label }) => label))];
  return `${labels[0] ?? ''}${labels.length > 1 ? ` +${labels.length - 1}` : ''}`;
}

function summary(list: readonly Listed[]): string {
  const files = new Set(list.map(({ file }) => file)).size;
  const counts = Object.entries(WORDS).flatMap(([urgency, word]) => {
    const count = list.filter((one) => one.urgency === urgency).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return `${plural(list.length, 'certificate')} in ${plural(files, 'file')}: ${counts.join(', ')}`;
}
