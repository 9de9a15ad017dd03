/** Owns edits of lines: removing, inserting and replacing them in the layout of their neighbours. */
import type { SourceFile } from '../../../files/store.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import { byFile, type PlacedEdit } from '../../blocks/edits.ts';
import type { Entry } from '../scope.ts';

export { byFile, type PlacedEdit } from '../../blocks/edits.ts';

const endOf = ({ text }: SourceFile): string => (lineEndOf(text) === '\r\n' ? '\r\n' : '\n');

/** New lines behind a directive (behind the end of a section), indented as it is. */
export function linesAfter(entry: Entry, contents: readonly string[]): PlacedEdit {
  const { file, directive } = entry;
  const at = directive.section?.close?.line.end ?? directive.line.end;
  const indentation = indentationAt(file.text, directive.head.start);
  const newText = contents.map((content) => `${endOf(file)}${indentation}${content}`).join('');
  return { file, edit: { span: span(at, at), newText } };
}

/** New lines before a directive, indented as it is. */
export function linesBefore(entry: Entry, contents: readonly string[]): PlacedEdit {
  const { file, directive } = entry;
  const at = directive.line.start;
  const indentation = indentationAt(file.text, directive.head.start);
  const newText = contents.map((content) => `${indentation}${content}${endOf(file)}`).join('');
  return { file, edit: { span: span(at, at), newText } };
}

/** Takes the lines of a directive away, with the last line end. */
export function removeLines({ file, directive }: Entry): PlacedEdit {
  const { start, end } = directive.line;
  const feed = file.text.indexOf('\n', end);
  return { file, edit: { span: span(start, feed < 0 ? file.text.length : feed + 1), newText: '' } };
}

/** Puts a text in the place of all arguments from one on. */
export function replaceArgs({ file, directive }: Entry, from: number, newText: string): PlacedEdit | undefined {
  const first = directive.args[from];
  const last = directive.args[directive.args.length - 1];
  return first === undefined || last === undefined
    ? undefined
    : { file, edit: { span: span(first.span.start, last.span.end), newText } };
}

/** Puts a text behind the last argument. */
export function appendArg({ file, directive }: Entry, newText: string): PlacedEdit {
  const at = directive.args[directive.args.length - 1]?.span.end ?? directive.name.span.end;
  return { file, edit: { span: span(at, at), newText: ` ${newText}` } };
}

/** Moves a directive's lines before another one's, indented as that is. */
export function moveBefore(entry: Entry, other: Entry): FileEdits[] {
  const { file, directive } = entry;
  const content = file.text.slice(directive.head.start, directive.line.end);
  return byFile([linesBefore(other, [content]), removeLines(entry)]);
}
