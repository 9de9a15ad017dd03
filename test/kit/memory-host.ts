/** Owns a machine in memory: files by absolute path, folders that follow from them, and a clock that stands still. */
import type { DirectoryEntry, FileId, Host } from '../../server/src/files/host.ts';

/** The usual day of tests. */
export const USUAL_NOW = Date.UTC(2026, 10, 23);

function entriesOf(paths: Iterable<FileId>, folder: FileId): DirectoryEntry[] | undefined {
  const before = folder === '/' ? '/' : `${folder}/`;
  const entries = new Map<string, DirectoryEntry>();
  for (const path of paths) {
    if (!path.startsWith(before)) continue;
    const [name = '', ...rest] = path.slice(before.length).split('/');
    entries.set(name, { name, kind: rest.length === 0 ? 'file' : 'directory' });
  }
  return entries.size === 0 ? undefined : [...entries.values()];
}

/** Texts and bytes by absolute path; the record may be changed while the host is in use. */
export function memoryHost(files: Record<FileId, string | Uint8Array>, now: number = USUAL_NOW): Host {
  const list = (folder: FileId) => entriesOf(Object.keys(files), folder);
  return {
    readFile(path, limit) {
      const content = files[path];
      if (content === undefined) {
        return list(path) === undefined
          ? { ok: false, reason: 'missing', detail: 'no such file' }
          : { ok: false, reason: 'directory', detail: 'is a folder' };
      }
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return bytes.length > limit ? { ok: false, reason: 'too-large', detail: 'is too large' } : { ok: true, bytes };
    },
    list,
    realPath: (path) => (path in files ? path : undefined),
    now: () => now,
  };
}
