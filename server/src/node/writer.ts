/** Owns replacing a file on disk: whole or not at all. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Writer } from '../cli/writer.ts';
import { codeOf } from './error-code.ts';

export const nodeWriter: Writer = {
  replace(path, before, after) {
    try {
      const target = realpathSync.native(path);
      const stats = statSync(target);
      const temporary = join(dirname(target), `.${basename(target)}.wsslint-${randomBytes(6).toString('hex')}`);
      try {
        const refusal = fill(temporary, after, stats);
        if (refusal !== undefined) return { ok: false, detail: refusal };
        if (!readFileSync(target).equals(before)) {
          return { ok: false, detail: 'it was changed by someone else in the meantime' };
        }
        renameSync(temporary, target);
        return { ok: true };
      } finally {
        rmSync(temporary, { force: true });
      }
    } catch (error) {
      return { ok: false, detail: `the system refuses (${codeOf(error)})` };
    }
  },
};

/** Writes the new content with the mode and the owner of the old file; answers why that is not possible. */
function fill(temporary: string, content: Uint8Array, like: Stats): string | undefined {
  const file = openSync(temporary, 'wx', 0o600);
  try {
    const own = fstatSync(file);
    if (own.uid !== like.uid || own.gid !== like.gid) {
      try {
        fchownSync(file, like.uid, like.gid);
      } catch {
        return 'its owner could not be kept';
      }
    }
    fchmodSync(file, like.mode & 0o7777);
    writeFileSync(file, content);
    fsyncSync(file);
    return undefined;
  } finally {
    closeSync(file);
  }
}
