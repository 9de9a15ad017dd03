/** Owns where a path of a configuration lies on this machine: `ServerRoot`, path map, workspace, disk. */
import type { FileId } from '../../files/host.ts';
import { basename, dirname, isAbsolute, isInside, join } from '../../files/paths.ts';
import type { Dependencies } from '../../files/store.ts';
import { type Fact, known, unknown } from '../../model/origin.ts';
import type { Environment } from '../language.ts';

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

/** A place where a path may lie; `sure` when, if it is not there, it is nowhere. */
interface Candidate {
  readonly path: FileId;
  readonly sure: boolean;
}

export interface PathContext {
  readonly environment: Environment;
  readonly dependencies: Dependencies;
  readonly role: 'root' | 'fragment';
  /** The folders that may be the server's root here, best first. */
  readonly roots: readonly FileId[];
  /** What `ServerRoot` says, if it does. */
  readonly serverRoot: string | undefined;
  readonly located: Map<string, Fact<FileId>>;
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

/** The places where the files of an `Include` may lie, best first. */
export function includeCandidates(path: string, context: PathContext): readonly Candidate[] {
  return candidates(path, context);
}
