/** Owns the conversion of BER, which containers of Windows and Java are written in, to DER. */
import { DER, derElement } from './der.ts';

/** Deeper, and of more elements, than any container of certificates; each element becomes an object here. */
const DEPTH = 40;
const ELEMENTS = 200_000;
/** Each level of depth copies what it holds. */
const LARGEST = 16_777_216;
/** A constructed OCTET STRING. */
const IN_PIECES = 0x24;

/**
 * The same value with definite lengths and octet strings in one piece, and without what follows its end; undefined for
 * what is no BER, nests too deeply, or is larger than 16 MB. Set order and booleans stay as they are.
 */
export function derOfBer(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > LARGEST) return undefined;
  return element(bytes, 0, bytes.length, 0, { left: ELEMENTS })?.der;
}

interface Element {
  readonly der: Uint8Array;
  readonly content: Uint8Array;
  readonly end: number;
}

function element(
  bytes: Uint8Array,
  start: number,
  limit: number,
  depth: number,
  budget: { left: number },
): Element | undefined {
  const tag = bytes[start] ?? 0;
  const first = bytes[start + 1];
  if (first === undefined || start + 2 > limit || (tag & 0x1f) === 0x1f || depth > DEPTH) return undefined;
  if (--budget.left < 0) return undefined;
  const isConstructed = (tag & 0x20) !== 0;
  let at = start + 2;
  let end = limit;
  if (first !== 0x80) {
    let length = first;
    if (first > 0x80) {
      const count = first & 0x7f;
      if (count > 6 || at + count > limit) return undefined;
      length = 0;
      for (const stop = at + count; at < stop; at++) length = length * 256 + (bytes[at] ?? 0);
    }
    end = at + length;
    if (end > limit) return undefined;
  } else if (!isConstructed) return undefined;

  if (!isConstructed) {
    const content = bytes.subarray(at, end);
    return { der: derElement(tag, content), content, end };
  }
  const parts: Element[] = [];
  while (at < end) {
    if (first === 0x80 && bytes[at] === 0 && bytes[at + 1] === 0) break;
    const part = element(bytes, at, end, depth + 1, budget);
    if (part === undefined) return undefined;
    parts.push(part);
    at = part.end;
  }
  if (first === 0x80) {
    if (at + 2 > end) return undefined;
    end = at + 2;
  }
  // An octet string in pieces. Whether a tagged value is one in pieces too, only its reader knows.
  const isString = tag === IN_PIECES;
  const pieces = parts.map((part) => (isString ? part.content : part.der));
  const content = concat(pieces);
  return { der: derElement(isString ? DER.octetString : tag, content), content, end };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
