/** Owns the PEM scanner: the blocks that OpenSSL's PEM_read_bio reads from a file, and why it does not read the rest. */
import type { Span } from '../text/span.ts';
import { decodeBase64 } from './base64.ts';
import type { Damage, DamageKind } from './damage.ts';
import { base64Fault, insideBlock, noData, strayDash, strayEnd, withoutEnd, wrongEnd } from './pem-faults.ts';
import { BEGIN, END, holds, PemLines, startsWith, TAIL } from './pem-lines.ts';
import { beginLookAlike, type LookAlike } from './pem-lookalikes.ts';
import { plainContent } from './pem-plain.ts';

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

const BAD_END = 'bad end line';
const BAD_BASE64 = 'bad base64 decode';
/** Behind a blank line, a base64 line of another length must be the last one (`get_header_and_data`). */
const LINE_AFTER_HEADER = 64;
/** Large trust stores have some hundred blocks; a file with more than this is no file of certificates. */
const READ_LIMIT = 10_000;
/** Damage that OpenSSL passes over is listed up to this number: nobody reads more, and a list costs memory. */
const SILENT_LIMIT = 100;

/**
 * Reads the blocks of a text (the first 10,000, and says so), by the rules of OpenSSL 3 (crypto/pem/pem_lib.c). Never
 * throws; linear in time. A text that starts with U+FEFF is one with a BOM.
 */
export function scanPem(text: string): PemScan {
  const lines = new PemLines(text);
  const reads: PemRead[] = [];
  const silent: Damage[] = [];
  for (let begin = findBegin(text, lines, silent); begin !== undefined; begin = findBegin(text, lines, silent)) {
    if (reads.length === READ_LIMIT) {
      const message = `Only the first ${READ_LIMIT} blocks of this file are looked at.`;
      silent.push(passedOver({ kind: 'too-many', span: begin, message }));
      break;
    }
    reads.push(readBlock(text, lines, begin, silent));
  }
  return { reads, silent };
}

/** `get_name`: goes to the next BEGIN line; lines that look like one, or like a stray END line, go to `silent`. */
function findBegin(text: string, lines: PemLines, silent: Damage[]): Span | undefined {
  let lookedLikeBegin = false;
  for (let first = true; lines.next(first); first = false) {
    const { start, end } = lines;
    if (startsWith(text, BEGIN, lines)) {
      if (end - start >= BEGIN.length + TAIL.length && text.endsWith(TAIL, end)) return { start, end };
    } else if (startsWith(text, END, lines)) {
      if (!lookedLikeBegin && silent.length < SILENT_LIMIT) silent.push(passedOver(strayEnd({ start, end })));
      lookedLikeBegin = false;
      continue;
    }
    if (silent.length >= SILENT_LIMIT || !holds(text, 'BEGIN ', lines)) continue;
    const found = beginLookAlike(text, lines);
    if (found === undefined) continue;
    silent.push(passedOver(found));
    lookedLikeBegin = true;
  }
  return undefined;
}

/** PEM_read_bio behind its BEGIN line. */
function readBlock(text: string, lines: PemLines, begin: Span, silent: Damage[]): PemRead {
  const label = text.slice(begin.start + BEGIN.length, begin.end - TAIL.length);
  const content = plainContent(text, lines, label) ?? contentOf(text, lines, begin, label);
  if (content.kind === 'refused') {
    const { fault, says } = content;
    return { kind: 'refused', label, damage: { ...fault, opensslSays: says, stops: true } };
  }
  if (content.dash !== undefined && silent.length < SILENT_LIMIT) silent.push(passedOver(content.dash));
  const bodySpan = { start: begin.end, end: lines.start };
  return {
    kind: 'block',
    block: {
      label,
      span: { start: begin.start, end: lines.end },
      labelSpan: { start: begin.start + BEGIN.length, end: begin.end - TAIL.length },
      bodySpan,
      header: content.header,
      bytes: content.bytes,
    },
  };
}

/** Why a block is refused, in our words and in OpenSSL's; it has none for some. */
interface Refusal {
  readonly kind: 'refused';
  readonly fault: LookAlike;
  readonly says: string | undefined;
}

/** The lines of a block without blank ones, up to its END line. */
interface Body {
  readonly kind: 'body';
  readonly header: readonly Span[];
  readonly data: readonly Span[];
  /** Where the blank line is that ends the header. */
  readonly blank: Span | undefined;
  /** The first line of the data that was meant to end the block, or to begin another. */
  readonly odd: LookAlike | undefined;
}

function contentOf(text: string, lines: PemLines, begin: Span, label: string): Content | Refusal {
  const body = readBody(text, lines, begin, label);
  return body.kind === 'body' ? decodeBody(text, begin, body) : body;
}

/** `get_header_and_data`: goes to the END line. */
function readBody(text: string, lines: PemLines, begin: Span, label: string): Body | Refusal {
  const head: Span[] = [];
  const data: Span[] = [];
  let state: 'maybe-header' | 'header' | 'data' = 'maybe-header';
  let isPartial = false;
  let shortLine: Span | undefined;
  let blank: Span | undefined;
  let odd: LookAlike | undefined;
  for (;;) {
    const wasPartial = isPartial;
    if (!lines.next(false)) return refusal(odd ?? withoutEnd(begin, label), BAD_END);
    const line = { start: lines.start, end: lines.end };
    isPartial = lines.partial;
    if (state === 'maybe-header' && holds(text, ':', line)) state = 'header';
    if (line.start === line.end) {
      // The line end behind a piece of 254 bytes looks like a blank line, and is none.
      if (wasPartial) continue;
      const span = lineEnd(text, line.start);
      if (state === 'data') return fault('blank-line', span, 'There is a second blank line in this block.', BAD_END);
      state = 'data';
      blank = span;
    } else if (startsWith(text, END, line)) {
      if (text.slice(line.start + END.length, line.end) !== label + TAIL) {
        return refusal(odd ?? wrongEnd(text, line, label), BAD_END);
      }
      const isHeader = state !== 'maybe-header';
      return { kind: 'body', header: isHeader ? head : [], data: isHeader ? data : head, blank, odd };
    } else if (shortLine !== undefined) {
      const message = `After a blank line, every base64 line but the last must have ${LINE_AFTER_HEADER} characters.`;
      return fault('line-length', shortLine, message, BAD_END);
    } else {
      if (odd === undefined && state !== 'header') odd = insideBlock(text, line);
      (state === 'data' ? data : head).push(line);
      if (state !== 'data') continue;
      if (line.end - line.start > LINE_AFTER_HEADER) {
        const message = `After a blank line, a base64 line may have at most ${LINE_AFTER_HEADER} characters.`;
        return fault('line-length', line, message, undefined);
      }
      if (line.end - line.start < LINE_AFTER_HEADER) shortLine = line;
    }
  }
}

interface Content {
  readonly kind: 'content';
  readonly header: string;
  readonly bytes: Uint8Array;
  /** What ends the data before the block's end. */
  readonly dash: LookAlike | undefined;
}

/** The part of PEM_read_bio_ex behind `get_header_and_data`. */
function decodeBody(text: string, begin: Span, { header, data, blank, odd }: Body): Content | Refusal {
  if (data.length === 0) {
    const first = header[0];
    if (first === undefined) return refusal(noData(begin), undefined);
    if (blank === undefined)
      return fault('header', first, 'A colon makes these lines a header, so no data is left.', undefined);
    return fault(
      'blank-line',
      blank,
      'The blank line makes everything above it a header, so no data is left.',
      undefined,
    );
  }
  const decoded = decodeBase64(text, data);
  if (decoded.kind === 'fault') {
    const { offset } = decoded;
    if (odd !== undefined && odd.span.start <= offset && offset < odd.span.end) return refusal(odd, BAD_BASE64);
    return refusal(base64Fault(decoded.fault, text, offset), BAD_BASE64);
  }
  const dash = decoded.dash < 0 ? undefined : (odd ?? strayDash(decoded.dash));
  if (decoded.bytes.length === 0) return refusal(dash ?? noData(begin), undefined);
  const headerText = header.map((line) => `${text.slice(line.start, line.end)}\n`).join('');
  return { kind: 'content', header: headerText, bytes: decoded.bytes, dash };
}

function refusal(found: LookAlike, says: string | undefined): Refusal {
  return { kind: 'refused', fault: found, says };
}

function fault(kind: DamageKind, span: Span, message: string, says: string | undefined): Refusal {
  return refusal({ kind, span, message }, says);
}

function passedOver(found: LookAlike): Damage {
  return { ...found, opensslSays: undefined, stops: false };
}

/** The line end that makes a line blank. */
function lineEnd(text: string, start: number): Span {
  const end = text.indexOf('\n', start);
  return { start, end: end < 0 ? text.length : end + 1 };
}
