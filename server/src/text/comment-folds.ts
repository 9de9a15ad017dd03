/** Owns folding by comments: runs of comment lines, and `# region` … `# endregion`. */
import type { LineIndex } from './lines.ts';
import type { Span } from './span.ts';

export interface CommentFold {
  readonly span: Span;
  readonly kind: 'comment' | 'region';
}

interface CommentText {
  readonly span: Span;
  /** Without the comment sign. */
  readonly text: string;
}

const REGION = /^\s*(end)?region\b/;

/** The folds of a file's comments, which are in the order of the text. A comment behind other text belongs to no run. */
export function commentFolds(text: string, lines: LineIndex, comments: readonly CommentText[]): CommentFold[] {
  const out: CommentFold[] = [];
  const regions: Span[] = [];
  let run: { readonly start: number; end: number; line: number; readonly first: number } | undefined;
  const close = (): void => {
    if (run !== undefined && run.line > run.first)
      out.push({ span: { start: run.start, end: run.end }, kind: 'comment' });
    run = undefined;
  };
  for (const { span, text: words } of comments) {
    const { line, character } = lines.positionAt(span.start);
    const alone = text.slice(span.start - character, span.start).trim() === '';
    const region = alone ? REGION.exec(words) : null;
    if (!alone || region !== null || (run !== undefined && line !== run.line + 1)) close();
    if (region !== null) {
      const open = region[1] === undefined ? regions.push(span) : regions.pop();
      if (typeof open === 'object') out.push({ span: { start: open.start, end: span.end }, kind: 'region' });
    } else if (alone) {
      if (run === undefined) run = { start: span.start, end: span.end, line, first: line };
      else {
        run.end = span.end;
        run.line = line;
      }
    }
  }
  close();
  return out;
}
