/** Owns where files lie that tell how HAProxy is started: beside the configuration and above it, up to the project's folder. */
import { COMPOSE, DOCKERFILE } from '../../../files/containers.ts';
import type { FileId } from '../../../files/host.ts';
import { basename, dirname, isInside, join } from '../../../files/paths.ts';
import type { SourceFile } from '../../../files/store.ts';
import type { Neighbourhood } from '../../language.ts';
import { type Kind, type Start, startOfDefaults, startsIn } from './starts.ts';
import { assignments } from './words.ts';

/** A start with the folder that its relative paths count from. */
export interface Told extends Start {
  readonly folder: FileId;
}

/** Larger ones are no scripts or units. */
const LARGEST = 65_536;
/** Folders that are looked at in any case: of a single file, nobody says where its project begins. */
const NEAREST = 3;
/** Files of one folder that are read. */
const MOST = 100;
/** Folders beside which, or above which, people keep these files. */
const SUBFOLDERS = [
  'default',
  'sysconfig',
  'systemd',
  'systemd/system',
  'etc/default',
  'etc/sysconfig',
  'etc/systemd/system',
  'docker',
  'deploy',
  'scripts',
  'bin',
  '.github/workflows',
];
const ENVIRONMENT = /(?:^|\/)(?:default|sysconfig)\/haproxy$/;

function kindOf(path: FileId): Kind | undefined {
  const name = basename(path);
  if (/\.service$/.test(name) || /\.service\.d\/[^/]+\.conf$/.test(path)) return 'unit';
  if (DOCKERFILE.test(name)) return 'dockerfile';
  if (COMPOSE.test(name) || /\.ya?ml$/i.test(name)) return 'yaml';
  return /\.(?:sh|mk)$|^(?:GNU)?[Mm]akefile$|^Procfile$|^[Jj]ustfile$|^run$/.test(name) ? 'script' : undefined;
}

/** From a file's folder up to that of its repository, or else to the workspace's, or some folders. */
function foldersAbove(path: FileId, { files, workspaces, dependencies }: Neighbourhood): FileId[] {
  const all: FileId[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    all.push(folder);
    if (files.list(folder, dependencies)?.some(({ name }) => name === '.git') === true) return all;
    if (dirname(folder) === folder || folder === '.') break;
  }
  const end = all.findIndex((folder) => workspaces.includes(folder));
  const own = all.filter((folder, i) => i <= end || (i < NEAREST && dirname(folder) !== folder));
  return isInside('/etc', path) && !own.includes('/etc') ? [...own, '/etc'] : own;
}

/** The files of a folder that may tell; `only`: just those of a system, which has many others. */
function candidates(folder: FileId, { files, dependencies }: Neighbourhood, only?: RegExp): FileId[] {
  const out: FileId[] = [];
  for (const { name, kind } of files.list(folder, dependencies) ?? []) {
    const path = join(folder, name);
    if (kind === 'directory' && /haproxy.*\.service\.d$/.test(name))
      out.push(...candidates(path, { files, dependencies } as Neighbourhood));
    if (kind !== 'file' || (only !== undefined && !only.test(path))) continue;
    if (ENVIRONMENT.test(path) || kindOf(path) !== undefined) out.push(path);
  }
  return out.slice(0, MOST);
}

function nearby(folder: FileId, neighbourhood: Neighbourhood): FileId[] {
  if (folder === '/etc') {
    const places = [
      '/etc/default',
      '/etc/sysconfig',
      '/etc/systemd/system',
      '/usr/lib/systemd/system',
      '/lib/systemd/system',
    ];
    return places.flatMap((place) => candidates(place, neighbourhood, /\/haproxy(?:\.service)?$/));
  }
  const { files, dependencies } = neighbourhood;
  const there = new Set((files.list(folder, dependencies) ?? []).map(({ name }) => name));
  const below = SUBFOLDERS.filter((one) => there.has(one.split('/')[0] ?? '')).flatMap((one) =>
    candidates(join(folder, one), neighbourhood),
  );
  return [...candidates(folder, neighbourhood), ...below];
}

const read = new WeakMap<SourceFile, readonly Start[]>();

/** What the files around a configuration tell of how HAProxy is started, the nearest first. */
export function toldNear(path: FileId, neighbourhood: Neighbourhood): Told[] {
  const { files, dependencies } = neighbourhood;
  const found = foldersAbove(path, neighbourhood).flatMap((folder) => nearby(folder, neighbourhood));
  const opened = [...new Set(found)].flatMap((one) => {
    const result = files.open(one, dependencies);
    return result.ok && !result.file.binary && result.file.text.length <= LARGEST ? [result.file] : [];
  });
  const environment = opened.filter(({ id }) => ENVIRONMENT.test(id));
  const set = new Map(environment.flatMap(({ text }) => [...assignments(text)]));
  const units = opened.filter(({ id }) => kindOf(id) === 'unit');
  const startsOf = (file: SourceFile): readonly Start[] => {
    const kind = kindOf(file.id);
    // What a unit comes to depends on other files.
    if (kind === 'unit') return startsIn(kind, file.text, set);
    let starts = read.get(file);
    if (starts === undefined) {
      starts = kind === undefined ? [startOfDefaults(file.text) ?? []].flat() : startsIn(kind, file.text, new Map());
      read.set(file, starts);
    }
    return starts;
  };
  return opened
    .filter((file) => units.length === 0 || !environment.includes(file))
    .flatMap((file) => startsOf(file).map((start) => ({ ...start, folder: dirname(file.id) })));
}
