/** Owns what a part of a configuration is by itself: sites, or lines that stand in one. */
import { DIRECTIVES } from '../../facts/caddy.ts';
import type { SyntaxTree } from './syntax/tree.ts';

/** Lines of a site begin with directives and matchers; addresses of sites are neither. */
export function isInner({ items }: SyntaxTree): boolean {
  const first = items.find(({ name }) => name.value !== 'import' && name.value !== '');
  if (first === undefined) return false;
  return first.name.value.startsWith('@') || DIRECTIVES.has(first.name.value);
}
