/** Owns what the paths on the command line stand for: files as given, and the known files below folders. */
import type { Engine } from '../analysis/engine-types.ts';
import { isSettingsFile } from '../config/find.ts';
import type { FileId, Host, ReadResult } from '../files/host.ts';
import { dirname, join } from '../files/paths.ts';
import { FILE_LIMIT, type FileStore, noDependencies } from '../files/store.ts';
import type { Target } from '../model/target.ts';
import { workspaceFiles } from '../service/workspace-files.ts';
import type { Core, Surroundings } from './core.ts';

/** A path that could not be used, and why. */
export interface Trouble {
  readonly path: FileId;
  readonly detail: string;
}

type Claims = Core['claims'];

/** The host at another moment, where one is given (milliseconds since 1970). */
export function atMoment(host: Host, now: number | undefined): Host {
  return now === undefined ? host : { ...host, now: () => now };
}

/** What the paths stand for, with an engine for it. */
export type Found =
  /** Nothing is done: a path that was given cannot be used. */
  | { readonly kind: 'unusable'; readonly troubles: readonly Trouble[] }
  | {
      readonly kind: 'files';
      readonly engine: Engine;
      /** Each once, sorted. */
      readonly files: readonly FileId[];
      readonly workspaces: readonly FileId[];
      /** Folders that could not be read, or not to their end. */
      readonly troubles: readonly Trouble[];
    };

/** The files that paths, as the user wrote them, stand for. */
export async function findFiles(
  paths: readonly string[],
  core: Core,
  { cwd, withSlashes, host }: Pick<Surroundings, 'cwd' | 'withSlashes' | 'host'>,
  local?: Target,
): Promise<Found> {
  const given = sortPaths(
    paths.map((path) => join(cwd, withSlashes(path))),
    host,
  );
  const engine = core.createEngine(handedOn(given.read, host), given.workspaces, local);
  const unusable = [...given.unreadable, ...(await unknownFiles(given.files, core.claims, engine.files))];
  if (unusable.length > 0) return { kind: 'unusable', troubles: unusable };
  const { files, troubles } = searchFolders(given.folders, host, core.claims, engine.files);
  const all = [...new Set([...given.files, ...files])].sort();
  return { kind: 'files', engine, files: all, workspaces: given.workspaces, troubles };
}

/** The paths of the command line, looked at. */
interface Sorted {
  readonly files: readonly FileId[];
  readonly folders: readonly FileId[];
  /** The folders, and those of the files. */
  readonly workspaces: readonly FileId[];
  readonly unreadable: readonly Trouble[];
  /** What was read of the files. */
  readonly read: Map<FileId, ReadResult>;
}

/** The host, which does not read again what was read a moment ago. */
function handedOn(read: Map<FileId, ReadResult>, host: Host): Host {
  return {
    ...host,
    readFile(path, limit) {
      const known = read.get(path);
      read.delete(path);
      return known ?? host.readFile(path, limit);
    },
  };
}

/** Tells files from folders. */
function sortPaths(paths: readonly FileId[], host: Host): Sorted {
  const files: FileId[] = [];
  const folders: FileId[] = [];
  const unreadable: Trouble[] = [];
  const all = new Map<FileId, ReadResult>();
  for (const path of paths) {
    const read = host.readFile(path, FILE_LIMIT);
    if (read.ok) {
      files.push(path);
      all.set(path, read);
    } else if (read.reason === 'directory') folders.push(path);
    else unreadable.push({ path, detail: read.detail });
  }
  const workspaces = [...new Set([...folders, ...files.map(dirname)])].sort();
  return { files, folders, workspaces, unreadable, read: all };
}

export interface Searched {
  readonly files: readonly FileId[];
  /** Folders that could not be read, or not to their end. */
  readonly troubles: readonly Trouble[];
}

/** The files below folders that a language (`claims`) or the settings know. */
export function searchFolders(folders: readonly FileId[], host: Host, claims: Claims, store: FileStore): Searched {
  const files: FileId[] = [];
  const troubles: Trouble[] = [];
  const listing: Host = {
    ...host,
    list(path) {
      const entries = host.list(path);
      if (entries === undefined) troubles.push({ path, detail: 'the folder cannot be listed' });
      return entries;
    },
  };
  const wanted = (file: FileId) => isSettingsFile(file) || claims(file, () => textOf(file, store));
  for (const step of workspaceFiles(listing, folders, wanted, () => true)) {
    if (step.kind === 'file') files.push(step.file);
    if (step.kind === 'limit') troubles.push({ path: step.folder, detail: 'too many files: the search ends here' });
  }
  return { files, troubles };
}

/** The named files that neither their names nor their texts make known. */
export async function unknownFiles(
  files: readonly FileId[],
  claims: Claims,
  store: FileStore,
): Promise<readonly Trouble[]> {
  const unclaimed = files.filter((file) => !isSettingsFile(file) && !claims(file, () => textOf(file, store)));
  if (unclaimed.length === 0) return [];
  const { readsAsKnown } = await import('./unknown.ts');
  const unknown = unclaimed.filter((file) => !readsAsKnown(textOf(file, store)));
  return unknown.map((path) => ({ path, detail: 'this is no file that wsslint knows' }));
}

/** The text of a file; empty where there is none to read. */
function textOf(file: FileId, store: FileStore): string {
  const opened = store.open(file, noDependencies());
  return opened.ok && !opened.file.binary ? opened.file.text : '';
}
