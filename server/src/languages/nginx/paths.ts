/** Owns where a path of a configuration lies on this machine: prefix, path map, workspace, disk. */
import type { FileId } from '../../files/host.ts';
import { basename, dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Fact } from '../../model/origin.ts';
import { type Candidate, locateAmong, type Places } from '../locate.ts';

/** Folders that packages of nginx are built for; a workspace's `nginx.conf` stands for the one in them. */
const USUAL_PREFIXES = [
  '/etc/nginx',
  '/usr/local/nginx/conf',
  '/usr/local/etc/nginx',
  '/opt/homebrew/etc/nginx',
  '/config/nginx',
];

/** Folders that hold parts of a configuration, one below its prefix. */
const PART_FOLDERS =
  /^(conf\.d|http\.d|stream\.d|sites-(available|enabled)|streams-(available|enabled)|snippets|includes?|vhosts?(\.d)?|servers?|upstreams?|locations?|ssl|proxy-confs|site-confs|default\.d|modules-enabled)$/;

/** The folder that relative paths start from: that of the root file; above a part's usual folder for a fragment. */
export function prefixOf(root: FileId, role: 'root' | 'fragment'): FileId {
  const folder = dirname(root);
  return role === 'fragment' && PART_FOLDERS.test(basename(folder)) ? dirname(folder) : folder;
}

export interface PathContext extends Places {
  readonly prefix: FileId;
  readonly role: 'root' | 'fragment';
}

function candidates(path: string, context: PathContext): Candidate[] {
  const { environment, prefix, role } = context;
  if (!isAbsolute(path)) {
    const at = join(prefix, path);
    return [{ path: at, sure: role === 'root' }];
  }
  for (const { from, to } of environment.pathMap) {
    const bare = from.replace(/\/+$/, '') || '/';
    if (isInside(bare, path)) return [{ path: join(to, `.${path.slice(bare === '/' ? 0 : bare.length)}`), sure: true }];
  }
  const out: Candidate[] = [];
  for (const usual of USUAL_PREFIXES) {
    if (isInside(usual, path) && !isInside(usual, prefix))
      out.push({ path: join(prefix, `.${path.slice(usual.length)}`), sure: false });
  }
  out.push({
    path: join('/', path),
    sure: isInside(prefix, path) || environment.workspaces.some((folder) => isInside(folder, path)),
  });
  return out;
}

/** The file a path names. Known and missing means: it is certainly not there. */
export function locate(path: string, context: PathContext): Fact<FileId> {
  return locateAmong(path, () => candidates(path, context), context);
}

/** The places where the files of an `include` may lie, best first. */
export function includeCandidates(path: string, context: PathContext): readonly Candidate[] {
  return candidates(path, context);
}
