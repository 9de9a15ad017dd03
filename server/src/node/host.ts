/** Owns the Host over Node's file system: synchronous, never throwing, with `/` between the parts of a path. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';
import type { DirectoryEntry, FileId, FileStatus, Host, ReadFailure, ReadResult } from '../files/host.ts';
import { codeOf } from './error-code.ts';

/** The path with `/` between its parts; `separator` is the system's own. */
export function withSlashes(path: string, separator: string = sep): FileId {
  return separator === '\\' ? path.replaceAll('\\', '/') : path;
}

export function nodeHost(): Host {
  return {
    readFile,
    list,
    realPath,
    status,
    versionOf: (program) => import('./version-of.ts').then((one) => one.versionOf(program)),
    now: () => Date.now(),
  };
}

function readFile(path: FileId, limit: number): ReadResult {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return failure('directory', 'is a folder');
    // Opening a pipe would wait for a writer, and a device may have no end.
    if (!stats.isFile()) return failure('unreadable', 'is no regular file');
    if (stats.size > limit) return tooLarge(stats.size, limit);
    const bytes = readFileSync(path);
    return bytes.length > limit ? tooLarge(bytes.length, limit) : { ok: true, bytes };
  } catch (error) {
    return explain(error);
  }
}

function failure(reason: ReadFailure, detail: string): ReadResult {
  return { ok: false, reason, detail };
}

function tooLarge(size: number, limit: number): ReadResult {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MB`;
  return failure('too-large', `is too large: ${megabytes(size)}, where ${megabytes(limit)} is the limit`);
}

/** What a failed call says about a file. */
export function explain(error: unknown): ReadResult {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return failure('missing', 'no such file');
    case 'EISDIR':
      return failure('directory', 'is a folder');
    case 'EACCES':
    case 'EPERM':
      return failure('unreadable', 'permission denied');
    case 'ELOOP':
      return failure('unreadable', 'its symbolic links go in a circle');
    case 'ENAMETOOLONG':
      return failure('missing', 'no file can have so long a name');
    case 'ERR_INVALID_ARG_VALUE':
      return failure('missing', 'no file can have such a name');
    default:
      return failure('unreadable', `cannot be read (${codeOf(error)})`);
  }
}

function list(path: FileId): readonly DirectoryEntry[] | undefined {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    // The order of the system is not the same everywhere.
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.map((entry) => ({
      name: entry.name,
      kind: kindOf(entry.isSymbolicLink() ? followed(`${path}/${entry.name}`) : entry),
    }));
  } catch {
    return undefined;
  }
}

interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
}

function kindOf(entry: Kind | undefined): DirectoryEntry['kind'] {
  if (entry?.isFile()) return 'file';
  return entry?.isDirectory() ? 'directory' : 'other';
}

function followed(path: FileId): Kind | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function realPath(path: FileId): FileId | undefined {
  try {
    return withSlashes(realpathSync.native(path));
  } catch {
    return undefined;
  }
}

function status(path: FileId): FileStatus | undefined {
  try {
    const { mode, mtimeMs, size } = statSync(path);
    return { mode: process.platform === 'win32' ? undefined : mode & 0o7777, modified: mtimeMs, size };
  } catch {
    return undefined;
  }
}
