/** Owns the PEM scanner: the blocks that OpenSSL's PEM_read_bio reads from a file, and why it does not read the rest. */
import type { Span } from '../text/span.ts';
import { type Base64Fault, decodeBase64 } from './base64.ts';
import type { Damage, DamageKind } from './damage.ts';
import { PemLines } from './pem-lines.ts';
import { beginLookAlike, endLookAlike, type LookAlike } from './pem-lookalikes.ts';

/** One block as OpenSSL reads it. `bytes` of a key block are secret: nothing that leaves this folder may hold them. */
export interface PemBlock {
  readonly label: string;
  /** From the first dash of the BEGIN line to the last of the END line. */
  readonly span: Span;
  readonly labelSpan: Span;
  /** What stands between the BEGIN and the END line. */
  readonly bodySpan: Span;
  /** Header lines (`Proc-Type: …`), each with its line end; empty for most blocks. */
  readonly header: string;
  readonly bytes: Uint8Array;
}

/** What one call of PEM_read_bio gives. */
export type PemRead =
  | { readonly kind: 'block'; readonly block: PemBlock }
  | { readonly kind: 'refused'; readonly label: string; readonly damage: Damage };

export interface PemScan {
  /** In file order; the scan goes on behind what OpenSSL refuses, where a caller of it would stop. */
  readonly reads: readonly PemRead[];
  /** What OpenSSL passes over without a word, although it was meant otherwise. */
  readonly silent: readonly Damage[];
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const TAIL = '-----';
/** Behind a blank line, a base64 line of another length must be the last one (`get_header_and_data`). */
const LINE_AFTER_HEADER = 64;

/**
 * Reads all blocks of a text, by the rules of OpenSSL 3 (crypto/pem/pem_lib.c). Never throws; linear in time.
 * A text that starts with U+FEFF is one with a BOM.
 */
export function scanPem(text: string): PemScan {
  const lines = new PemLines(text);
  const reads: PemRead[] = [];
  const silent: Damage[] = [];
  for (let begin = findBegin(text, lines, silent); begin !== undefined; begin = findBegin(text, lines, silent)) {
    reads.push(readBlock(text, lines, begin, silent));
  }
  return { reads, silent };
}

/** `get_name`: goes to the next BEGIN line; lines that look like one, or like a stray END line, go to `silent`. */
function findBegin(text: string, lines: PemLines, silent: Damage[]): Span | undefined {
  let lookedLikeBegin = false;
  for (let first = true; lines.next(first); first = false) {
    const { start, end } = lines;
    if (text.startsWith(BEGIN, start)) {
      if (end - start >= BEGIN.length + TAIL.length && text.endsWith(TAIL, end)) return { start, end };
    } else if (text.startsWith(END, start)) {
      if (!lookedLikeBegin) silent.push(passedOver(strayEnd({ start, end })));
      lookedLikeBegin = false;
      continue;
    }
    if (!mayHold(text, 'BEGIN ', lines)) continue;
    const found = beginLookAlike(text, lines);
    if (found === undefined) continue;
    silent.push(passedOver(found));
    lookedLikeBegin = true;
  }
  return undefined;
}

/** `get_header_and_data`, with the decoding that follows it in PEM_read_bio_ex. */
function readBlock(text: string, lines: PemLines, begin: Span, silent: Damage[]): PemRead {
  const label = text.slice(begin.start + BEGIN.length, begin.end - TAIL.length);
  const refused = (kind: DamageKind, span: Span, message: string, says: string | undefined): PemRead => {
    return { kind: 'refused', label, damage: { kind, span, message, opensslSays: says, stops: true } };
  };
  const head: Span[] = [];
  const data: Span[] = [];
  let state: 'maybe-header' | 'header' | 'data' = 'maybe-header';
  let isPartial = false;
  let shortLine: Span | undefined;
  let blank: Span | undefined;
  let odd: LookAlike | undefined;
  for (;;) {
    const wasPartial = isPartial;
    if (!lines.next(false)) {
      if (odd !== undefined) return refused(odd.kind, odd.span, odd.message, 'bad end line');
      return refused('end-missing', begin, `This block has no "${END}${label}${TAIL}" line.`, 'bad end line');
    }
    const { start, end } = lines;
    isPartial = lines.partial;
    if (state === 'maybe-header' && mayHold(text, ':', lines)) state = 'header';
    if (start === end) {
      if (wasPartial) continue;
      if (state === 'data') {
        return refused(
          'blank-line',
          afterLine(text, start),
          'There is a second blank line in this block.',
          'bad end line',
        );
      }
      state = 'data';
      blank = afterLine(text, start);
      continue;
    }
    if (text.startsWith(END, start)) {
      const written = text.slice(start + END.length, end);
      if (written === label + TAIL) break;
      if (odd !== undefined) return refused(odd.kind, odd.span, odd.message, 'bad end line');
      return badEnd(text, { start, end }, label, refused);
    }
    if (shortLine !== undefined) {
      const message = `After a blank line, every base64 line but the last must have ${LINE_AFTER_HEADER} characters.`;
      return refused('line-length', shortLine, message, 'bad end line');
    }
    const line = { start, end };
    if (odd === undefined && state !== 'header') odd = insideBlock(text, line);
    (state === 'data' ? data : head).push(line);
    if (state !== 'data') continue;
    if (end - start > LINE_AFTER_HEADER) {
      const message = `After a blank line, a base64 line may have at most ${LINE_AFTER_HEADER} characters.`;
      return refused('line-length', line, message, undefined);
    }
    if (end - start < LINE_AFTER_HEADER) shortLine = line;
  }

  const endLine = { start: lines.start, end: lines.end };
  const content = state === 'maybe-header' ? head : data;
  if (content.length === 0) {
    if (blank !== undefined && head.length > 0) {
      return refused(
        'blank-line',
        blank,
        'The blank line makes everything above it a header, so no data is left.',
        undefined,
      );
    }
    const isHeader = head.length > 0;
    const message = isHeader ? 'A colon makes these lines a header, so no data is left.' : 'This block is empty.';
    return refused(isHeader ? 'header' : 'empty-block', isHeader ? (head[0] ?? begin) : begin, message, undefined);
  }
  const decoded = decodeBase64(text, content);
  if (decoded.kind === 'fault') {
    if (odd !== undefined && odd.span.start <= decoded.offset && decoded.offset < odd.span.end) {
      return refused(odd.kind, odd.span, odd.message, 'bad base64 decode');
    }
    const { kind, message } = base64Fault(decoded.fault, text, decoded.offset);
    return refused(kind, characterAt(text, decoded.offset), message, 'bad base64 decode');
  }
  if (decoded.dash >= 0) silent.push(passedOver(odd ?? strayDash(decoded.dash)));
  return {
    kind: 'block',
    block: {
      label,
      span: { start: begin.start, end: endLine.end },
      labelSpan: { start: begin.start + BEGIN.length, end: begin.end - TAIL.length },
      bodySpan: { start: begin.end, end: endLine.start },
      header: state === 'maybe-header' ? '' : head.map((line) => `${text.slice(line.start, line.end)}\n`).join(''),
      bytes: decoded.bytes,
    },
  };
}

function badEnd(
  text: string,
  line: Span,
  label: string,
  refused: (kind: DamageKind, span: Span, message: string, says: string) => PemRead,
): PemRead {
  const written = text.slice(line.start + END.length, line.end);
  if (written.endsWith(TAIL) && !written.slice(0, -TAIL.length).includes('-')) {
    const span = { start: line.start + END.length, end: line.end - TAIL.length };
    return refused(
      'end-label',
      span,
      `This END line does not belong to the BEGIN line, which says "${label}".`,
      'bad end line',
    );
  }
  const found = endLookAlike(text, line);
  return refused(found?.kind ?? 'end-line', line, found?.message ?? 'This END line is damaged.', 'bad end line');
}

/** A line in a block's data that was meant to end it, or to begin the next one. */
function insideBlock(text: string, line: Span): LookAlike | undefined {
  if (mayHold(text, 'END ', line)) return endLookAlike(text, line);
  if (!text.startsWith(BEGIN, line.start)) return undefined;
  const message = 'A block starts here before the one above it has ended with an END line.';
  return { kind: 'end-missing', span: line, message };
}

function strayEnd(line: Span): LookAlike {
  return {
    kind: 'begin-missing',
    span: line,
    message: 'This END line has no BEGIN line, so nothing above it is read.',
  };
}

function strayDash(offset: number): LookAlike {
  return {
    kind: 'base64-character',
    span: { start: offset, end: offset + 1 },
    message: 'A dash ends the data of this block here, whatever follows it.',
  };
}

function passedOver(found: LookAlike): Damage {
  return { ...found, opensslSays: undefined, stops: false };
}

function base64Fault(fault: Base64Fault, text: string, offset: number): { kind: DamageKind; message: string } {
  switch (fault) {
    case 'character': {
      const character = JSON.stringify(String.fromCodePoint(text.codePointAt(offset) ?? 0));
      return { kind: 'base64-character', message: `The character ${character} does not belong in base64 text.` };
    }
    case 'padding':
      return {
        kind: 'base64-padding',
        message: 'The "=" signs belong at the very end of the base64 text, at most two of them.',
      };
    case 'length':
      return {
        kind: 'base64-length',
        message: 'The base64 text is not complete: characters are missing, or too many.',
      };
  }
}

function characterAt(text: string, offset: number): Span {
  return { start: offset, end: offset + ((text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1) };
}

/** The line end that makes a line blank. */
function afterLine(text: string, start: number): Span {
  const end = text.indexOf('\n', start);
  return { start, end: end < 0 ? text.length : end + 1 };
}

/** Whether `needle` occurs in the line; looks at no other text, so that a whole scan stays linear. */
function mayHold(text: string, needle: string, line: Span): boolean {
  const last = line.end - needle.length;
  const first = needle.charCodeAt(0);
  for (let at = line.start; at <= last; at++) {
    if (text.charCodeAt(at) === first && text.startsWith(needle, at)) return true;
  }
  return false;
}
