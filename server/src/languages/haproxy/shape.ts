/** Owns what can be folded in HAProxy files, and what stands around an offset, for the editor's growing selection. */
import type { SourceFile } from '../../files/store.ts';
import { commentFolds } from '../../text/comment-folds.ts';
import { type Span, spanTouches } from '../../text/span.ts';
import type { Fold } from '../language.ts';
import { findAt, sectionSpan } from './syntax/query.ts';
import type { Tree } from './syntax/tree.ts';

export function foldsOf({ text, lines }: SourceFile, { sections, comments }: Tree): Fold[] {
  return [
    ...sections.map((section): Fold => ({ kind: 'block', span: sectionSpan(section) })),
    ...commentFolds(text, lines, comments),
  ];
}

/** The word, the line, the section, the file. */
export function spansAround(tree: Tree, offset: number): Span[] {
  const found = findAt(tree, { file: tree.file, offset });
  const comment = tree.comments.find(({ span }) => spanTouches(span, offset));
  const whole = { start: 0, end: tree.text.length };
  if (found === undefined) return comment === undefined ? [whole] : [comment.span, whole];
  const inner = comment?.span ?? found.word?.span;
  const statement = comment === undefined && spanTouches(found.statement.span, offset) ? [found.statement.span] : [];
  return [
    ...(inner === undefined ? [] : [inner]),
    ...statement,
    found.statement.line,
    sectionSpan(found.section),
    whole,
  ];
}
