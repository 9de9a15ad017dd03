/** Owns a machine in memory: files by absolute path, folders that follow from them, and a clock that stands still. */
import type { DirectoryEntry, FileId, Host } from '../../server/src/files/host.ts';

/** The usual day of tests. */
export const USUAL_NOW = Date.UTC(2026, 10, 23);

/** Texts or bytes; `undefined` is a file that cannot be read. */
type Content = string | Uint8Array | undefined;
type Files = Readonly<Record<FileId, Content>> | ReadonlyMap<FileId, Content>;

function entriesOf(paths: Iterable<FileId>, folder: FileId): DirectoryEntry[] | undefined {
  const before = folder === '/' ? '/' : `${folder}/`;
  const entries = new Map<string, DirectoryEntry>();
  for (const path of paths) {
    if (!path.startsWith(before)) continue;
    const [name = '', ...rest] = path.slice(before.length).split('/');
    entries.set(name, { name, kind: rest.length === 0 ? 'file' : 'directory' });
  }
  const sorted = [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.length === 0 ? undefined : sorted;
}

/** A host with these files; the record or map may be changed while it is in use. Only files of `modes` have permission bits. */
export function memoryHost(
  files: Files,
  now: number = USUAL_NOW,
  modes: ReadonlyMap<FileId, number> = new Map(),
): Host {
  const all = () => (files instanceof Map ? files : new Map(Object.entries(files))) as ReadonlyMap<FileId, Content>;
  const list = (folder: FileId) => entriesOf(all().keys(), folder);
  return {
    readFile(path, limit) {
      const content = all().get(path);
      if (content === undefined) {
        if (all().has(path)) return { ok: false, reason: 'unreadable', detail: 'permission denied' };
        return list(path) === undefined
          ? { ok: false, reason: 'missing', detail: 'no such file' }
          : { ok: false, reason: 'directory', detail: 'is a folder' };
      }
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return bytes.length > limit ? { ok: false, reason: 'too-large', detail: 'is too large' } : { ok: true, bytes };
    },
    list,
    realPath: (path) => (all().has(path) || list(path) !== undefined ? path : undefined),
    status(path) {
      const content = all().get(path);
      if (content === undefined && list(path) === undefined) return undefined;
      const mode = modes.get(path) ?? (content === undefined && modes.size > 0 ? 0o755 : undefined);
      return { mode, modified: now, size: content?.length ?? 0 };
    },
    now: () => now,
  };
}
