/** Owns edits of several files together, and the remedies that every block language realizes alike. */
import type { SourceFile } from '../../files/store.ts';
import type { FileEdits, Remedy } from '../../model/remedy.ts';
import type { TextEdit } from '../../text/edits.ts';

export interface PlacedEdit {
  readonly file: SourceFile;
  readonly edit: TextEdit;
}

/** Groups edits by file, in the order in which the files come; the same edit twice is one. */
export function byFile(edits: readonly PlacedEdit[]): FileEdits[] {
  const files = new Map<string, TextEdit[]>();
  for (const { file, edit } of edits) {
    const list = files.get(file.id);
    if (list === undefined) files.set(file.id, [edit]);
    else if (
      !list.some(
        ({ span, newText }) => span.start === edit.span.start && span.end === edit.span.end && newText === edit.newText,
      )
    )
      list.push(edit);
  }
  return [...files].map(([file, list]) => ({ file, edits: list }));
}

/** Writes another path where a file is named. `special` matches paths that have to be quoted. */
export function nameFile({ use, path }: Extract<Remedy, { kind: 'name-file' }>, special: RegExp): readonly FileEdits[] {
  const newText = special.test(path) ? `"${path.replace(/(["\\])/g, '\\$1')}"` : path;
  return [{ file: use.place.file, edits: [{ span: use.place.span, newText }] }];
}
