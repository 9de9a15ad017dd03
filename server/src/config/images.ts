/** Owns guessing versions from container images: the tags that the nearest Dockerfile or compose file names. */
import type { FileId } from '../files/host.ts';
import { basename, dirname, join } from '../files/paths.ts';
import type { Dependencies, FileStore } from '../files/store.ts';
import { type Product, parseVersion, type Target, type TargetVersion } from '../model/target.ts';

const DOCKERFILE = /^((Docker|Container)file(\..+)?|.+\.(docker|container)file)$/i;
const COMPOSE = /^(docker-)?compose([._-].+)?\.ya?ml$/i;
const FROM = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)/gim;
const IMAGE = /^[ \t]*(?:-[ \t]+)?image:[ \t]*["']?([^\s"'#]+)/gim;

/** Images whose tags are the product's own version: the official ones and common rebuilds. */
const IMAGES: readonly (readonly [RegExp, Product])[] = [
  [/(^|\/)(nginx|nginx-unprivileged)$/, 'nginx'],
  [/(^|\/)(haproxy|haproxy-(alpine|debian|ubuntu))$/, 'haproxy'],
  [/(^|\/)httpd$/, 'apache'],
];

/** What an image reference says: `docker.io/library/nginx:1.27.3-alpine@sha256:…`. */
export function imageVersion(reference: string): { readonly product: Product; readonly text: string } | undefined {
  const match = /^([^@:]*(?::\d+\/[^@:]*)?):v?(\d+(?:\.\d+)+)(?=$|[-@])/.exec(reference);
  const product = IMAGES.find(([name]) => name.test(match?.[1] ?? ''))?.[1];
  return product === undefined || match?.[2] === undefined ? undefined : { product, text: match[2] };
}

/** The products of one file; a product with two versions is left out, since nobody can say which one is meant. */
function versionsIn(text: string, pattern: RegExp, name: string, into: Map<Product, TargetVersion | undefined>): void {
  for (const [, reference] of text.matchAll(pattern)) {
    const found = imageVersion(reference ?? '');
    const version = found === undefined ? undefined : parseVersion(found.text);
    if (found === undefined || version === undefined) continue;
    const other = into.get(found.product);
    const same = !into.has(found.product) || other?.text === found.text;
    into.set(found.product, same ? { version, text: found.text, from: `the image in ${name}` } : undefined);
  }
}

/** The versions that images name in the nearest folder, from the root file's up to the workspace's, that names any. */
export function imageTarget(
  root: FileId,
  workspaces: readonly FileId[],
  files: FileStore,
  dependencies: Dependencies,
): Target {
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const found = new Map<Product, TargetVersion | undefined>();
    for (const { name, kind } of files.list(folder, dependencies) ?? []) {
      const pattern = DOCKERFILE.test(name) ? FROM : COMPOSE.test(name) ? IMAGE : undefined;
      if (kind !== 'file' || pattern === undefined) continue;
      const opened = files.open(join(folder, name), dependencies);
      if (opened.ok && !opened.file.binary) versionsIn(opened.file.text, pattern, basename(name), found);
    }
    if (found.size > 0)
      return new Map([...found].flatMap(([product, one]) => (one === undefined ? [] : [[product, one] as const])));
    if (workspaces.includes(folder) || dirname(folder) === folder || folder === '.') return new Map();
  }
}
