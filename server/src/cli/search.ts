/** Owns what the paths on the command line stand for: files as given, and the known files below folders. */

import { isSettingsFile } from '../config/find.ts';
import type { FileId, Host } from '../files/host.ts';
import { dirname } from '../files/paths.ts';
import { FILE_LIMIT, type FileStore, noDependencies } from '../files/store.ts';
import type { Language } from '../languages/language.ts';
import { workspaceFiles } from '../service/workspace-files.ts';

export interface Searched {
  /** Files that were named, in the order of the arguments. */
  readonly named: readonly FileId[];
  /** All files to lint, each once, sorted. */
  readonly files: readonly FileId[];
  /** The named folders, and the folders of the named files. */
  readonly workspaces: readonly FileId[];
  /** What could not be read, in words. */
  readonly unreadable: readonly { readonly path: FileId; readonly detail: string }[];
  /** Folders where the search gave up. */
  readonly cut: readonly FileId[];
}

/** Looks at the paths and searches the folders among them. */
export function search(
  paths: readonly FileId[],
  host: Host,
  languages: readonly Language[],
  store: FileStore,
): Searched {
  const named: FileId[] = [];
  const folders: FileId[] = [];
  const unreadable: { path: FileId; detail: string }[] = [];
  for (const path of paths) {
    const read = host.readFile(path, FILE_LIMIT);
    if (read.ok) named.push(path);
    else if (read.reason === 'directory') folders.push(path);
    else unreadable.push({ path, detail: read.detail });
  }
  const listing: Host = {
    ...host,
    list(path) {
      const entries = host.list(path);
      if (entries === undefined) unreadable.push({ path, detail: 'the folder cannot be listed' });
      return entries;
    },
  };
  const wanted = (file: FileId) => isKnown(file, languages, store);
  const files = new Set(named);
  const cut: FileId[] = [];
  for (const step of workspaceFiles(listing, folders, wanted, () => true)) {
    if (step.kind === 'file') files.add(step.file);
    if (step.kind === 'limit') cut.push(step.folder);
  }
  return {
    named,
    files: [...files].sort(),
    workspaces: [...new Set([...folders, ...named.map(dirname)])].sort(),
    unreadable,
    cut,
  };
}

function isKnown(file: FileId, languages: readonly Language[], store: FileStore): boolean {
  const text = () => {
    const opened = store.open(file, noDependencies());
    return opened.ok && !opened.file.binary ? opened.file.text : '';
  };
  return isSettingsFile(file) || languages.some((language) => language.claim(file, text) !== undefined);
}
