/** Owns where new directives go and how they look: the indentation and line ends of their neighbours. */

import type { SourceFile } from '../../../files/store.ts';
import { indentationAt, lineEndOf, type TextEdit } from '../../../text/edits.ts';
import type { Entry, Scope } from '../scope.ts';
import type { Directive } from '../syntax/tree.ts';

export { byFile } from '../../blocks/edits.ts';

/** One indentation step of a file: that of the first directive that stands deeper than its block, four spaces where none does. */
export function indentStep(items: readonly Directive[], text: string): string {
  const queue = [...items];
  for (let at = 0; at < Math.min(queue.length, MOST_LOOKED_AT); at++) {
    const item = queue[at] as Directive;
    const outer = indentationAt(text, item.span.start);
    for (const child of item.block?.items ?? []) {
      const inner = indentationAt(text, child.span.start);
      if (inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
      queue.push(child);
    }
  }
  return '    ';
}

/** A badly indented line does not speak for a file, but a large one is not searched to its end. */
const MOST_LOOKED_AT = 200;

/** Whether nothing but white space and a comment follows on the line. */
function restOfLine(text: string, offset: number): { end: number; clean: boolean } {
  let end = offset;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return { end, clean: /^[ \t]*(#.*)?$/.test(text.slice(offset, end)) };
}

/** Whether something else stands before a directive on its line: a block that is written on one line. */
function sharesLine(text: string, start: number): boolean {
  return /[^ \t\r\n]/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
}

/**
 * Lines after a directive, each with its indentation, behind a comment on its line; on the same line where the directive
 * is not all of it.
 */
export function linesAfter(file: SourceFile, directive: Directive, lines: readonly string[]): TextEdit {
  const { text } = file;
  const rest = restOfLine(text, directive.span.end);
  if (!rest.clean || sharesLine(text, directive.span.start)) {
    const at = directive.span.end;
    return { span: { start: at, end: at }, newText: lines.map((line) => ` ${line.trim()}`).join('') };
  }
  const at = rest.end;
  const indent = indentationAt(text, directive.span.start);
  const lineEnd = lineEndOf(text);
  const newText = lines.map((line) => `${lineEnd}${indent}${line}`).join('');
  return { span: { start: at, end: at }, newText };
}

/** Lines before a directive, each with its indentation. */
export function linesBefore(file: SourceFile, directive: Directive, lines: readonly string[]): TextEdit {
  const { text } = file;
  const at = directive.span.start;
  const indent = indentationAt(text, at);
  const lineEnd = lineEndOf(text);
  return { span: { start: at, end: at }, newText: lines.map((line) => `${line}${lineEnd}${indent}`).join('') };
}

/** Lines at the start of a block, one step deeper than its opener. */
export function linesAtStart(scope: Scope, lines: readonly string[]): { file: SourceFile; edit: TextEdit } | undefined {
  const block = scope.opener?.directive.block;
  const { opener } = scope;
  if (opener === undefined || block === undefined || block.close === undefined) return undefined;
  const { text } = opener.file;
  const first = block.items[0];
  const rest = restOfLine(text, block.open.end);
  const lineEnd = lineEndOf(text);
  const outer = indentationAt(text, opener.directive.span.start);
  const ownLine = first !== undefined && text.slice(block.open.end, first.span.start).match(/[\r\n]/) !== null;
  const indent = ownLine ? indentationAt(text, first.span.start) : outer + indentStep([], text);
  if (rest.clean) {
    const at = rest.end;
    return {
      file: opener.file,
      edit: { span: { start: at, end: at }, newText: lines.map((line) => `${lineEnd}${indent}${line}`).join('') },
    };
  }
  // Everything on one line: the new lines get lines of their own, and what follows goes on behind them.
  const at = block.open.end;
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return {
    file: opener.file,
    edit: {
      span: { start: at, end },
      newText: `${lines.map((line) => `${lineEnd}${indent}${line}`).join('')}${lineEnd}${indent}`,
    },
  };
}

/** Removes a directive with its whole line where nothing else stands on it. */
export function removal(file: SourceFile, directive: Directive): TextEdit {
  const { text } = file;
  let start = directive.span.start;
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start--;
  const atLineStart = start === 0 || text[start - 1] === '\n' || text[start - 1] === '\r';
  const tail = /^[ \t]*(\r\n|\n|\r|$)/.exec(text.slice(directive.span.end, directive.span.end + 200));
  if (atLineStart && tail !== null) return { span: { start, end: directive.span.end + tail[0].length }, newText: '' };
  if (!atLineStart) return { span: { start, end: directive.span.end }, newText: '' };
  const gap = /^[ \t]*/.exec(text.slice(directive.span.end, directive.span.end + 200))?.[0] ?? '';
  return { span: { start: directive.span.start, end: directive.span.end + gap.length }, newText: '' };
}

/** Replaces the arguments of a directive from one index on. */
export function replaceArgs(directive: Directive, from: number, newText: string): TextEdit {
  const first = directive.args[from];
  const last = directive.args[directive.args.length - 1];
  if (first === undefined || last === undefined) {
    const at = directive.name.span.end;
    return { span: { start: at, end: at }, newText: ` ${newText}` };
  }
  return { span: { start: first.span.start, end: last.span.end }, newText };
}

/** The entry of a block after which a new directive of the same kind belongs. */
export function lastOf(entries: readonly Entry[]): Entry | undefined {
  return entries[entries.length - 1];
}
