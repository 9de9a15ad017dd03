/** Owns edits of lines and words: removing, inserting and replacing them in the layout of their neighbours. */
import type { FileId } from '../../files/host.ts';
import type { FileEdits } from '../../model/remedy.ts';
import { indentationAt, lineEndOf, type TextEdit } from '../../text/edits.ts';
import { span } from '../../text/span.ts';
import { alwaysIn, isServerLine, startsWith } from './syntax/query.ts';
import type { Section, Statement, Whole, Word } from './syntax/tree.ts';

/** Edits of several files, those of one together; in the order of the files' first edits. */
export function byFile(edits: readonly { readonly file: FileId; readonly edit: TextEdit }[]): FileEdits[] {
  const files = new Map<FileId, TextEdit[]>();
  for (const { file, edit } of edits) {
    const same = files.get(file);
    if (same === undefined) files.set(file, [edit]);
    else same.push(edit);
  }
  return [...files].map(([file, own]) => ({ file, edits: own }));
}

/** Takes a whole line away, with its line end and a comment on it. */
export function removeLine({ line, source: { text } }: Statement): TextEdit {
  const feed = text.indexOf('\n', line.end);
  return { span: span(line.start, feed < 0 ? text.length : feed + 1), newText: '' };
}

/** Takes the words from `from` up to, not including, `to` away, with the white space before them. */
export function removeWords({ words }: Statement, from: number, to: number): TextEdit | undefined {
  const before = words[from - 1];
  const last = words[to - 1];
  return before === undefined || last === undefined || to <= from
    ? undefined
    : { span: span(before.span.end, last.span.end), newText: '' };
}

export function replaceWord(word: Word, newText: string): TextEdit {
  return { span: word.span, newText };
}

/** Puts words behind a word. */
export function insertBehind(word: Word, newText: string): TextEdit {
  return { span: span(word.span.end, word.span.end), newText: ` ${newText}` };
}

/** The indentation of the configuration's statements, for a section that has none yet. */
function usualIndentation({ sections }: Whole): string {
  const any = sections.find(({ statements }) => statements.length > 0)?.statements[0];
  return any === undefined ? '    ' : indentationAt(any.source.text, any.span.start);
}

/**
 * Inserts a line into a section: behind its last `timeout`, or before its first server, or at its start; never into an
 * `.if` block.
 */
export function insertSetting(whole: Whole, section: Section, content: string): TextEdit {
  const { text } = section.header.source;
  const plain = section.statements.filter((statement) => alwaysIn(section, statement));
  const timeout = plain.findLast((statement) => startsWith(statement, 'timeout'));
  const server = plain.find((statement) => isServerLine(statement) || startsWith(statement, 'default-server'));
  const neighbour = timeout ?? server ?? plain[0];
  const indentation = neighbour === undefined ? usualIndentation(whole) : indentationAt(text, neighbour.span.start);
  const lineEnd = lineEndOf(text) === '\r\n' ? '\r\n' : '\n';
  if (timeout === undefined && server !== undefined) {
    return { span: span(server.line.start, server.line.start), newText: `${indentation}${content}${lineEnd}` };
  }
  const after = (timeout ?? section.header).line.end;
  return { span: span(after, after), newText: `${lineEnd}${indentation}${content}` };
}

/** Inserts a rule before the first `http-request` of a section, or else behind its listeners, or at its start. */
export function insertRule(whole: Whole, section: Section, content: string): TextEdit {
  const { text } = section.header.source;
  const plain = section.statements.filter((statement) => alwaysIn(section, statement));
  const lineEnd = lineEndOf(text) === '\r\n' ? '\r\n' : '\n';
  const first = plain.find((statement) => startsWith(statement, 'http-request'));
  if (first !== undefined) {
    const { start } = first.line;
    return { span: span(start, start), newText: `${indentationAt(text, first.span.start)}${content}${lineEnd}` };
  }
  const before = plain.findLast((statement) => startsWith(statement, 'bind')) ?? plain[0];
  const indentation = before === undefined ? usualIndentation(whole) : indentationAt(text, before.span.start);
  const after = (plain.findLast((statement) => startsWith(statement, 'bind')) ?? section.header).line.end;
  return { span: span(after, after), newText: `${lineEnd}${indentation}${content}` };
}
