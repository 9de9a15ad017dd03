/** Owns the reading of git's index, which lists the files that git tracks. */

const SIGNATURE = 0x44495243; // DIRC
const HEADER = 12;
/** Times, mode, ids and sizes of an entry, up to the object's name; then flags and the path. */
const BEFORE_OBJECT = 40;
const EXTENDED = 0x4000;
const LENGTH = 0xfff;

const utf8 = new TextDecoder();

/**
 * The paths in an index (versions 2 to 4) that a filter wants, relative to the work tree; undefined for what is no index.
 * `objectBytes` is 20, or 32 in a repository of SHA-256. Never throws.
 */
export function pathsInIndex(
  bytes: Uint8Array,
  wanted: (path: string) => boolean,
  objectBytes: 20 | 32 = 20,
): ReadonlySet<string> | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(4);
  if (view.getUint32(0) !== SIGNATURE || version < 2 || version > 4) return undefined;
  const found = new Set<string>();
  let before = new Uint8Array(0);
  let at = HEADER;
  for (let left = view.getUint32(8); left > 0; left--) {
    const start = at;
    at += BEFORE_OBJECT + objectBytes;
    if (at + 2 > bytes.length) return undefined;
    const flags = view.getUint16(at);
    at += (flags & EXTENDED) !== 0 && version > 2 ? 4 : 2;
    let kept = 0;
    if (version === 4) {
      const [drop, next] = readOffset(bytes, at);
      if (drop > before.length) return undefined;
      kept = before.length - drop;
      at = next;
    }
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    const path = version === 4 ? joined(before.subarray(0, kept), bytes.subarray(at, end)) : bytes.subarray(at, end);
    // The flags tell the length, too; where they do not, object ids have another size.
    if ((flags & LENGTH) !== Math.min(path.length, LENGTH)) return undefined;
    const text = utf8.decode(path);
    if (wanted(text)) found.add(text);
    before = path.slice();
    // Up to version 3, one to eight zeros fill an entry up to a multiple of eight bytes.
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
  }
  return found;
}

/** The variable-length number of version 4: as in git's packs, each further byte also adds one. */
function readOffset(bytes: Uint8Array, start: number): readonly [value: number, next: number] {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0 && at < bytes.length) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return [value, at];
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}
