/** Owns a Host whose files are in memory. */
import type { Host } from '../../server/src/files/host.ts';

/** A host with these files; a value `undefined` is a file that cannot be read. The map may be changed at any time. */
export function memoryHost(files: Map<string, string | undefined>): Host {
  return {
    readFile(path) {
      const text = files.get(path);
      if (text !== undefined) return { ok: true, bytes: new TextEncoder().encode(text) };
      if (files.has(path)) return { ok: false, reason: 'unreadable', detail: 'permission denied' };
      return { ok: false, reason: 'missing', detail: 'no such file' };
    },
    list: () => undefined,
    realPath: (path) => (files.has(path) ? path : undefined),
    now: () => 0,
  };
}
