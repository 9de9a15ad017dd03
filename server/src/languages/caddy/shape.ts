/** Owns what can be folded in Caddyfiles, and what stands around an offset, for the editor's growing selection. */
import { commentFolds } from '../../text/comment-folds.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import type { Fold } from '../language.ts';
import type { ReadFile } from './project.ts';
import { type Directive, wholeOf } from './syntax/tree.ts';

export function foldsOf(read: ReadFile | undefined): Fold[] {
  if (read === undefined) return [];
  const out: Fold[] = [];
  const visit = (items: readonly Directive[]): void => {
    for (const item of items) {
      if (item.block === undefined) continue;
      if (item.block.open !== undefined) out.push({ kind: 'block', span: wholeOf(item) });
      visit(item.block.items);
    }
  };
  visit(read.tree.items);
  return [...out, ...commentFolds(read.file.text, read.file.lines, read.tree.comments)];
}

/** The directives around an offset, the outermost first. */
export function directivesAt(items: readonly Directive[], offset: number): Directive[] {
  const found = items.find((item) => spanTouches(wholeOf(item), offset));
  if (found === undefined) return [];
  return [found, ...directivesAt(found.block?.items ?? [], offset)];
}

/** The word, the line, the line with its block, and so on outwards to the file. */
export function spansAround(read: ReadFile | undefined, offset: number): Span[] {
  if (read === undefined) return [];
  const whole = { start: 0, end: read.tree.text.length };
  const comment = read.tree.comments.find(({ span }) => spanTouches(span, offset));
  const out: Span[] = comment === undefined ? [] : [comment.span];
  const around = directivesAt(read.tree.items, offset).reverse();
  for (const [i, directive] of around.entries()) {
    const { name, args, head } = directive;
    if (i === 0 && comment === undefined) {
      const word = [name, ...args].find(({ span }) => spanTouches(span, offset));
      if (word !== undefined && word.span.end > word.span.start) out.push(word.span);
    }
    if (comment === undefined && spanTouches(head, offset)) out.push(head);
    out.push(wholeOf(directive));
  }
  out.push(whole);
  return out.filter((one, i) => i === 0 || one.start !== out[i - 1]?.start || one.end !== out[i - 1]?.end);
}
