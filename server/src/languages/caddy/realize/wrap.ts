/** Owns putting lines into `handle` blocks, of which a request goes into one only. */
import type { SourceFile } from '../../../files/store.ts';
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import type { Before, ProxyLine } from '../lower/proxies.ts';
import { type Entry, isUnknown } from '../scope.ts';
import { wholeOf } from '../syntax/tree.ts';
import { isLine, isOwn, type PlacedEdit } from './layout.ts';

const stepOf = ({ text }: SourceFile): string => /^(\t+| +)\S/m.exec(text)?.[1] ?? '\t';

/** The lines of an entry in a block, one step further in. `matcher`: its first word, which the block takes over. */
function wrapped({ file, directive, args }: Entry, matcher: string | undefined): PlacedEdit | undefined {
  const whole = wholeOf(directive);
  const { text } = file;
  const indentation = indentationAt(text, whole.start);
  const end = lineEndOf(text) === '\r\n' ? '\r\n' : '\n';
  const step = stepOf(file);
  const first = args[0]?.word.span;
  const head = text.slice(whole.start, directive.name.span.end);
  const rest =
    matcher === undefined || first === undefined
      ? text.slice(directive.name.span.end, whole.end)
      : text.slice(first.end, whole.end);
  // A heredoc's lines would be moved with the others.
  if (rest.includes('<<') || /["`][^"`]*\n/.test(rest)) return undefined;
  const body = `${head}${rest}`.replace(/\n(?=[^\r\n])/g, `\n${step}`);
  const opener = matcher === undefined ? 'handle {' : `handle ${matcher} {`;
  const newText = `${opener}${end}${indentation}${step}${body}${end}${indentation}}`;
  return { file, edit: { span: span(whole.start, whole.end), newText } };
}

/** A `respond` for everything and a proxy for one path at the level of the site, each into a block of its own. */
export function wrapBoth({ step, beside }: Before, proxy: ProxyLine): PlacedEdit[] | undefined {
  if (beside !== proxy.step || proxy.groups.length > 0 || step.entry.name !== 'respond') return undefined;
  const { word, paths } = proxy.step.matcher;
  if (word === undefined || paths === undefined || step.matcher.word !== undefined) return undefined;
  if (!isLine(proxy.entry) || !isOwn(step.entry) || !isOwn(proxy.entry) || word.filled || isUnknown(word.value))
    return undefined;
  // Another one for the rest would come behind the answer that now stands in a block.
  const edits = [wrapped(step.entry, undefined), wrapped(proxy.entry, word.value)];
  return edits.some((edit) => edit === undefined) ? undefined : edits.flatMap((edit) => edit ?? []);
}
