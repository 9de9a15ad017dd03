/** Owns reading `crt-list` files: a certificate on each line, with TLS settings in brackets and names (src/ssl_crtlist.c). */
import type { FileId } from '../../../files/host.ts';
import { span } from '../../../text/span.ts';
import type { Comment, Source, Word } from './tree.ts';

/** One line: `<certificate> [<settings>] <names>`. */
export interface ListEntry {
  readonly source: Source;
  readonly certificate: Word;
  readonly settings: readonly Word[];
  /** Names, `*`, and names behind `!` that are taken out again. */
  readonly filters: readonly Word[];
}

export interface CertificateList {
  readonly entries: readonly ListEntry[];
  readonly comments: readonly Comment[];
}

/** Lines with a bracket too many, too few, or before the certificate; HAProxy does not start with them. */
const isWellFormed = (line: string): boolean => /^[^[\]]*(?:\[[^[\]]*\][^[\]]*)?$/.test(line) && !/^\s*\[/.test(line);

/** Never throws; linear in time. Lines that HAProxy refuses are passed over. */
export function parseList(text: string, file: FileId): CertificateList {
  const source: Source = { file, text };
  const entries: ListEntry[] = [];
  const comments: Comment[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(start, end);
    if (line.startsWith('#')) comments.push({ span: span(start, end), text: line.slice(1).trimEnd() });
    else if (isWellFormed(line)) {
      const entry = entryOf(line, start, source);
      if (entry !== undefined) entries.push(entry);
    }
    start = end + 1;
  }
  return { entries, comments };
}

function entryOf(line: string, at: number, source: Source): ListEntry | undefined {
  const open = line.indexOf('[');
  const close = line.indexOf(']');
  const settings: Word[] = [];
  const others: Word[] = [];
  for (const { 0: value, index } of line.matchAll(/[^\s[\]]+/g)) {
    const word = { span: span(at + index, at + index + value.length), value, variable: false };
    (index > open && index < close ? settings : others).push(word);
  }
  const [certificate, ...filters] = others;
  return certificate === undefined ? undefined : { source, certificate, settings, filters };
}
