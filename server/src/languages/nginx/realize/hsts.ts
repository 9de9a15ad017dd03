/** Owns the edits of `Strict-Transport-Security`. */
import type { FileEdits } from '../../../model/remedy.ts';
import { type Entry, own, type Scope } from '../scope.ts';
import type { Word } from '../syntax/tree.ts';
import { byFile, lastOf, linesAfter, linesAtStart } from './layout.ts';

/** A directive as it is written, as a line. */
export function writtenLine({ directive: { name, args }, file }: Entry): string {
  return `${file.text.slice(name.span.start, args[args.length - 1]?.span.end ?? name.span.end)};`;
}

export function addAlways({ file, directive: { name, args } }: Entry): FileEdits[] {
  const at = args[args.length - 1]?.span.end ?? name.span.end;
  return byFile([{ file, edit: { span: { start: at, end: at }, newText: ' always' } }]);
}

/** Sets the number of a parameter such as `max-age=300` in a word, quotes and the rest as they are. */
export function replaceWord({ file }: Entry, word: Word, name: string, number: string): FileEdits[] | undefined {
  const text = file.text.slice(word.span.start, word.span.end);
  const match = new RegExp(`(${name}\\s*=\\s*\\\\?"?)(\\d+)`, 'i').exec(text);
  if (match === null) return undefined;
  const start = word.span.start + match.index + (match[1]?.length ?? 0);
  return byFile([{ file, edit: { span: { start, end: start + (match[2]?.length ?? 0) }, newText: number } }]);
}

/** One line at each of these levels: behind its last `add_header` that is in its own file, else behind its settings. */
export function addToLevels(levels: readonly Scope[], line: string): FileEdits[] | undefined {
  const edits = levels.map((level) => {
    const here = (entries: readonly Entry[]) => lastOf(entries.filter(({ via }) => via.length === 0));
    const anchor =
      here(own(level, 'add_header')) ?? here(own(level, 'ssl_certificate_key')) ?? here(own(level, 'server_name'));
    if (anchor === undefined) return linesAtStart(level, [line]);
    return { file: anchor.file, edit: linesAfter(anchor.file, anchor.directive, [line]) };
  });
  return edits.every((edit) => edit !== undefined) ? byFile(edits) : undefined;
}
