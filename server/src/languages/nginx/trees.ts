/** Owns the trees of files: each version of a file is parsed once. */
import type { SourceFile } from '../../files/store.ts';
import type { Span } from '../../text/span.ts';
import { maskTemplate } from './mask.ts';
import { parse } from './syntax/parser.ts';
import { looksLikeTemplate } from './syntax/template.ts';
import type { SyntaxTree } from './syntax/tree.ts';

const trees = new WeakMap<SourceFile, Map<string, SyntaxTree>>();

const templates = new WeakMap<SourceFile, boolean>();

/** Whether only a program makes a configuration of a file. */
export function isTemplate(file: SourceFile): boolean {
  let is = templates.get(file);
  if (is === undefined) {
    is = looksLikeTemplate(file.text);
    templates.set(file, is);
  }
  return is;
}

/** The tree of a file or of a part of it, parsed once for each version of the file. */
export function treeOf(file: SourceFile, range?: Span): SyntaxTree {
  let cached = trees.get(file);
  if (cached === undefined) {
    cached = new Map();
    trees.set(file, cached);
  }
  const key = range === undefined ? '' : `${range.start}-${range.end}`;
  let tree = cached.get(key);
  if (tree === undefined) {
    tree = parse(isTemplate(file) ? maskTemplate(file.text) : file.text, range);
    cached.set(key, tree);
  }
  return tree;
}

const MAIN_BLOCKS = new Set(['http', 'events', 'stream', 'mail']);

/** A file with a block that only a whole configuration has. */
export function roleOf(tree: SyntaxTree): 'root' | 'fragment' {
  return tree.items.some((item) => item.block !== undefined && MAIN_BLOCKS.has(item.wording.name))
    ? 'root'
    : 'fragment';
}
