/** Owns where a path of a configuration lies on this machine: prefix, path map, workspace, disk. */
import type { FileId } from '../../files/host.ts';
import { basename, dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Dependencies } from '../../files/store.ts';
import { type Fact, known, unknown } from '../../model/origin.ts';
import type { Environment } from '../language.ts';

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

export interface PathContext {
  readonly environment: Environment;
  readonly prefix: FileId;
  readonly role: 'root' | 'fragment';
  readonly dependencies: Dependencies;
  /** What `locate` has answered in this reading of the project: many servers name the same files. */
  readonly located: Map<string, Fact<FileId>>;
}

/** A place where a path may lie; `sure` when, if it is not there, it is nowhere. */
interface Candidate {
  readonly path: FileId;
  readonly sure: boolean;
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
  let found = context.located.get(path);
  if (found === undefined) {
    found = search(path, context);
    context.located.set(path, found);
  }
  return found;
}

function search(path: string, context: PathContext): Fact<FileId> {
  const origin = { kind: 'default' as const, versions: 'this workspace', source: 'the path as written' };
  const options = candidates(path, context);
  for (const { path: at } of options) {
    if (context.environment.files.open(at, context.dependencies).ok) return known(at, origin);
  }
  const sure = options.find((option) => option.sure);
  if (sure !== undefined) return known(sure.path, origin);
  return unknown(
    `\`${path}\` is not in the workspace and not on this machine; \`pathMap\` in wsslint.json can say where it is`,
  );
}

/** The places where the files of an `include` may lie, best first. */
export function includeCandidates(path: string, context: PathContext): readonly Candidate[] {
  return candidates(path, context);
}
