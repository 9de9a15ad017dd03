/** Owns guessing versions from container images: the tags that the nearest Dockerfile or compose file names. */
import { systemOf } from '../facts/systems.ts';
import { COMPOSE, DOCKERFILE } from '../files/containers.ts';
import type { FileId } from '../files/host.ts';
import { basename, dirname, join } from '../files/paths.ts';
import type { Dependencies, FileStore } from '../files/store.ts';
import type { LanguageId } from '../model/model.ts';
import { PRODUCTS, type Product, parseVersion, type Target, type TargetVersion } from '../model/target.ts';

const FROM = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)/gim;
const IMAGE = /^[ \t]*(?:-[ \t]+)?image:[ \t]*["']?([^\s"'#]+)/gim;
const ARGUMENT = /^[ \t]*ARG[ \t]+(\w+)=["']?([\w.-]+)/gim;

/**
 * Images whose tags are the product's own version: the official ones and common rebuilds. That of OpenResty is nginx's
 * with a number of its own behind it. Others, such as linuxserver/swag, count their own versions, which say nothing.
 */
const IMAGES: readonly (readonly [RegExp, Product])[] = [
  [/(^|\/)(nginx|nginx-unprivileged|openresty)$/, 'nginx'],
  [/(^|\/)(haproxy|haproxy-(alpine|debian|ubuntu))$/, 'haproxy'],
  [/(^|\/)httpd$/, 'apache'],
  [/(^|\/)caddy$/, 'caddy'],
];

/** Those that link the OpenSSL of the system that they are built on. */
const USES_SYSTEM =
  /^(?:(?:docker\.io\/|public\.ecr\.aws\/docker\/)?(?:library\/)?(?:nginx|haproxy|httpd)|(?:public\.ecr\.aws\/nginx\/)nginx|(?:docker\.io\/|ghcr\.io\/|public\.ecr\.aws\/)?nginx(?:inc)?\/nginx-unprivileged)$/;

/** The first version that can be meant: a rebuild may count its own. */
const MAJORS: Readonly<Partial<Record<Product, RegExp>>> = {
  nginx: /^[01]\./,
  haproxy: /^[1-3]\./,
  apache: /^2\./,
  caddy: /^2\./,
};

interface Said {
  readonly product: Product;
  readonly text: string;
  /** The system that it follows from. */
  readonly system?: string;
}

/** What an image reference says: `docker.io/library/nginx:1.27.3-alpine3.20@sha256:…`, the image's own product first. */
export function imageVersions(reference: string): readonly Said[] {
  const match = /^([^@:]*(?::\d+\/[^@:]*)?):v?(\d+(?:\.\d+)+)((?:-[\w.-]+)?)(?=$|@)/.exec(reference);
  const [, name = '', version = '', rest = ''] = match ?? [];
  const product = IMAGES.find(([pattern]) => pattern.test(name))?.[1];
  if (product === undefined || MAJORS[product]?.test(version) === false) return [];
  const text = name.endsWith('openresty') ? version.split('.').slice(0, 3).join('.') : version;
  const system = USES_SYSTEM.test(name) ? systemOf(rest) : undefined;
  return [
    { product, text },
    ...(system === undefined ? [] : [{ product: 'openssl' as const, text: system.openssl, system: system.system }]),
  ];
}

/** The image references of a Dockerfile, with the defaults of the arguments in them. */
function fromLines(text: string): string[] {
  const defaults = new Map([...text.matchAll(ARGUMENT)].map(([, name = '', value = '']) => [name, value]));
  return [...text.matchAll(FROM)].map(([, reference = '']) =>
    reference.replace(
      /\$\{(\w+)(?::-([\w.-]*))?\}|\$(\w+)/g,
      (all, braced, fallback, bare) => defaults.get(braced ?? bare) ?? fallback ?? all,
    ),
  );
}

/** An image of a file, and what it says. */
interface Image {
  readonly file: string;
  readonly said: readonly Said[];
}

/** What all images of a product say alike; where they differ, nobody can say which one is meant. */
function agreed(images: readonly Image[], main: Product): [Product, TargetVersion][] {
  const same = images.filter(({ said }) => said[0]?.product === main);
  return ([main, 'openssl'] as const).flatMap((product): [Product, TargetVersion][] => {
    const [first, ...others] = same.map(({ file, said }) => ({
      file,
      one: said.find((each) => each.product === product),
    }));
    const version = parseVersion(first?.one?.text ?? '');
    if (first?.one === undefined || version === undefined) return [];
    const { text, system } = first.one;
    if (others.some(({ one }) => one?.text !== text)) return [];
    const from = `the image in ${first.file}${system === undefined ? '' : `, of ${system}`}`;
    return [[product, { version, text, from, ...(product !== main && { along: main }) }]];
  });
}

/** The versions that images name in the nearest folder, from the root file's up to the workspace's, that names any. */
export function imageTarget(
  root: FileId,
  language: LanguageId,
  workspaces: readonly FileId[],
  files: FileStore,
  dependencies: Dependencies,
): Target {
  const product = PRODUCTS.find((one) => one === language);
  for (let folder = dirname(root); product !== undefined; folder = dirname(folder)) {
    const images: Image[] = [];
    for (const { name, kind } of files.list(folder, dependencies) ?? []) {
      const isDockerfile = DOCKERFILE.test(name);
      if (kind !== 'file' || !(isDockerfile || COMPOSE.test(name))) continue;
      const opened = files.open(join(folder, name), dependencies);
      if (!opened.ok || opened.file.binary) continue;
      const { text } = opened.file;
      const references = isDockerfile ? fromLines(text) : [...text.matchAll(IMAGE)].map(([, one = '']) => one);
      images.push(...references.map((one) => ({ file: basename(name), said: imageVersions(one) })));
    }
    const found = agreed(images, product);
    if (images.some(({ said }) => said[0]?.product === product)) return new Map(found);
    if (workspaces.includes(folder) || dirname(folder) === folder || folder === '.') break;
  }
  return new Map();
}
