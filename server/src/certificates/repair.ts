/** Owns repairs of damaged PEM files: edits after which a block can be read that could not be read before. */
import { applyEdits, lineEndOf, type TextEdit } from '../text/edits.ts';
import type { Span } from '../text/span.ts';
import type { Damage } from './damage.ts';
import { type PemFile, readPemFile } from './file.ts';

const BEGIN_LABEL = /^-----BEGIN (.+)-----[ \t]*\r?$/gm;

/** Characters of a file that is repaired: each repair is tried on all of it, and chains have some thousand. */
const LARGEST = 65_536;

/**
 * The edits that repair one damage of a text that was read as `before`, or undefined where none is certain. They touch
 * only what frames a block (dashes, labels, line ends, white space), never base64 text, so they hold nothing secret.
 * Certain means: a certificate or key that could not be read can be read afterwards, and there is less damage.
 */
export function repairOf(text: string, before: PemFile, damage: Damage): readonly TextEdit[] | undefined {
  const edits = text.length > LARGEST ? undefined : attempt(text, damage);
  if (edits === undefined || edits.length === 0) return undefined;
  const after = readPemFile(applyEdits(text, edits));
  const isBetter = usable(after) > usable(before) && after.damage.length < before.damage.length;
  return isBetter ? edits : undefined;
}

function usable({ items }: PemFile): number {
  return items.filter(({ kind }) => kind === 'certificate' || kind === 'key').length;
}

function attempt(text: string, { kind, span }: Damage): readonly TextEdit[] | undefined {
  const line = lineAt(text, span.start);
  switch (kind) {
    case 'begin-indented':
      return unindented(text, line.start);
    case 'begin-line':
      return rewritten(text, line, /BEGIN ([A-Z0-9 ]*[A-Z0-9])/, (label) => `-----BEGIN ${label}-----`);
    case 'end-line':
      return rewritten(text, line, /END ([A-Z0-9 ]*[A-Z0-9])/, (label) => `-----END ${label}-----`);
    case 'end-label': {
      const label = labelBefore(text, span.start);
      return label === undefined ? undefined : [{ span, newText: label }];
    }
    case 'glued': {
      const at = text.indexOf('-----BEGIN ', span.start);
      return at < 0 ? undefined : [insertion(at, lineEndOf(text))];
    }
    case 'end-missing':
      return endInserted(text, span);
    case 'blank-line':
      return [{ span, newText: '' }];
    case 'line-ends':
      return realLineEnds(text, line);
    case 'one-line':
      return spread(text, line);
    default:
      return undefined;
  }
}

function insertion(at: number, newText: string): TextEdit {
  return { span: { start: at, end: at }, newText };
}

function lineAt(text: string, offset: number): Span {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length : end };
}

/** Takes the white space away in front of every line of a block. */
function unindented(text: string, start: number): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = start; at < text.length; at = lineAt(text, at).end + 1) {
    const line = lineAt(text, at);
    const written = text.slice(line.start, line.end);
    const indent = /^[ \t\u00a0]*/.exec(written)?.[0].length ?? 0;
    if (indent > 0) edits.push({ span: { start: line.start, end: line.start + indent }, newText: '' });
    if (/-----END /.test(written)) break;
  }
  return edits;
}

/** Writes a BEGIN or END line as it must be. */
function rewritten(
  text: string,
  line: Span,
  form: RegExp,
  write: (label: string) => string,
): readonly TextEdit[] | undefined {
  const label = form.exec(text.slice(line.start, line.end))?.[1];
  const end = text[line.end - 1] === '\r' ? line.end - 1 : line.end;
  return label === undefined ? undefined : [{ span: { start: line.start, end }, newText: write(label) }];
}

/** The label of the last BEGIN line above an offset. */
function labelBefore(text: string, offset: number): string | undefined {
  return [...text.slice(0, offset).matchAll(BEGIN_LABEL)].at(-1)?.[1];
}

/** An END line before the block that starts too early, or at the end of the file. */
function endInserted(text: string, span: Span): readonly TextEdit[] | undefined {
  const isNext = labelBefore(text, span.start) !== undefined && text.startsWith('-----BEGIN ', span.start);
  const next = text.indexOf('\n-----BEGIN ', span.start);
  const at = isNext && isInBlock(text, span.start) ? span.start : next < 0 ? text.length : next + 1;
  const label = labelBefore(text, at);
  const lineEnd = lineEndOf(text);
  const before = at > 0 && text[at - 1] !== '\n' ? lineEnd : '';
  return label === undefined ? undefined : [insertion(at, `${before}-----END ${label}-----${lineEnd}`)];
}

/** Whether a block is open at an offset. */
function isInBlock(text: string, offset: number): boolean {
  return text.lastIndexOf('-----BEGIN ', offset - 1) > text.lastIndexOf('-----END ', offset - 1);
}

/** Line ends that are written as `\n`, or as CR alone, become real ones; quotes around such a text go. */
function realLineEnds(text: string, line: Span): TextEdit[] {
  const written = text.slice(line.start, line.end);
  const ends = [...written.matchAll(/\\r\\n|\\n|\r(?!$)/g)].map(({ 0: end, index }) => ({
    span: { start: line.start + index, end: line.start + index + end.length },
    newText: '\n',
  }));
  const quotes = [...written.matchAll(/^[\s\u00a0"']+(?=-----)|["']+\r?$/g)].map(({ 0: quote, index }) => ({
    span: { start: line.start + index, end: line.start + index + quote.length },
    newText: '',
  }));
  return [...ends, ...quotes];
}

/** A block on one line gets lines: behind BEGIN, before END, and at white space (or `\n`) in between. */
function spread(text: string, line: Span): readonly TextEdit[] | undefined {
  const written = text.slice(line.start, line.end);
  const parts = /^(-----BEGIN [A-Z0-9 ]+-----)([^-]*)(-----END [A-Z0-9 ]+-----)/.exec(written);
  if (parts === null) return undefined;
  const [, begin = '', body = ''] = parts;
  const start = line.start + begin.length;
  const gaps = [...body.matchAll(/(?:\s|\\r|\\n)+/g)].map(({ 0: gap, index }) => ({
    span: { start: start + index, end: start + index + gap.length },
    newText: '\n',
  }));
  const isOpen = /^(\s|\\[rn])/.test(body) ? [] : [insertion(start, '\n')];
  const isClosed = /(\s|\\[rn])$/.test(body) ? [] : [insertion(start + body.length, '\n')];
  return [...isOpen, ...gaps, ...isClosed];
}
