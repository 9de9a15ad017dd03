/** Owns `.htaccess` files: whether Apache reads them in a host's folder, and whether one there may redirect or send headers. */
import { join } from '../../../files/paths.ts';
import { includeCandidates } from '../paths.ts';
import type { ApacheProject } from '../project.ts';
import { isOpen, oncePerScope, own, type Scope, value, values } from '../scope.ts';
import type { Server } from './servers.ts';

/** Directives of `FileInfo` that decide what a page's request gets (docs, AllowOverride). */
const DECIDES = /^[ \t]*(Header|Redirect\w*|RewriteRule|SetHandler|ErrorDocument)\b/im;

interface Overrides {
  /** By the folder as it is written, without a slash at its end. */
  readonly byFolder: ReadonlyMap<string, boolean>;
  /** Whether a section with a pattern lets files decide. */
  readonly byPattern: boolean;
}

const bare = (path: string): string => path.replace(/\/+$/, '') || '/';

/** Whether a section lets files in its folder redirect and send headers; undefined where it says nothing of it. */
function allows(section: Scope): boolean | undefined {
  const list = own(section, 'allowoverridelist').at(-1);
  const line = own(section, 'allowoverride').at(-1);
  if (list !== undefined && DECIDES.test(values(list).join('\n'))) return true;
  if (line === undefined) return undefined;
  return values(line).some((word) => /^(all|fileinfo)$/i.test(word) || isOpen(word));
}

const overridesIn = oncePerScope((level: Scope): Overrides => {
  const byFolder = new Map<string, boolean>();
  let byPattern = false;
  for (const { scope, conditional } of level.entries) {
    if (scope?.key !== 'directory' && scope?.key !== 'directorymatch') continue;
    const [folder = ''] = scope.opener === undefined ? [] : values(scope.opener);
    const says = allows(scope);
    if (says === undefined) continue;
    const isPattern = scope.key === 'directorymatch' || /^~$|[*?[\]$]/.test(folder);
    if (isPattern || conditional) byPattern ||= says;
    else byFolder.set(bare(folder), says);
  }
  return { byFolder, byPattern };
});

/**
 * Whether files in a folder may decide; the nearest section above it says so. Undefined where none does: none may then, but Apache
 * reads them all the same, and answers 500 for what is in them (seen with 2.4.69 and 2.4.71).
 */
function mayDecide(folder: string, { levels }: Pick<Server, 'levels'>): boolean | undefined {
  // The host's own sections come after those of the main server.
  const all = levels.map(overridesIn);
  if (all.some(({ byPattern }) => byPattern)) return true;
  for (let at = folder; ; at = bare(at.slice(0, at.lastIndexOf('/')))) {
    const says = all.map(({ byFolder }) => byFolder.get(at)).find((one) => one !== undefined);
    if (says !== undefined) return says;
    if (at === '/' || !at.includes('/')) return undefined;
  }
}

/** Why a file in the host's folder may decide what requests get; undefined where none does. */
export function decidedByFile(server: Server, { paths }: ApacheProject): string | undefined {
  const root = own(server.scope, 'documentroot').at(-1);
  const folder = bare(root === undefined ? '' : (value(root) ?? ''));
  if (root === undefined || isOpen(folder)) return undefined;
  const allowed = mayDecide(folder, server);
  if (allowed === false) return undefined;
  const { environment, dependencies } = paths;
  for (const { path } of includeCandidates(folder, paths)) {
    const entries = environment.files.list(path, dependencies);
    if (entries === undefined) continue;
    const file = environment.files.open(join(path, '.htaccess'), dependencies);
    return file.ok && DECIDES.test(file.file.text) ? 'the `.htaccess` of its folder may decide' : undefined;
  }
  return allowed === true ? 'a `.htaccess` in its folder may decide' : undefined;
}
