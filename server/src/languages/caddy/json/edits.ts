/** Owns edits of JSON: values written anew, members and elements added and taken out, in the layout of their neighbours. */
import type { Node } from 'jsonc-parser';
import type { SourceFile } from '../../../files/store.ts';
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import type { PlacedEdit } from '../../blocks/edits.ts';
import { parseDuration } from '../lower/time.ts';
import { member } from './made.ts';

const endOf = ({ offset, length }: Node): number => offset + length;

/** Placeholders have no short names in JSON (caddyconfig/httpcaddyfile/shorthands.go). */
const inFull = (word: string): string => word.replaceAll('{hostport}', '{http.request.hostport}');

/** Puts a word in the place of a text, or a time in that of its nanoseconds. */
export function replaceNode(
  file: SourceFile,
  node: Node | undefined,
  newWord: string | undefined,
): PlacedEdit | undefined {
  if (node === undefined || newWord === undefined) return undefined;
  const seconds = node.type === 'number' ? parseDuration(newWord) : undefined;
  if (node.type === 'number' && seconds === undefined) return undefined;
  const newText = seconds === undefined ? JSON.stringify(inFull(newWord)) : `${Math.round(seconds * 1e9)}`;
  return { file, edit: { span: span(node.offset, endOf(node)), newText } };
}

/** The elements of a list, on one line where they are. */
export function replaceList(file: SourceFile, list: Node, newWords: readonly string[]): PlacedEdit {
  const [first] = list.children ?? [];
  const gap = first === undefined ? '' : file.text.slice(list.offset + 1, first.offset);
  const last = list.children?.at(-1);
  const [start, end] = [first?.offset ?? list.offset + 1, last === undefined ? endOf(list) - 1 : endOf(last)];
  const between = gap.includes('\n') ? `,${gap}` : ', ';
  return {
    file,
    edit: { span: span(start, end), newText: newWords.map((word) => JSON.stringify(word)).join(between) },
  };
}

/** Objects and lists of these names say nothing when they are empty. */
const NEEDLESS: ReadonlySet<unknown> = new Set(['set', 'add', 'delete', 'request', 'headers']);

/** The member or the element that holds a value. */
const partOf = (node: Node): Node => (node.parent?.type === 'property' ? node.parent : node);

/** Takes members and elements out, and what is empty then and says nothing. */
export function removeFrom(file: SourceFile, nodes: readonly Node[]): PlacedEdit[] {
  const gone = new Set(nodes.map(partOf));
  // A group whose last member goes, goes itself; its own group is looked at after it.
  for (const part of gone) {
    const group = part.parent;
    if (group === undefined || group.parent?.type !== 'property') continue;
    if (!NEEDLESS.has(group.parent.children?.[0]?.value)) continue;
    if ((group.children ?? []).every((one) => gone.has(one))) gone.add(group.parent);
  }
  const groups = new Set([...gone].flatMap(({ parent }) => parent ?? []));
  return [...groups].flatMap((group) => (isBelow(group, gone) ? [] : cutsIn(group, gone, file)));
}

function isBelow(node: Node, gone: ReadonlySet<Node>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) if (gone.has(at)) return true;
  return false;
}

/** Each with the comma before it; those that nothing is left before with the one behind. */
function cutsIn(group: Node, gone: ReadonlySet<Node>, file: SourceFile): PlacedEdit[] {
  const parts = group.children ?? [];
  const kept = parts.findIndex((part) => !gone.has(part));
  if (kept < 0) return [{ file, edit: { span: span(group.offset + 1, endOf(group) - 1), newText: '' } }];
  return parts.flatMap((part, i): PlacedEdit[] => {
    if (!gone.has(part)) return [];
    const [before, after] = [parts[i - 1], parts[i + 1]];
    const cut =
      i < kept
        ? span(part.offset, after?.offset ?? endOf(part))
        : span(before === undefined ? part.offset : endOf(before), endOf(part));
    return [{ file, edit: { span: cut, newText: '' } }];
  });
}

/** The layout of a file: one step further in, or nothing where all of it is on one line. */
const stepOf = ({ text }: SourceFile): string => /^(\t+| +)\S/m.exec(text)?.[1] ?? '';

/** A member of an object, or of one that a path leads to; objects on the way are made. */
export function addMember(
  file: SourceFile,
  object: Node | undefined,
  path: readonly string[],
  value: unknown,
): PlacedEdit | undefined {
  const [name, ...rest] = path;
  if (object?.type !== 'object' || name === undefined) return undefined;
  const there = member(object, name);
  if (there !== undefined) return addMember(file, there, rest, value);
  const made = rest.reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
  const last = object.children?.at(-1);
  const [step, end] = [stepOf(file), lineEndOf(file.text) === '\r\n' ? '\r\n' : '\n'];
  const around = indentationAt(file.text, object.offset);
  const before = object.children?.at(-2);
  const gap =
    last !== undefined
      ? file.text.slice(before === undefined ? object.offset + 1 : endOf(before), last.offset).replace(/^\s*,/, '')
      : step === ''
        ? ''
        : `${end}${around}${step}`;
  const inner = gap.slice(gap.lastIndexOf('\n') + 1);
  const [key, old] = last?.children ?? [];
  const colon = key === undefined || old === undefined ? ': ' : file.text.slice(endOf(key), old.offset);
  const text = gap.includes('\n')
    ? JSON.stringify(made, undefined, step).replaceAll('\n', `${end}${inner}`)
    : JSON.stringify(made);
  const newText = `${gap}${JSON.stringify(name)}${colon}${text}`;
  if (last !== undefined) return { file, edit: { span: span(endOf(last), endOf(last)), newText: `,${newText}` } };
  const close = gap.includes('\n') ? `${end}${around}` : '';
  return { file, edit: { span: span(object.offset + 1, endOf(object) - 1), newText: `${newText}${close}` } };
}

/** One line of a Caddyfile as a member; undefined where it is none. */
export function addLine(
  file: SourceFile,
  object: Node | undefined,
  [line, ...more]: readonly string[],
): PlacedEdit | undefined {
  const [name, first, second] = line?.split(' ') ?? [];
  if (first === undefined || more.length > 0) return undefined;
  switch (name) {
    case 'stream_close_delay':
      return addMember(file, object, [name], first);
    case 'trusted_ca_cert_file':
      return addMember(file, object, ['trusted_ca_certs_pem_files'], [first]);
    case 'header_up':
      return second === undefined
        ? undefined
        : addMember(file, object, ['headers', 'request', 'set', first], [inFull(second)]);
    default:
      return undefined;
  }
}
