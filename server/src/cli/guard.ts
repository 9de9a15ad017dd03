/** Owns the second opinion before an nginx file is written: a reader that others wrote must see the same change. */
import { NginxParser } from 'nginx-conf';
import { parse } from '../languages/nginx/syntax/parser.ts';
import type { Directive, SyntaxTree } from '../languages/nginx/syntax/tree.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import type { Span } from '../text/span.ts';

/**
 * Why the edits must not be written, or undefined. The edited text must have no new problems for our parser; and for
 * `nginx-conf` all directives outside the edits must be the same, in the same order and at the same depth, and those
 * in the edits what our parser sees there. Only the first holds where `nginx-conf` cannot read the text as it is (it
 * refuses some that is legal), and where the text is wrong to begin with: each recovers from errors in its own way.
 */
export function objection(before: string, edits: readonly TextEdit[]): string | undefined {
  const after = applyEdits(before, edits);
  const oldTree = parse(before);
  const newTree = parse(after);
  const problem = newProblem(oldTree, newTree);
  if (problem !== undefined) return `it would not be valid any more: ${problem}`;
  const oldRead = oldTree.problems.length === 0 ? secondReading(before) : undefined;
  if (oldRead === undefined) return undefined;
  const newRead = secondReading(after);
  if (newRead === undefined) return 'a second parser could no longer read it';
  const oldTouched = touched(
    oldTree,
    edits.map((edit) => edit.span),
  );
  const newTouched = touched(newTree, newSpans(edits));
  const inEdits = new Set([...oldTouched, ...newTouched]);
  const outside = (reading: readonly string[]) => reading.filter((line) => !inEdits.has(line)).join('\n');
  const [oldCounts, newCounts] = [countsOf(oldRead), countsOf(newRead)];
  const [oldWanted, newWanted] = [countsOf(oldTouched), countsOf(newTouched)];
  const growth = (line: string, from: Counts, to: Counts) => (to.get(line) ?? 0) - (from.get(line) ?? 0);
  const agreed =
    outside(oldRead) === outside(newRead) &&
    [...inEdits].every((line) => growth(line, oldCounts, newCounts) === growth(line, oldWanted, newWanted));
  return agreed ? undefined : 'a second parser saw changes outside the edited directives';
}

type Counts = ReadonlyMap<string, number>;

function countsOf(list: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const each of list) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

function newProblem(before: SyntaxTree, after: SyntaxTree): string | undefined {
  const old = countsOf(before.problems.map(({ code }) => code));
  const now = countsOf(after.problems.map(({ code }) => code));
  return after.problems.find(({ code }) => (now.get(code) ?? 0) > (old.get(code) ?? 0))?.message;
}

/** Directives as `depth name arguments`, in the order of the text; undefined where nginx-conf gives up or crashes. */
function secondReading(text: string): readonly string[] | undefined {
  try {
    const lines: string[] = [];
    let failed = false;
    new NginxParser().parse(text, (error, tree) => {
      failed = error !== null;
      const waiting = (tree?.children ?? []).map((node) => ({ node, depth: 0 })).reverse();
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { node, depth } = next;
        lines.push(lineOf(depth, node.name, node.isVerbatim ? '' : node.value));
        const below = (node.children ?? []).map((child) => ({ node: child, depth: depth + 1 }));
        waiting.push(...below.reverse());
      }
    });
    return failed ? undefined : lines;
  } catch {
    return undefined;
  }
}

function lineOf(depth: number, name: string, args: string): string {
  return `${depth} ${name} ${args}`.replace(/\s+/g, ' ').trim();
}

/** The directives whose words the spans touch, as `secondReading` writes them. */
function touched(tree: SyntaxTree, spans: readonly Span[]): string[] {
  const lines: string[] = [];
  const visit = (items: readonly Directive[], depth: number, around: readonly Span[]): void => {
    for (const directive of items) {
      const { name, terminatorSpan, block, span } = directive;
      const near = around.filter((each) => touches(span, each));
      if (near.length === 0) continue;
      if (near.some((each) => touches({ start: name.span.start, end: terminatorSpan.end }, each))) {
        lines.push(lineOf(depth, tree.text.slice(name.span.start, name.span.end), argumentsOf(tree, directive)));
      }
      if (block !== undefined) visit(block.items, depth + 1, near);
    }
  };
  visit(tree.items, 0, spans);
  return lines;
}

function touches(outer: Span, { start, end }: Span): boolean {
  return start === end ? outer.start < start && start < outer.end : outer.start < end && start < outer.end;
}

/** The text between name and terminator, without comments. */
function argumentsOf({ text, comments }: SyntaxTree, { name, terminatorSpan }: Directive): string {
  let out = '';
  let at = name.span.end;
  for (const { span } of comments) {
    if (span.start < at || span.end > terminatorSpan.start) continue;
    out += text.slice(at, span.start);
    at = span.end;
  }
  return out + text.slice(at, terminatorSpan.start);
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
