/** Owns the trees of files: each version of a file is parsed once. */
import type { SourceFile } from '../../files/store.ts';
import { looksLikeTemplate } from './claim.ts';
import { parse } from './syntax/parser.ts';
import type { Directive, SyntaxTree } from './syntax/tree.ts';

const trees = new WeakMap<SourceFile, SyntaxTree>();

export function treeOf(file: SourceFile): SyntaxTree {
  let tree = trees.get(file);
  if (tree === undefined) {
    tree = looksLikeTemplate(file.text) ? { text: file.text, items: [], comments: [], problems: [] } : parse(file.text);
    trees.set(file, tree);
  }
  return tree;
}

/** The names of all directives below some, in small letters. */
export function keysBelow(items: readonly Directive[], into: Set<string> = new Set()): Set<string> {
  for (const { key, section } of items) {
    into.add(key);
    if (section !== undefined) keysBelow(section.items, into);
  }
  return into;
}
