/** Owns the second opinion before an nginx file is written: a reader that others wrote must see the same change. */
import { NginxParser } from 'nginx-conf';
import { parse } from '../languages/nginx/syntax/parser.ts';
import type { Directive, SyntaxTree } from '../languages/nginx/syntax/tree.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import type { Span } from '../text/span.ts';

/**
 * Why the edits must not be written, or undefined. The edited text must have no new problems for our parser, and no
 * directive outside the edits may be another one or have moved. Where `nginx-conf` reads the text as we do, it must
 * read the edited text as we do, too; it refuses and misreads some that is legal, and then it has no say.
 */
export function objection(before: string, edits: readonly TextEdit[]): string | undefined {
  const oldTree = parse(before);
  const newTree = parse(applyEdits(before, edits));
  const problem = newProblem(oldTree, newTree);
  if (problem !== undefined) return `it would not be valid any more: ${problem}`;
  const oldRead = reading(
    oldTree,
    edits.map((edit) => edit.span),
  );
  const newRead = reading(newTree, newSpans(edits));
  if (join(oldRead.filter(isOutside)) !== join(newRead.filter(isOutside))) return 'it would change more than it says';
  if (join(oldRead) !== secondReading(oldTree)) return undefined;
  return join(newRead) === secondReading(newTree) ? undefined : 'a second parser reads the result in another way';
}

function newProblem(before: SyntaxTree, after: SyntaxTree): string | undefined {
  const old = countsOf(before);
  const now = countsOf(after);
  return after.problems.find(({ code }) => (now.get(code) ?? 0) > (old.get(code) ?? 0))?.message;
}

function countsOf({ problems }: SyntaxTree): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** One directive: its depth, name and arguments in one line, and whether an edit touches these words. */
interface Read {
  readonly line: string;
  readonly touched: boolean;
}

function isOutside({ touched }: Read): boolean {
  return !touched;
}

function join(list: readonly Read[]): string {
  return list.map(({ line }) => line).join('\n');
}

/** All directives in the order of the text. */
function reading(tree: SyntaxTree, edits: readonly Span[]): Read[] {
  const text = withoutComments(tree);
  const out: Read[] = [];
  const visit = (items: readonly Directive[], depth: number, around: readonly Span[]): void => {
    for (const { name, terminatorSpan, block, span } of items) {
      const near = around.filter((each) => touches(span, each));
      const words = { start: name.span.start, end: terminatorSpan.start };
      const line = lineOf(depth, text.slice(words.start, words.end));
      out.push({ line, touched: near.some((each) => touches({ ...words, end: terminatorSpan.end }, each)) });
      if (block !== undefined) visit(block.items, depth + 1, near);
    }
  };
  visit(tree.items, 0, edits);
  return out;
}

/** What nginx-conf reads, in the lines of `reading`; undefined where it gives up or crashes. */
function secondReading(tree: SyntaxTree): string | undefined {
  try {
    const lines: string[] = [];
    let failed = false;
    // It takes a comment such as `## x` behind a directive for another directive.
    new NginxParser().parse(withoutComments(tree), (error, root) => {
      failed = error !== null;
      const waiting = (root?.children ?? []).map((node) => ({ node, depth: 0 })).reverse();
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { node, depth } = next;
        lines.push(lineOf(depth, node.isVerbatim ? node.name : `${node.name} ${node.value}`));
        const below = (node.children ?? []).map((child) => ({ node: child, depth: depth + 1 }));
        waiting.push(...below.reverse());
      }
    });
    return failed ? undefined : lines.join('\n');
  } catch {
    return undefined;
  }
}

function lineOf(depth: number, words: string): string {
  return `${depth} ${words.replace(/\s+/g, ' ').trim()}`;
}

/** The text with spaces in place of its comments. */
function withoutComments({ text, comments }: SyntaxTree): string {
  const parts: string[] = [];
  let at = 0;
  for (const { span } of comments) {
    parts.push(text.slice(at, span.start), ' '.repeat(span.end - span.start));
    at = span.end;
  }
  return parts.join('') + text.slice(at);
}

function touches(outer: Span, { start, end }: Span): boolean {
  return start === end ? outer.start < start && start < outer.end : outer.start < end && start < outer.end;
}

/** Where the edits' new texts stand in the edited text. */
function newSpans(edits: readonly TextEdit[]): Span[] {
  let shift = 0;
  return [...edits]
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
    .map(({ span, newText }) => {
      const start = span.start + shift;
      shift += newText.length - (span.end - span.start);
      return { start, end: start + newText.length };
    });
}
