/** Owns path arithmetic on file ids; pure, the same on every platform. */
import type { FileId } from './host.ts';

/** Whether a path is absolute: `/x`, or `C:/x` on Windows. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:\//.test(path);
}

/** Removes `.` and `..` and doubled slashes; backslashes are left alone, they are legal in names. */
export function normalize(path: string): FileId {
  const root = /^[A-Za-z]:\//.exec(path)?.[0] ?? (path.startsWith('/') ? '/' : '');
  const out: string[] = [];
  for (const part of path.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && out.length > 0 && out[out.length - 1] !== '..') out.pop();
    else if (part !== '..' || root === '') out.push(part);
  }
  return root + out.join('/');
}

export function join(directory: FileId, path: string): FileId {
  return normalize(isAbsolute(path) ? path : `${directory}/${path}`);
}

export function dirname(path: FileId): FileId {
  const at = path.lastIndexOf('/');
  if (at < 0) return '.';
  if (at === 0) return '/';
  return path[at - 1] === ':' ? path.slice(0, at + 1) : path.slice(0, at);
}

export function basename(path: FileId): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `directory` itself or lies below it. */
export function isInside(directory: FileId, path: FileId): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

/** `path` as seen from `directory`, with `..` where needed. */
export function relative(directory: FileId, path: FileId): string {
  const from = directory.split('/').filter(Boolean);
  const to = path.split('/').filter(Boolean);
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared++;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/') || '.';
}
