/** Owns what is said of PEM blocks that OpenSSL refuses or passes over: the place and our words for each fault. */
import type { Span } from '../text/span.ts';
import type { Base64Fault } from './base64.ts';
import { BEGIN, END, holds, TAIL } from './pem-lines.ts';
import { endLookAlike, type LookAlike, ONE_LINE } from './pem-lookalikes.ts';

export function noData(begin: Span): LookAlike {
  return { kind: 'empty-block', span: begin, message: 'This block is empty.' };
}

export function withoutEnd(begin: Span, label: string): LookAlike {
  // A block on one short line is a BEGIN line whose label holds all the rest.
  if (label.includes(TAIL)) return { kind: 'one-line', span: begin, message: ONE_LINE };
  return { kind: 'end-missing', span: begin, message: `This block has no "${END}${label}${TAIL}" line.` };
}

export function wrongEnd(text: string, line: Span, label: string): LookAlike {
  const written = text.slice(line.start + END.length, line.end);
  if (written.endsWith(TAIL) && !written.slice(0, -TAIL.length).includes('-')) {
    const span = { start: line.start + END.length, end: line.end - TAIL.length };
    return {
      kind: 'end-label',
      span,
      message: `This END line does not belong to the BEGIN line, which says "${label}".`,
    };
  }
  return endLookAlike(text, line) ?? { kind: 'end-line', span: line, message: 'This END line is damaged.' };
}

/** A line in a block's data that was meant to end it, or to begin the next one (also behind a line that was cut off). */
export function insideBlock(text: string, line: Span): LookAlike | undefined {
  if (holds(text, 'END ', line)) return endLookAlike(text, line);
  if (!holds(text, BEGIN, line)) return undefined;
  const span = { start: text.indexOf(BEGIN, line.start), end: line.end };
  const message = 'A block starts here before the one above it has ended with an END line.';
  return { kind: 'end-missing', span, message };
}

export function strayEnd(line: Span): LookAlike {
  return {
    kind: 'begin-missing',
    span: line,
    message: 'This END line has no BEGIN line, so nothing above it is read.',
  };
}

export function strayDash(offset: number): LookAlike {
  return {
    kind: 'base64-character',
    span: { start: offset, end: offset + 1 },
    message: 'A dash ends the data of this block here, whatever follows it.',
  };
}

export function base64Fault(found: Base64Fault, text: string, offset: number): LookAlike {
  const span = characterAt(text, offset);
  switch (found) {
    case 'character': {
      const character = JSON.stringify(String.fromCodePoint(text.codePointAt(offset) ?? 0));
      return { kind: 'base64-character', span, message: `The character ${character} does not belong in base64 text.` };
    }
    case 'padding':
      return {
        kind: 'base64-padding',
        span,
        message: 'The "=" signs belong at the very end of the base64 text, at most two of them.',
      };
    case 'length':
      return {
        kind: 'base64-length',
        span,
        message: 'The base64 text is not complete: characters are missing, or too many.',
      };
  }
}

function characterAt(text: string, offset: number): Span {
  return { start: offset, end: offset + ((text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1) };
}
