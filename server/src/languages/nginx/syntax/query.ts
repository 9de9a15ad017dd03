/** Owns questions to a tree: directives by name, the directive at a place, every directive in order. */
import { spanTouches } from '../../../text/span.ts';
import type { Directive, SyntaxTree, Word } from './tree.ts';

/** The directives of one level that have this name. */
export function directives(items: readonly Directive[], name: string): readonly Directive[] {
  return items.filter((item) => item.name.value === name);
}

/** Calls `visit` for every directive in the order of the text, with the directive whose block it is in. */
export function walk(
  items: readonly Directive[],
  visit: (directive: Directive, parent: Directive | undefined) => void,
  parent?: Directive,
): void {
  // The parser keeps no more than about 1,000 levels, so that this cannot overflow.
  for (const directive of items) {
    visit(directive, parent);
    if (directive.block) walk(directive.block.items, visit, directive);
  }
}

export interface Found {
  /** The directives around the place, the outermost first. */
  readonly path: readonly Directive[];
  /** The name or argument at the place. */
  readonly word: Word | undefined;
}

/** What is at `offset`. A place right behind a word still belongs to it, unless the next one starts there. */
export function findAt(tree: SyntaxTree, offset: number): Found {
  const path: Directive[] = [];
  let directive = itemAt(tree.items, offset);
  while (directive) {
    path.push(directive);
    const { block } = directive;
    directive = block && spanTouches(block.raw, offset) ? itemAt(block.items, offset) : undefined;
  }
  const innermost = path.at(-1);
  const words = innermost ? [innermost.name, ...innermost.args] : [];
  return { path, word: words.findLast((word) => spanTouches(word.span, offset)) };
}

/** The last of the items that starts at or before `offset`, if it reaches it. */
function itemAt(items: readonly Directive[], offset: number): Directive | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.span.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const item = items[low - 1];
  return item && spanTouches(item.span, offset) ? item : undefined;
}
