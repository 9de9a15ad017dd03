/** Owns the door through which the command line changes files. */
import type { FileId } from '../files/host.ts';

export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** Replaces files on disk. Implementations never throw. */
export interface Writer {
  /**
   * Replaces the content of an existing file at once or not at all, keeping its mode and owner; a symbolic link stays
   * and its target is replaced. A file whose content is no longer `before` is left alone.
   */
  replace(path: FileId, before: Uint8Array, after: Uint8Array): WriteResult;
}
