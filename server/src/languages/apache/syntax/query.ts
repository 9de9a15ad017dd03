/** Owns questions to a tree: the directive and the word at a place, every directive in order. */
import { type Span, span, spanTouches } from '../../../text/span.ts';
import type { Directive, SyntaxTree, Word } from './tree.ts';

export interface Found {
  /** The directives around the place, the outermost first. */
  readonly path: readonly Directive[];
  /** The name or argument at the place. */
  readonly word: Word | undefined;
}

/** From the opening of a directive to the end of its section. */
export function wholeSpan({ head, line, section }: Directive, fileEnd: number): Span {
  const end = section === undefined ? head.end : (section.close?.span.end ?? Math.max(line.end, fileEnd));
  return span(head.start, end);
}

/** What is at `offset`. A place right behind a word still belongs to it. */
export function findAt({ items, text }: SyntaxTree, offset: number): Found {
  const path: Directive[] = [];
  let level = items;
  for (;;) {
    const at = itemAt(level, offset, text.length);
    if (at === undefined) break;
    path.push(at);
    if (at.section === undefined) break;
    level = at.section.items;
  }
  const innermost = path.at(-1);
  const words = innermost === undefined ? [] : [innermost.name, ...innermost.args];
  return { path, word: words.findLast((word) => spanTouches(word.span, offset)) };
}

/** The last of the items that starts at or before `offset`, if it reaches it. */
function itemAt(items: readonly Directive[], offset: number, fileEnd: number): Directive | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.head.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const item = items[low - 1];
  return item !== undefined && spanTouches(wholeSpan(item, fileEnd), offset) ? item : undefined;
}

/** Calls `visit` for every directive in the order of the text. */
export function walk(items: readonly Directive[], visit: (directive: Directive) => void): void {
  // The parser keeps no more than about 1,000 levels, so that this cannot overflow.
  for (const directive of items) {
    visit(directive);
    if (directive.section !== undefined) walk(directive.section.items, visit);
  }
}

/** Without its quotes. */
export function contentSpan({ span: whole, quote }: Word): Span {
  return quote === undefined ? whole : span(whole.start + 1, Math.max(whole.start + 1, whole.end - 1));
}
