/** Owns file patterns as glob(3) reads them, and fnmatch(3) with a leading period: `*`, `?` and `[…]` within one path part. */
import type { FileId } from './host.ts';
import { join, normalize } from './paths.ts';
import type { Dependencies, FileStore } from './store.ts';

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Compiles one path part; a leading `.` is matched only by a literal one, as glob(3) does by default. */
export function partMatcher(part: string): (name: string) => boolean {
  let source = '';
  for (let i = 0; i < part.length; i++) {
    const c = part[i] as string;
    if (c === '*') source += '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (c === '[') {
      const close = part.indexOf(']', part[i + 1] === '!' || part[i + 1] === '^' ? i + 3 : i + 2);
      if (close < 0) source += '\\[';
      else {
        const body = part.slice(i + 1, close).replace(/\\/g, '\\\\');
        source += `[${body.startsWith('!') ? `^${body.slice(1)}` : body}]`;
        i = close;
      }
    } else source += c.replace(/[.+^${}()|\]\\]/g, '\\$&');
  }
  let compiled: RegExp;
  try {
    compiled = new RegExp(`^${source}$`, 'u');
  } catch {
    return (name) => name === part;
  }
  return (name) => (!name.startsWith('.') || part.startsWith('.')) && compiled.test(name);
}

/** The files that a pattern matches, sorted by bytes as glob(3) sorts; undefined when its fixed folder does not exist. */
export function expandGlob(path: FileId, files: FileStore, dependencies: Dependencies): FileId[] | undefined {
  const parts = path.split('/');
  const firstPattern = parts.findIndex(isPattern);
  const base = normalize(parts.slice(0, firstPattern).join('/') || '/');
  if (files.list(base, dependencies) === undefined) return undefined;
  let found: FileId[] = [base];
  for (let i = firstPattern; i < parts.length; i++) {
    const part = parts[i] as string;
    const last = i === parts.length - 1;
    const next: FileId[] = [];
    for (const directory of found) {
      const matches = partMatcher(part);
      for (const entry of files.list(directory, dependencies) ?? []) {
        if (!matches(entry.name)) continue;
        if (last ? entry.kind !== 'directory' : entry.kind === 'directory') next.push(join(directory, entry.name));
      }
    }
    found = next;
  }
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
