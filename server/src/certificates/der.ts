/** Owns the DER cursor: strict reading of tags and lengths with byte offsets, where the first failure sticks. */
import { hashOf, isAt, oidIn } from './oids.ts';

/** Why DER cannot be read, and at which byte. */
export interface DerFailure {
  readonly offset: number;
  readonly message: string;
}

/** One tag-length-value: where its tag, its contents and what follows it start. */
export interface DerNode {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** What cursors over the same bytes share. */
export interface DerSource {
  readonly bytes: Uint8Array;
  failure: DerFailure | undefined;
  /** The same bytes, once somebody wants text of them: a view for each part of a certificate would cost more than reading it. */
  view: Buffer | undefined;
}

export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * Reads the elements between two offsets one after the other. After a failure every read gives an empty node, so that
 * a reader can go straight on and look at `source.failure` once. Depth is that of the reader's own code: nothing here
 * recurses into what the bytes say.
 */
export class DerCursor {
  readonly source: DerSource;
  readonly end: number;
  private at: number;

  constructor(source: DerSource, start: number, end: number) {
    this.source = source;
    this.at = start;
    this.end = end;
  }

  /** Where the next element starts. */
  get offset(): number {
    return this.at;
  }

  /** Whether elements are left; false after a failure. */
  get more(): boolean {
    return this.source.failure === undefined && this.at < this.end;
  }

  /** Whether the next element has this tag. */
  has(tag: number): boolean {
    return this.more && this.source.bytes[this.at] === tag;
  }

  /** Reads the next element; `tag` is what it must be, `what` names it in the failure. */
  next(what: string, tag?: number): DerNode {
    const { bytes } = this.source;
    const start = this.at;
    if (this.source.failure !== undefined) return this.fail(start, '');
    const found = bytes[start];
    if (start >= this.end || found === undefined) return this.fail(start, `${what} is missing`);
    if (tag !== undefined && found !== tag)
      return this.fail(start, `${what} should have tag ${hex(tag)}, not ${hex(found)}`);
    if ((found & 0x1f) === 0x1f) return this.fail(start, `${what} has a tag number above 30`);
    let content = start + 2;
    let length = bytes[start + 1] ?? 0;
    if (content > this.end) return this.fail(start, `${what} has no length`);
    if (length === 0x80) return this.fail(start + 1, `${what} has an indefinite length, which DER forbids`);
    if (length > 0x80) {
      const count = length & 0x7f;
      if (count > 4 || content + count > this.end) return this.fail(start + 1, `${what} is longer than what holds it`);
      length = 0;
      for (let i = 0; i < count; i++) length = length * 256 + (bytes[content + i] ?? 0);
      if (length < 0x80 || (bytes[content] ?? 0) === 0)
        return this.fail(start + 1, `${what} has a length that is not minimal`);
      content += count;
    }
    const end = content + length;
    if (end > this.end) return this.fail(start + 1, `${what} is longer than what holds it`);
    this.at = end;
    return { tag: found, start, content, end };
  }

  /** Reads the next element and gives a cursor over its contents. */
  enter(what: string, tag: number): DerCursor {
    return this.inside(this.next(what, tag));
  }

  /** A cursor over the contents of an element. */
  inside(node: DerNode): DerCursor {
    return new DerCursor(this.source, node.content, node.end);
  }

  /** Fails where elements are left over. */
  finish(what: string): void {
    if (this.more) this.fail(this.at, `${what} has bytes behind its end`);
  }

  /** Records a failure, unless there is one already, and gives an empty node. */
  fail(offset: number, message: string): DerNode {
    this.source.failure ??= { offset, message };
    this.at = this.end;
    return { tag: -1, start: this.end, content: this.end, end: this.end };
  }

  /** The contents of an element; shares the memory of the source. */
  contents(node: DerNode): Uint8Array {
    return this.source.bytes.subarray(node.content, node.end);
  }

  /** The dotted form of an object identifier; undefined where it is none. */
  oid(node: DerNode): string | undefined {
    return oidIn(this.source.bytes, node.content, node.end);
  }

  /** The contents of an element as Latin-1. A TextDecoder for that is one for windows-1252, in some versions of Node. */
  latin1(node: DerNode): string {
    return this.view().toString('latin1', node.content, node.end);
  }

  /** The contents of an element as lower-case hexadecimal digits. */
  hex(node: DerNode): string {
    return this.view().toString('hex', node.content, node.end);
  }

  /** Whether the contents of an element are ASCII. */
  isAscii({ content, end }: DerNode): boolean {
    const { bytes } = this.source;
    for (let at = content; at < end; at++) if ((bytes[at] ?? 0) > 0x7f) return false;
    return true;
  }

  /** A number for looking up what was read of the same bytes before. */
  hash({ start, end }: DerNode): number {
    return hashOf(this.source.bytes, start, end);
  }

  /** Whether an element, with its tag and length, is these bytes. */
  isWhole({ start, end }: DerNode, bytes: Uint8Array): boolean {
    return isAt(this.source.bytes, start, end, bytes);
  }

  /** Whether two elements are the same bytes. */
  same(a: DerNode, b: DerNode): boolean {
    const { bytes } = this.source;
    if (a.end - a.start !== b.end - b.start) return false;
    for (let i = 0; i < a.end - a.start; i++) if (bytes[a.start + i] !== bytes[b.start + i]) return false;
    return true;
  }

  /** A cursor over some of the bytes that fails alone: what is wrong there leaves the rest readable. */
  apart(start: number, end: number): DerCursor {
    const { bytes } = this.source;
    return new DerCursor({ bytes, failure: undefined, view: this.source.view }, start, end);
  }

  private view(): Buffer {
    const { source } = this;
    source.view ??= Buffer.from(source.bytes.buffer, source.bytes.byteOffset, source.bytes.length);
    return source.view;
  }

  /** An element with its tag and length; shares the memory of the source. */
  whole(node: DerNode): Uint8Array {
    return this.source.bytes.subarray(node.start, node.end);
  }
}

/** A cursor over all bytes. */
export function derCursor(bytes: Uint8Array): DerCursor {
  return new DerCursor({ bytes, failure: undefined, view: undefined }, 0, bytes.length);
}

/** Writes one element. */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const head = [tag];
  if (length < 0x80) head.push(length);
  else {
    const size: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) size.unshift(rest & 0xff);
    head.push(0x80 | size.length, ...size);
  }
  const out = new Uint8Array(head.length + length);
  out.set(head);
  let at = head.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Up to this many bytes a loop is faster than a call of Node's own code. */
const SHORT = 24;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal digits of bytes. */
export function hexOf(bytes: Uint8Array): string {
  if (bytes.length > SHORT) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** RFC 5280 allows 20 bytes. */
const SERIAL_BYTES = 64;

/**
 * A serial number in lower-case hexadecimal, two digits a byte, without leading zero bytes; a minus before a negative one.
 * Of one with more than 64 bytes only the start, and an ellipsis.
 */
export function serialOf(integer: Uint8Array): string {
  if (integer.length > SERIAL_BYTES) return `${hexOf(integer.subarray(0, SERIAL_BYTES))}…`;
  const hex = hexOf(integer);
  if (((integer[0] ?? 0) & 0x80) === 0) return hex.replace(/^(00)+(?=..)/, '');
  const magnitude = (-BigInt.asIntN(integer.length * 8, BigInt(`0x${hex}`))).toString(16);
  return `-${magnitude.length % 2 === 0 ? '' : '0'}${magnitude}`;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
