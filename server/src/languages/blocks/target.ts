/** Owns versions that comments of a configuration name: `# nginx-version: 1.26.3`. They are nearer than the settings. */
import { layer, type Product, parseVersion, type Target, type TargetVersion } from '../../model/target.ts';
import type { Comment } from './tree.ts';

const VERSION_COMMENT = /^[ \t]*([a-z]+)-version:[ \t]*(\S+)/;

/** `products` are the names that may stand before `-version`; the tree is asked for only where a comment may name one. */
export function commentedTarget(
  text: string,
  comments: () => readonly Comment[],
  products: ReadonlyMap<string, Product>,
  base: Target,
): Target {
  if (!text.includes('-version:')) return base;
  const target = new Map<Product, TargetVersion>();
  for (const comment of comments()) {
    const [, name = '', written = ''] = VERSION_COMMENT.exec(comment.text) ?? [];
    const product = products.get(name);
    const version = parseVersion(written);
    if (product === undefined || version === undefined) continue;
    target.set(product, { version, text: written, from: `the comment \`# ${name}-version\`` });
  }
  return layer(base, target);
}
