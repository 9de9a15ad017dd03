/** Owns edits of lines: removing, inserting and replacing them in the layout of their neighbours. */
import type { SourceFile } from '../../../files/store.ts';
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import { byFile, type PlacedEdit } from '../../blocks/edits.ts';
import { addLine, removeFrom, replaceList, replaceNode } from '../json/edits.ts';
import type { Entry } from '../scope.ts';
import { wholeOf } from '../syntax/tree.ts';

export { byFile, type PlacedEdit };

const endOf = ({ text }: SourceFile): string => (lineEndOf(text) === '\r\n' ? '\r\n' : '\n');

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Behind the last character of the line, before its line end. */
function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset);
  const end = feed < 0 ? text.length : feed;
  return text[end - 1] === '\r' ? end - 1 : end;
}

/** How the lines of a file are indented below what they belong to: as the first one that is. */
function stepOf({ text }: SourceFile): string {
  return /^(\t+| +)\S/m.exec(text)?.[1] ?? '\t';
}

/** Whether an entry is written where it counts, so that its lines can be changed for it alone. */
export function isOwn(entry: Entry): boolean {
  return entry.via.length === 0;
}

/** Whether it is a line of a Caddyfile, with a text of its own. */
export function isLine(entry: Entry): boolean {
  return entry.json === undefined;
}

/** New lines before a line, indented as it is. */
export function linesBefore({ file, directive }: Entry, contents: readonly string[]): PlacedEdit {
  const at = lineStart(file.text, directive.head.start);
  const indentation = indentationAt(file.text, directive.head.start);
  const newText = contents.map((content) => `${indentation}${content}${endOf(file)}`).join('');
  return { file, edit: { span: span(at, at), newText } };
}

/** New lines at the end of a line's block, which is made where there is none; undefined where it cannot be written to. */
export function insertInBlock(entry: Entry, contents: readonly string[]): PlacedEdit | undefined {
  const { file, directive, json } = entry;
  if (json !== undefined) return addLine(file, json.node, contents);
  const { text } = file;
  const { block, head } = directive;
  const indentation = indentationAt(text, head.start);
  const end = endOf(file);
  if (block === undefined) {
    const lines = contents.map((content) => `${end}${indentation}${stepOf(file)}${content}`).join('');
    return { file, edit: { span: span(head.end, head.end), newText: ` {${lines}${end}${indentation}}` } };
  }
  const last = block.items.at(-1);
  const inner = last === undefined ? indentation + stepOf(file) : indentationAt(text, last.head.start);
  if (block.close === undefined) {
    if (last === undefined) return undefined;
    const at = lineEnd(text, wholeOf(last).end);
    return {
      file,
      edit: { span: span(at, at), newText: contents.map((content) => `${end}${inner}${content}`).join('') },
    };
  }
  const at = lineStart(text, block.close.start);
  // Where the brace stands behind something, there is no line of its own to go before.
  if (text.slice(at, block.close.start).trim() !== '') return undefined;
  return {
    file,
    edit: { span: span(at, at), newText: contents.map((content) => `${inner}${content}${end}`).join('') },
  };
}

/** Takes a line away with its block and the last line end. */
export function removeLine({ file, directive, json }: Entry): PlacedEdit[] {
  if (json !== undefined) return json.node === undefined ? [] : removeFrom(file, [json.node]);
  const whole = wholeOf(directive);
  const start = lineStart(file.text, whole.start);
  const feed = file.text.indexOf('\n', whole.end);
  const end = lineEnd(file.text, whole.end);
  // A comment behind it stays.
  if (file.text.slice(whole.end, end).trim() !== '') return [{ file, edit: { span: whole, newText: '' } }];
  return [{ file, edit: { span: span(start, feed < 0 ? file.text.length : feed + 1), newText: '' } }];
}

/** Takes lines of a block away, and the block where nothing is left in it. */
export function removeLines(parent: Entry, lines: readonly Entry[]): PlacedEdit[] {
  if (!isLine(parent))
    return removeFrom(
      parent.file,
      lines.flatMap(({ json }) => json?.node ?? []),
    );
  const { directive, file } = parent;
  const { block, head } = directive;
  const items = new Set(lines.map((line) => line.directive));
  if (block?.open === undefined || block.close === undefined || !block.items.every((item) => items.has(item)))
    return lines.flatMap(removeLine);
  const { text } = file;
  const spans = block.items.map(wholeOf);
  const last = block.close.start;
  const gaps = [block.open, ...spans].map(({ end }, i) => text.slice(end, spans[i]?.start ?? last));
  // Comments stay, and the block with them.
  if (gaps.some((gap) => gap.trim() !== '')) return lines.flatMap(removeLine);
  return [{ file, edit: { span: span(head.end, block.close.end), newText: '' } }];
}

/** Puts words in the place of all arguments from one on; undefined where they came in with an import. */
export function replaceArgs(
  { file, args, json }: Entry,
  from: number,
  newWords: readonly string[],
): PlacedEdit[] | undefined {
  const old = args.slice(from);
  if (json?.node?.type === 'array') return [replaceList(file, json.node, newWords)];
  if (json !== undefined) {
    const edits = old.map(({ node }, i) => replaceNode(file, node, newWords[i]));
    return old.length > newWords.length || edits.includes(undefined) ? undefined : edits.flatMap((edit) => edit ?? []);
  }
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined || old.some(({ filled }) => filled)) return undefined;
  return [{ file, edit: { span: span(first.word.span.start, last.word.span.end), newText: newWords.join(' ') } }];
}

/** Puts a word in the place of one argument, in quotes where it has spaces. */
export function replaceArg({ file, args }: Entry, index: number, newWord: string): PlacedEdit | undefined {
  const arg = args[index];
  if (arg?.node !== undefined) return replaceNode(file, arg.node, newWord);
  if (arg === undefined || arg.filled) return undefined;
  return { file, edit: { span: arg.word.span, newText: /\s/.test(newWord) ? `"${newWord}"` : newWord } };
}

/** Takes arguments out, each with the white space before it. */
export function removeArgs({ file, args, directive, json }: Entry, indexes: readonly number[]): PlacedEdit[] {
  if (json !== undefined)
    return removeFrom(
      file,
      indexes.flatMap((index) => args[index]?.node ?? []),
    );
  return indexes.map((index) => {
    const before = args[index - 1]?.word.span.end ?? directive.name.span.end;
    const end = args[index]?.word.span.end ?? before;
    return { file, edit: { span: span(before, end), newText: '' } };
  });
}
