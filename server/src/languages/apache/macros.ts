/** Owns macros: what a `Use` brings in, which is the text of the macro with its values filled in (modules/core/mod_macro.c). */
import type { SourceFile } from '../../files/store.ts';
import type { Span } from '../../text/span.ts';
import { lineAt } from './syntax/lines.ts';
import { parse } from './syntax/parser.ts';
import type { Directive, Word } from './syntax/tree.ts';

/** `<Macro name parameters…>`. */
export interface Macro {
  readonly directive: Directive;
  readonly file: SourceFile;
  readonly parameters: readonly string[];
}

/** A use of a macro: what its parameters are filled with, and where that is written. */
export interface Filling {
  readonly macro: Macro;
  readonly values: readonly string[];
  /** All parameters, where there are any: the longest that fits at a place counts. */
  readonly pattern: RegExp | undefined;
  readonly use: Directive;
  readonly file: SourceFile;
}

export function macroOf(directive: Directive, file: SourceFile): Macro {
  return { directive, file, parameters: directive.args.slice(1).map(({ value }) => value) };
}

/** Apache does not tell the case of macros apart. */
export const macroKey = (name: string): string => name.toLowerCase();

export function fillingOf(macro: Macro, values: readonly string[], use: Directive, file: SourceFile): Filling {
  const longestFirst = macro.parameters.filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = escaped.length === 0 ? undefined : new RegExp(escaped.join('|'), 'g');
  return { macro, values, pattern, use, file };
}

/** A text with the values in it; those of parameters with `@` come in quotes. */
function filled(text: string, { macro, values, pattern }: Filling): string {
  if (pattern === undefined) return text;
  return text.replace(pattern, (name) => {
    const value = values[macro.parameters.indexOf(name)] ?? '';
    return name.startsWith('@') ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
  });
}

/**
 * A line of a macro as its use makes it, and the file that its places are in. A line without parameters stands where it is
 * written, for all uses of the macro; the words of one with parameters stand where the macro is used, as the values are from there.
 */
export function fill(
  directive: Directive,
  file: SourceFile,
  filling: Filling,
): { readonly directive: Directive; readonly file: SourceFile } | undefined {
  const raw = lineAt(file.text, directive.line.start).line.text;
  const text = filled(raw, filling);
  if (text === raw) return { directive, file };
  const [made] = parse(text).items;
  // A value may take all of a line with it, such as `#`, or make a section of it.
  if (made === undefined || (made.section === undefined) !== (directive.section === undefined)) return undefined;
  const { use } = filling;
  const place = placesOf(directive, made, file, filling);
  return {
    directive: {
      name: { ...made.name, span: use.name.span },
      key: made.key,
      args: made.args.map((word, i): Word => ({ ...word, span: place(i) })),
      head: use.head,
      line: use.line,
      made: directive.made ?? { file: file.id, span: directive.head },
      section: directive.section === undefined ? undefined : { items: directive.section.items, close: undefined },
    },
    file: filling.file,
  };
}

/** The place of each argument: the value of the one parameter that is in it, otherwise the whole use. */
function placesOf(
  { args }: Directive,
  made: Directive,
  { text }: SourceFile,
  { macro, values, pattern, use }: Filling,
): (index: number) => Span {
  const isAligned = args.length === made.args.length;
  const argumentOf = (name: string): Word | undefined => use.args[macro.parameters.indexOf(name) + 1];
  return (index) => {
    const word = args[index];
    if (pattern === undefined || (isAligned && word === undefined)) return use.head;
    const names =
      isAligned && word !== undefined
        ? (text.slice(word.span.start, word.span.end).match(pattern) ?? [])
        : // A value of several words that stands without quotes.
          macro.parameters.filter((_, i) => values[i]?.split(/\s+/).includes(made.args[index]?.value ?? '') === true);
    const [only, ...more] = new Set(names);
    const value = only === undefined || more.length > 0 ? undefined : argumentOf(only);
    return value?.span ?? use.head;
  };
}
