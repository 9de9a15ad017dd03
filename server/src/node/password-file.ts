/** Owns reading a file of passwords, which may be a pipe: `--password-file <(pass show shop)`. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { ReadResult } from '../files/host.ts';
import { explain } from './host.ts';

/** Bytes. */
const LIMIT = 65_536;

export function readPasswordFile(path: string): ReadResult {
  const bytes = new Uint8Array(LIMIT + 1);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let count = -1; count !== 0 && length < bytes.length; length += count)
        count = readSync(file, bytes, length, bytes.length - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return explain(error);
  }
  if (length > LIMIT) return { ok: false, reason: 'too-large', detail: `is larger than ${LIMIT} bytes` };
  return { ok: true, bytes: bytes.subarray(0, length) };
}
