/** Owns edits of lines: replacing, inserting and removing options in the layout of their neighbours. */
import type { SourceFile } from '../../../files/store.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import { byFile, type PlacedEdit } from '../../blocks/edits.ts';
import type { Scope } from '../options.ts';
import type { Entry, StunnelProject } from '../project.ts';
import type { Header, Option } from '../syntax/tree.ts';

export interface Setting {
  readonly name: string;
  readonly value: string;
}

const endOf = ({ text }: SourceFile): string => (lineEndOf(text) === '\r\n' ? '\r\n' : '\n');

/** ` = ` as the neighbour has it; its columns are its own. */
function signOf(text: string, neighbour: Option | undefined): string {
  if (neighbour === undefined) return ' = ';
  const between = text.slice(neighbour.name.span.end, neighbour.value.span.start);
  return between === '=' ? '=' : ' = ';
}

function linesBehind(
  file: SourceFile,
  item: Option | Header,
  neighbour: Option | undefined,
  settings: readonly Setting[],
) {
  const at = item.line.end;
  const indentation = indentationAt(file.text, (neighbour ?? item).span.start);
  const sign = signOf(file.text, neighbour);
  const newText = settings.map(({ name, value }) => `${endOf(file)}${indentation}${name}${sign}${value}`).join('');
  return { file, edit: { span: span(at, at), newText } };
}

/** New options behind another one. */
export function insertBehind({ file, option }: Entry, settings: readonly Setting[]): PlacedEdit {
  return linesBehind(file, option, option, settings);
}

/** New options at the end of a service's own. */
export function insertInto({ service }: Scope, settings: readonly Setting[]): PlacedEdit {
  const last = service.own.findLast(({ file }) => file === service.file)?.option;
  return linesBehind(service.file, last ?? service.header, last, settings);
}

/** Takes the line of an option away, with its line end. */
export function removeLine({ file, option }: Entry): PlacedEdit {
  const { start, end } = option.line;
  const feed = file.text.indexOf('\n', end);
  return { file, edit: { span: span(start, feed < 0 ? file.text.length : feed + 1), newText: '' } };
}

/** Puts another option in the place of one; only its value where the name is the same. */
export function replaceOption({ file, option }: Entry, { name, value }: Setting): PlacedEdit {
  if (option.key === name.toLowerCase()) return { file, edit: { span: option.value.span, newText: value } };
  const sign = file.text.slice(option.name.span.end, option.value.span.start);
  return {
    file,
    edit: { span: span(option.name.span.start, option.value.span.end), newText: `${name}${sign}${value}` },
  };
}

/** Takes an option out of its service and puts it behind the global ones of its file; undefined where the file has none before a service. */
export function moveToGlobals(entry: Entry, { globals, root }: StunnelProject): readonly FileEdits[] | undefined {
  const { name, value } = entry.option;
  const last = globals.findLast(({ file }) => file === root);
  if (last === undefined || entry.file !== root) return undefined;
  return byFile([insertBehind(last, [{ name: name.value, value: value.value }]), removeLine(entry)]);
}
