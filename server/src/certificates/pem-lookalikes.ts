/** Owns lines that were meant as BEGIN or END lines of a PEM block, but are none for OpenSSL. */
import type { Span } from '../text/span.ts';
import type { DamageKind } from './damage.ts';

/** A line that OpenSSL does not take for a BEGIN or END line although a person would. */
export interface LookAlike {
  readonly kind: DamageKind;
  readonly span: Span;
  readonly message: string;
}

// Hyphens and dashes that word processors make of `-`: U+2010 to U+2015, the minus sign, small and full-width forms.
const DASH = '[-\\u2010-\\u2015\\u2212\\uFE58\\uFE63\\uFF0D]';
const BEGIN = new RegExp(`^([\\s\\u00a0"']*)(${DASH}+)\\s*BEGIN ([A-Za-z0-9 ]*[A-Za-z0-9])\\s*(${DASH}*)(.*)$`, 's');
const END = new RegExp(`^([\\s\\u00a0"']*)(${DASH}+)\\s*END ([A-Za-z0-9 ]*[A-Za-z0-9])\\s*(${DASH}*)(.*)$`, 's');
export const ONE_LINE = 'The BEGIN line must end behind its dashes: nothing may follow on the same line.';

/** A longer line is no BEGIN or END line that went wrong; this also bounds the work a line can cost. */
const LONGEST = 254;

/** What is wrong with `line`, of which the caller knows that it is no BEGIN line for OpenSSL. */
export function beginLookAlike(text: string, line: Span): LookAlike | undefined {
  const written = text.slice(line.start, Math.min(line.end, line.start + LONGEST));
  const match = BEGIN.exec(written);
  if (match === null) return undefined;
  const [, before = '', dashes = '', , after = '', rest = ''] = match;
  const start = line.start + before.length;
  const span = { start, end: line.start + written.length };
  if (rest.startsWith('\\n') || rest.startsWith('\\r\\n')) {
    return { kind: 'line-ends', span, message: 'Line ends are written as the characters "\\n" here.' };
  }
  if (rest.startsWith('\r')) {
    return { kind: 'line-ends', span, message: 'Lines end with CR alone here; OpenSSL needs LF, or CR and LF.' };
  }
  if (dashes === '-----' && after === '-----') {
    if (rest !== '') {
      return {
        kind: 'one-line',
        span,
        message: ONE_LINE,
      };
    }
    if (before !== '') {
      return { kind: 'begin-indented', span, message: 'The BEGIN line must start at the first character of its line.' };
    }
  }
  return { kind: 'begin-line', span, message: `The BEGIN line ${wrongDashes(dashes, after)}.` };
}

/** What is wrong with `line`, of which the caller knows that it is no END line for OpenSSL. */
export function endLookAlike(text: string, line: Span): LookAlike | undefined {
  const written = text.slice(line.start, Math.min(line.end, line.start + LONGEST));
  const match = END.exec(written);
  if (match === null) return undefined;
  const [, before = '', dashes = '', , after = '', rest = ''] = match;
  const span = { start: line.start + before.length, end: line.start + written.length };
  if (dashes === '-----' && after.startsWith('-----') && rest.startsWith('BEGIN ')) {
    return { kind: 'glued', span, message: 'The next BEGIN line must start on a line of its own.' };
  }
  if (before !== '') {
    return { kind: 'end-line', span, message: 'The END line must start at the first character of its line.' };
  }
  const problem = dashes === '-----' && after === '-----' ? 'must end behind its dashes' : wrongDashes(dashes, after);
  return { kind: 'end-line', span, message: `The END line ${problem}.` };
}

function wrongDashes(before: string, after: string): string {
  if (/[^-]/.test(before + after)) return 'is written with dashes that are not the character "-"';
  if (before.length !== 5) return `starts with ${before.length} dashes instead of 5`;
  if (after.length !== 5) return `ends with ${after.length} dashes instead of 5`;
  return 'must read "-----BEGIN LABEL-----", with one space before the label';
}
