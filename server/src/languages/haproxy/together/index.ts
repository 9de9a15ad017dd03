/** Owns which files HAProxy reads as one configuration (several `-f`, and folders): by the settings, or by how it is started. */
import type { FileId } from '../../../files/host.ts';
import { dirname, isAbsolute, isInside, join } from '../../../files/paths.ts';
import type { Neighbourhood, Together } from '../../language.ts';
import { type Told, toldNear } from './evidence.ts';

/** Files and folders in the order in which they are named, and whether there may be more. */
interface Named {
  readonly paths: readonly FileId[];
  readonly open: boolean;
}

interface Group {
  readonly files: readonly FileId[];
  readonly whole: boolean;
}

/** What HAProxy takes of a folder (src/haproxy.c, cfgfiles_expand_directories), in the order of the bytes of the names. */
const isTaken = (name: string): boolean => /^[^.].*\.cfg$/.test(name);

function namesIn(folder: FileId, { files, dependencies }: Neighbourhood): string[] | undefined {
  return files
    .list(folder, dependencies)
    ?.filter(({ kind }) => kind === 'file')
    .map(({ name }) => name);
}

/** The files that a path stands for; undefined where nothing is there. */
function expanded(path: FileId, neighbourhood: Neighbourhood): readonly FileId[] | undefined {
  const at = path.replace(/(?<=.)\/+$/, '');
  if (namesIn(dirname(at), neighbourhood)?.includes(at.slice(at.lastIndexOf('/') + 1)) === true) return [at];
  return namesIn(at, neighbourhood)
    ?.filter(isTaken)
    .sort()
    .map((name) => join(at, name));
}

function groupOf({ paths, open }: Named, neighbourhood: Neighbourhood): Group {
  const parts = paths.map((path) => expanded(path, neighbourhood));
  const files = [...new Set(parts.flatMap((part) => part ?? []))];
  return { files, whole: !open && parts.every((part) => part !== undefined) };
}

/** Whether a path stands for a file: it is the file, or the folder that it is in. */
const standsFor = (named: FileId, path: FileId): boolean =>
  named === path || (dirname(path) === named && isTaken(path.slice(named.length + 1)));

/** A path of a start as the same file, or the settings, say where it is here. */
function placed(path: string, { folder, mounts }: Told, { pathMap }: Neighbourhood): FileId | undefined {
  if (!isAbsolute(path)) return join(folder, path);
  const full = join('/', path);
  const by = [
    ...pathMap,
    ...mounts.map(({ from, to }) => ({ from, to: join(folder, to) })).sort((a, b) => b.from.length - a.from.length),
  ].find(({ from }) => isInside(from.replace(/(?<=.)\/+$/, ''), full));
  return by === undefined ? undefined : join(by.to, `.${full.slice(by.from.replace(/\/+$/, '').length)}`);
}

/** The folder that all paths are in. */
function commonFolder(paths: readonly FileId[]): FileId {
  let folder = dirname(paths[0] ?? '/');
  while (!paths.every((path) => isInside(folder, path) && path !== folder)) folder = dirname(folder);
  return folder;
}

/** The paths of a start below the folder in which a file lies as one of them does on the running machine. */
function laidOut(paths: readonly string[], path: FileId): FileId[] | undefined {
  const full = paths.map((one) => join('/', one));
  const base = commonFolder(full);
  for (const one of full) {
    const rest = one.slice(base === '/' ? 0 : base.length);
    const at = [path, dirname(path)].find((candidate) => candidate.endsWith(rest));
    if (at === undefined || (at !== path && !standsFor(at, path))) continue;
    const here = at.slice(0, at.length - rest.length);
    return full.map((other) => join(here === '' ? '/' : here, `.${other.slice(base === '/' ? 0 : base.length)}`));
  }
  return undefined;
}

/** What a start names, as seen from a file that it reads; undefined where that is not among it. */
function namedBy(told: Told, path: FileId, neighbourhood: Neighbourhood): Named | undefined {
  const { paths, open } = told;
  const direct = paths.map((one) => placed(one, told, neighbourhood) ?? (isAbsolute(one) ? join('/', one) : undefined));
  if (direct.some((one) => one !== undefined && standsFor(one, path)))
    return { paths: direct.map((one, i) => one ?? paths[i] ?? ''), open };
  const here = laidOut(paths, path);
  return here === undefined ? undefined : { paths: here, open };
}

/** More than one file, or a folder, whose files may become more. */
const isSeveral = ({ paths }: Named, { files }: Group): boolean => files.length > 1 || !files.includes(paths[0] ?? '');

const includes = (outer: Group, inner: Group): boolean => inner.files.every((file) => outer.files.includes(file));

/** The groups that no other one includes, each with the first file that is in no other one. */
function distinct(groups: readonly Group[], isElsewhere: (file: FileId, group: Group) => boolean): Together[] {
  const kept: Group[] = [];
  for (const group of groups) {
    if (kept.some((other) => includes(other, group))) continue;
    kept.splice(0, kept.length, ...kept.filter((other) => !includes(group, other)), group);
  }
  return kept.flatMap((group): Together[] => {
    const root = group.files.find((file) => !isElsewhere(file, group)) ?? group.files[0];
    return root === undefined ? [] : [{ root, ...group }];
  });
}

/** Whether other configurations lie near a file; without any, no start names several. */
const hasNeighbours = (path: FileId, neighbourhood: Neighbourhood): boolean => {
  const folder = dirname(path);
  const entries = neighbourhood.files.list(folder, neighbourhood.dependencies) ?? [];
  const others = (at: FileId) => namesIn(at, neighbourhood)?.some((name) => isTaken(name) && join(at, name) !== path);
  const below = entries.filter(({ kind, name }) => kind === 'directory' && !name.startsWith('.')).slice(0, 50);
  return [folder, dirname(folder), ...below.map(({ name }) => join(folder, name))].some((at) => others(at) === true);
};

/** The configurations of several files that a file is part of. What the settings say goes before what is found. */
export function together(path: FileId, neighbourhood: Neighbourhood): Together[] {
  const { roots } = neighbourhood;
  const set = roots.map((paths) => ({ paths, open: false }));
  const ofSettings = (at: FileId) =>
    set.filter(({ paths }) => paths.some((one) => standsFor(one, at))).map((named) => groupOf(named, neighbourhood));
  const bySettings = set.flatMap((named) => {
    const group = groupOf(named, neighbourhood);
    return group.files.includes(path) && isSeveral(named, group) ? [group] : [];
  });
  if (bySettings.length > 0)
    return distinct(bySettings, (file, group) => ofSettings(file).some((other) => !includes(group, other)));
  if (!hasNeighbours(path, neighbourhood)) return [];
  const told = toldNear(path, neighbourhood);
  const groupsOf = (at: FileId): Group[] =>
    told.flatMap((one) => {
      const named = namedBy(one, at, neighbourhood);
      const group = named === undefined ? undefined : groupOf(named, neighbourhood);
      return named !== undefined && group?.files.includes(at) === true && isSeveral(named, group) ? [group] : [];
    });
  return distinct(groupsOf(path), (file, group) => groupsOf(file).some((other) => !includes(group, other)));
}
