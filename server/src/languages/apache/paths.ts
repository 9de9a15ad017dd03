/** Owns where a path of a configuration lies on this machine: `ServerRoot`, path map, workspace, disk. */
import type { FileId } from '../../files/host.ts';
import { basename, dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Fact } from '../../model/origin.ts';
import { type Candidate, locateAmong, type Places } from '../locate.ts';

/** Folders that packages of Apache are built for (`HTTPD_ROOT`); a workspace's copy stands for the one in them. */
const USUAL_ROOTS = [
  '/etc/apache2',
  '/etc/httpd',
  '/usr/local/apache2',
  '/usr/local/etc/apache24',
  '/usr/local/etc/httpd',
  '/opt/homebrew/etc/httpd',
  '/srv/www',
];

/** Folders that hold parts of a configuration, one below the server's root. */
const PART_FOLDERS =
  /^(conf(-(available|enabled))?|conf\.d|conf\.modules\.d|sites-(available|enabled)|mods-(available|enabled)|vhosts?(\.d)?|extra|original|modules\.d|includes?)$/;

export interface PathContext extends Places {
  readonly role: 'root' | 'fragment';
  /** The folders that may be the server's root here, best first. */
  readonly roots: readonly FileId[];
  /** What `ServerRoot` says, if it does. */
  readonly serverRoot: string | undefined;
}

/** The folders that may be the server's root, from where the project's first file lies. */
export function rootFolders(root: FileId, role: 'root' | 'fragment', serverRoot: string | undefined): FileId[] {
  const folder = dirname(root);
  const above = PART_FOLDERS.test(basename(folder)) ? dirname(folder) : undefined;
  // `conf/extra` below the root, as the source's own layout has it.
  const twice = above !== undefined && basename(above) === 'conf' ? dirname(above) : undefined;
  const named = serverRoot === undefined ? undefined : basename(serverRoot.replace(/\/+$/, ''));
  const all = [twice, above, folder].filter((one) => one !== undefined);
  const same = all.find((one) => basename(one) === named);
  return role === 'root' && same !== undefined ? [same] : all;
}

function candidates(path: string, context: PathContext): Candidate[] {
  const { environment, role, roots, serverRoot } = context;
  if (!isAbsolute(path)) {
    const [only, ...more] = roots;
    const sure = role === 'root' && more.length === 0 && only !== undefined;
    const out: Candidate[] = roots.map((root) => ({ path: join(root, path), sure }));
    if (serverRoot !== undefined && isAbsolute(serverRoot)) out.push(...candidates(join(serverRoot, path), context));
    return out;
  }
  for (const { from, to } of environment.pathMap) {
    const bare = from.replace(/\/+$/, '') || '/';
    if (isInside(bare, path)) return [{ path: join(to, `.${path.slice(bare === '/' ? 0 : bare.length)}`), sure: true }];
  }
  const out: Candidate[] = [];
  for (const usual of serverRoot === undefined ? USUAL_ROOTS : [serverRoot, ...USUAL_ROOTS]) {
    if (!isAbsolute(usual) || !isInside(usual, path)) continue;
    for (const root of roots)
      if (!isInside(usual, root)) out.push({ path: join(root, `.${path.slice(usual.length)}`), sure: false });
  }
  out.push({
    path: join('/', path),
    sure:
      roots.some((root) => role === 'root' && isInside(root, path)) ||
      environment.workspaces.some((folder) => isInside(folder, path)),
  });
  return out;
}

/** The file a path names. Known and missing means: it is certainly not there. */
export function locate(path: string, context: PathContext): Fact<FileId> {
  return locateAmong(path, () => candidates(path, context), context);
}

/** The places where the files of an `Include` may lie, best first. */
export function includeCandidates(path: string, context: PathContext): readonly Candidate[] {
  return candidates(path, context);
}
