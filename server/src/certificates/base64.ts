/** Owns base64 as OpenSSL's EVP_DecodeUpdate and EVP_DecodeFinal (crypto/evp/encode.c) accept it. */
import type { Span } from '../text/span.ts';

export type Base64Fault = 'character' | 'padding' | 'length';

export type Base64Result =
  | {
      readonly kind: 'bytes';
      readonly bytes: Uint8Array /** Where a dash ended the data early. */;
      readonly dash: number;
    }
  | {
      readonly kind: 'fault';
      readonly fault: Base64Fault;
      readonly offset: number /** Same as above. */;
      readonly dash: number;
    };

const SKIP = 64;
const PAD = 65;
const DASH = 66;
const WRONG = 255;
const VALUES = table();

function table(): Uint8Array {
  const values = new Uint8Array(128).fill(WRONG);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i;
  for (const blank of '\t\n\r ') values[blank.charCodeAt(0)] = SKIP;
  values['='.charCodeAt(0)] = PAD;
  values['-'.charCodeAt(0)] = DASH;
  return values;
}

/**
 * Decodes the parts of `text` in `lines` (in order) as one base64 text. Blanks count for nothing; a dash ends the data,
 * whatever follows, where a group of four is complete. `dash` is its offset, or -1.
 */
export function decodeBase64(text: string, lines: readonly Span[]): Base64Result {
  let room = 0;
  for (const line of lines) room += line.end - line.start;
  const out = new Uint8Array(Math.ceil((room * 3) / 4));
  let length = 0;
  let group = 0;
  let filled = 0;
  let pads = 0;
  let last = lines[0]?.start ?? 0;
  for (const line of lines) {
    for (let at = line.start; at < line.end; at++) {
      const value = VALUES[text.charCodeAt(at)] ?? WRONG;
      if (value === SKIP) continue;
      if (value === WRONG) return fault('character', at, -1);
      if (value === DASH) {
        if (filled !== 0) return fault('length', at, at);
        return { kind: 'bytes', bytes: out.subarray(0, length), dash: at };
      }
      if (value === PAD ? pads === 2 : pads > 0) return fault('padding', at, -1);
      if (value === PAD) pads++;
      group = (group << 6) | (value === PAD ? 0 : value);
      last = at;
      if (++filled < 4) continue;
      out[length] = group >> 16;
      out[length + 1] = group >> 8;
      out[length + 2] = group;
      length += 3 - pads;
      group = 0;
      filled = 0;
    }
  }
  if (filled !== 0) return fault(pads > 0 ? 'padding' : 'length', last, -1);
  return { kind: 'bytes', bytes: out.subarray(0, length), dash: -1 };
}

function fault(kind: Base64Fault, offset: number, dash: number): Base64Result {
  return { kind: 'fault', fault: kind, offset, dash };
}
