/** Owns what is known of files: their text once read, the unsaved text of open documents over it, and who asked for what. */
import { isAscii } from 'node:buffer';
import { type LineIndex, lineIndex } from '../text/lines.ts';
import { createExposure, type Exposure } from './exposure.ts';
import type { DirectoryEntry, FileId, Host, ReadFailure } from './host.ts';

/** One version of one file. A changed file is another object, so trees are cached by identity. */
export interface SourceFile {
  readonly id: FileId;
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly lines: LineIndex;
  /** Holds a NUL byte near its start: no text that a person wrote. */
  readonly binary: boolean;
  /** The offset of the first byte sequence that is not UTF-8, as U+FFFD in the text. */
  readonly invalidAt: number | undefined;
}

export type Opened =
  | { readonly ok: true; readonly file: SourceFile }
  | { readonly ok: false; readonly reason: ReadFailure; readonly detail: string };

/** What a project looked at; when one of these changes, it must be run again. */
export interface Dependencies {
  readonly files: Set<FileId>;
  readonly missing: Set<FileId>;
  readonly directories: Set<FileId>;
}

export function noDependencies(): Dependencies {
  return { files: new Set(), missing: new Set(), directories: new Set() };
}

/** Larger configuration files are named and left out: the largest ones that people run have some 10 MB. */
export const FILE_LIMIT = 24 * 1024 * 1024;

/** Reads files through the overlay and remembers them until they are invalidated. */
export interface FileStore {
  open(path: FileId, dependencies: Dependencies): Opened;
  list(path: FileId, dependencies: Dependencies): readonly DirectoryEntry[] | undefined;
  /** The path with its links followed, or the path itself where there is no such file. */
  real(path: FileId): FileId;
  /** Who can get at a file beside its owner, as the disk has it now or had it some seconds ago; git's index becomes a dependency. */
  exposure(path: FileId, dependencies: Dependencies): Exposure;
  /** Sets the unsaved text of an open document, or takes it away again. */
  overlay(path: FileId, text: string | undefined): void;
  isOpen(path: FileId): boolean;
  /** Forgets what was read below or at a path. */
  invalidate(path: FileId): void;
  now(): number;
}

const UNKNOWN: Exposure = { readableMode: undefined, tracked: false, index: undefined };

/** Milliseconds. Not every editor tells of a `chmod`, and asking the disk at each key that is typed takes long. */
const EXPOSURE_LASTS = 10_000;

/** Where files may be read: in an untrusted workspace nothing outside it. */
export type ReadPolicy = (path: FileId) => boolean;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of a file in UTF-8; nearly all are ASCII, which is read faster. */
function textOf(bytes: Uint8Array): string {
  return isAscii(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    : decoder.decode(bytes);
}

/** A class, because a workspace may have thousands of them: getters of plain objects cost memory each. */
class Source implements SourceFile {
  readonly id: FileId;
  readonly text: string;
  readonly binary: boolean;
  readonly #read: () => Uint8Array;
  #bytes: Uint8Array | undefined;
  #lines: LineIndex | undefined;
  #invalidAt: number | undefined;

  constructor(id: FileId, text: string, read: () => Uint8Array) {
    this.id = id;
    this.text = text;
    this.binary = text.slice(0, 65_536).includes('\u0000');
    this.#read = read;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#read();
    return this.#bytes;
  }

  get lines(): LineIndex {
    this.#lines ??= lineIndex(this.text);
    return this.#lines;
  }

  get invalidAt(): number | undefined {
    this.#invalidAt ??= this.text.indexOf('\uFFFD');
    return this.#invalidAt < 0 ? undefined : this.#invalidAt;
  }
}

export function createFileStore(host: Host, mayRead: ReadPolicy = () => true): FileStore {
  const read = new Map<FileId, Opened>();
  const lists = new Map<FileId, readonly DirectoryEntry[] | undefined>();
  const real = new Map<FileId, FileId>();
  const overlays = new Map<FileId, SourceFile>();

  const exposureOf = createExposure(host);
  const exposures = new Map<FileId, { readonly is: Exposure; readonly seen: number }>();
  const load = (path: FileId): Opened => {
    if (!mayRead(path) || !mayRead(host.realPath(path) ?? path)) {
      return { ok: false, reason: 'outside', detail: 'lies outside the workspace, which is not trusted' };
    }
    const result = host.readFile(path, FILE_LIMIT);
    if (!result.ok) return result;
    return { ok: true, file: new Source(path, textOf(result.bytes), () => result.bytes) };
  };

  return {
    open(path, dependencies) {
      dependencies.files.add(path);
      const overlay = overlays.get(path);
      if (overlay !== undefined) return { ok: true, file: overlay };
      let opened = read.get(path);
      if (opened === undefined) {
        opened = load(path);
        read.set(path, opened);
      }
      if (!opened.ok) dependencies.missing.add(path);
      return opened;
    },
    list(path, dependencies) {
      dependencies.directories.add(path);
      if (!lists.has(path)) lists.set(path, mayRead(path) ? host.list(path) : undefined);
      return lists.get(path);
    },
    real(path) {
      let target = real.get(path);
      if (target === undefined) {
        target = host.realPath(path) ?? path;
        real.set(path, target);
      }
      return target;
    },
    exposure(path, dependencies) {
      const now = host.now();
      let known = exposures.get(path);
      if (known === undefined || Math.abs(now - known.seen) > EXPOSURE_LASTS) {
        known = { is: mayRead(path) ? exposureOf(path) : UNKNOWN, seen: now };
        exposures.set(path, known);
      }
      if (known.is.index !== undefined) dependencies.files.add(known.is.index);
      return known.is;
    },
    overlay(path, text) {
      if (text === undefined) overlays.delete(path);
      else overlays.set(path, new Source(path, text, () => encoder.encode(text)));
    },
    isOpen: (path) => overlays.has(path),
    invalidate(path) {
      exposures.clear();
      const below = `${path}/`;
      for (const map of [read, lists, real] as Map<FileId, unknown>[]) {
        for (const key of map.keys()) if (key === path || key.startsWith(below)) map.delete(key);
      }
      lists.delete(path.slice(0, Math.max(1, path.lastIndexOf('/'))));
    },
    now: () => host.now(),
  };
}
