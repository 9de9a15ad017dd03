/** Owns the door to the outside: everything the core knows of disk and clock comes through a Host. */

/** An absolute path with `/` between its parts (`/etc/nginx/nginx.conf`, `C:/nginx/nginx.conf`), without `.` and `..`. */
export type FileId = string;

export type ReadFailure = 'missing' | 'directory' | 'unreadable' | 'too-large' | 'outside';

export type ReadResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: ReadFailure; readonly detail: string };

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

/** What a program said of its version, or why it did not. */
export type VersionOutput =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly detail: string };

export interface FileStatus {
  /** Permission bits as of `chmod`; undefined on systems that have none (Windows). */
  readonly mode: number | undefined;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly size: number;
}

/** What the machine gives to the core. Implementations never throw. */
export interface Host {
  /** The bytes of a file; files over `limit` bytes are not read and answer `too-large`. */
  readFile(path: FileId, limit: number): ReadResult;
  /** The entries of a directory, links followed; undefined when it cannot be listed. */
  list(path: FileId): readonly DirectoryEntry[] | undefined;
  /** The path with all links followed; undefined when there is no such file. */
  realPath(path: FileId): FileId | undefined;
  /** Runs `program -V`: only for a program that the user, and no file of a workspace, has named. Absent where nothing is run. */
  versionOf?(program: FileId): Promise<VersionOutput>;
  /** The state of a file or folder, links followed; undefined when there is none. */
  status(path: FileId): FileStatus | undefined;
  /** The present moment in milliseconds since 1970, or the one that the user set. */
  now(): number;
}
