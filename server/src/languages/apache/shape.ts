/** Owns what can be folded in Apache files, and what stands around an offset, for the editor's growing selection. */
import { commentFolds } from '../../text/comment-folds.ts';
import { type Span, span, spanTouches } from '../../text/span.ts';
import { grown } from '../blocks/shape.ts';
import type { Fold } from '../language.ts';
import type { ReadFile } from './project.ts';
import { contentSpan, findAt, walk, wholeSpan } from './syntax/query.ts';

/** Sections, directives of several lines, and comments. */
export function foldsOf({ file, tree }: ReadFile): Fold[] {
  const out: Fold[] = [];
  walk(tree.items, (directive) => {
    const whole = wholeSpan(directive, file.text.length);
    // The line of the end tag stays to be seen.
    const close = directive.section?.close;
    const end = close === undefined ? whole.end : Math.max(whole.start, close.line.start - 1);
    if (file.lines.positionAt(whole.start).line < file.lines.positionAt(end).line)
      out.push({ kind: 'block', span: span(whole.start, end) });
  });
  return [...out, ...commentFolds(file.text, file.lines, tree.comments)];
}

/** The word, the directive, the contents of its section, the section, and so on outwards. */
export function spansAround({ file, tree }: ReadFile, offset: number): Span[] {
  const { path, word } = findAt(tree, offset);
  const comment = tree.comments.find((one) => spanTouches(one.span, offset));
  const out: Span[] = [];
  if (comment !== undefined) out.push(comment.span);
  else if (word !== undefined) out.push(contentSpan(word), word.span);
  for (const directive of [...path].reverse()) {
    if (spanTouches(directive.head, offset)) out.push(directive.head);
    const { section } = directive;
    const [first, last] = [section?.items[0], section?.items.at(-1)];
    if (first !== undefined && last !== undefined)
      out.push(span(first.head.start, wholeSpan(last, file.text.length).end));
    out.push(wholeSpan(directive, file.text.length));
  }
  return grown([...out, span(0, file.text.length)]);
}
