/** Owns what can be folded in nginx files, and what stands around an offset, for the editor's growing selection. */
import { commentFolds } from '../../text/comment-folds.ts';
import { type Span, span, spanTouches } from '../../text/span.ts';
import { grown } from '../blocks/shape.ts';
import type { Fold } from '../language.ts';
import { contentSpan } from './names/occurrences.ts';
import type { ReadFile } from './project.ts';
import { findAt, walk } from './syntax/query.ts';
import type { Block, Directive } from './syntax/tree.ts';
import { spanOfVariable, variablesIn } from './syntax/variables.ts';

/** Blocks, directives of several lines, and comments. */
export function foldsOf({ file, trees }: ReadFile): Fold[] {
  const out: Fold[] = [];
  for (const tree of trees) {
    let lineEnd = -2;
    walk(tree.items, ({ span: whole, block }) => {
      const end = block === undefined ? whole.end : contentEnd(file.text, block);
      // A file may be one long line, which is searched once.
      if (lineEnd !== -1 && lineEnd < whole.start) lineEnd = file.text.indexOf('\n', whole.start);
      if (lineEnd >= 0 && lineEnd < end) out.push({ kind: 'block', span: span(whole.start, end) });
    });
    out.push(...commentFolds(file.text, file.lines, tree.comments));
  }
  return out;
}

/** The line of the closing brace stays to be seen where it has nothing else. */
function contentEnd(text: string, { raw }: Block): number {
  return raw.start + text.slice(raw.start, raw.end).trimEnd().length;
}

/** The variable, the word, the directive, the contents of its block, the block, and so on outwards. */
export function spansAround({ file, trees }: ReadFile, offset: number): Span[] {
  const tree = trees.find((one) => spanTouches(one.span, offset));
  if (tree === undefined) return [];
  const { path, word } = findAt(tree, offset);
  const out: Span[] = [];
  const comment = tree.comments.find((one) => spanTouches(one.span, offset));
  if (comment !== undefined) out.push(comment.span);
  else if (word !== undefined) {
    for (const variable of variablesIn(word.value)) {
      const place = spanOfVariable(word, file.text, variable);
      if (spanTouches(place, offset)) out.push(place);
    }
    out.push(contentSpan(word), word.span);
  }
  for (const directive of [...path].reverse()) out.push(...levelsOf(file.text, directive, offset));
  out.push(tree.span);
  return grown(out);
}

function levelsOf(text: string, { name, args, span: whole, block }: Directive, offset: number): Span[] {
  const words = span(name.span.start, (args.at(-1) ?? name).span.end);
  const inWords = spanTouches(words, offset) ? [words] : [];
  if (block === undefined || !spanTouches(block.raw, offset)) return [...inWords, whole];
  const raw = text.slice(block.raw.start, block.raw.end);
  const from = block.raw.start + raw.length - raw.trimStart().length;
  return [
    span(from, block.raw.start + raw.trimEnd().length),
    span(block.open.start, block.close?.end ?? block.raw.end),
    whole,
  ];
}
