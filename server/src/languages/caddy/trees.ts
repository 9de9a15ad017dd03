/** Owns the trees of files: each version of a file is parsed once, as a whole Caddyfile or as lines of a site. */
import type { SourceFile } from '../../files/store.ts';
import { looksLikeTemplate } from './claim.ts';
import { type Mode, parse } from './syntax/parser.ts';
import type { SyntaxTree } from './syntax/tree.ts';

const trees = new WeakMap<SourceFile, Map<Mode, SyntaxTree>>();

export function treeOf(file: SourceFile, mode: Mode): SyntaxTree {
  let known = trees.get(file);
  if (known === undefined) {
    known = new Map();
    trees.set(file, known);
  }
  let tree = known.get(mode);
  if (tree === undefined) {
    tree = looksLikeTemplate(file.text)
      ? { text: file.text, items: [], comments: [], problems: [] }
      : parse(file.text, mode);
    known.set(mode, tree);
  }
  return tree;
}
