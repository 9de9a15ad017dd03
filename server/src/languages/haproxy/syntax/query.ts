/** Owns reading statements: keywords behind `no`, parameters with their values, conditions, and what stands at an offset. */
import type { FileId } from '../../../files/host.ts';
import { type Span, spanTouches } from '../../../text/span.ts';
import type { Section, Statement, Whole, Word } from './tree.ts';

/** The words from the keyword on: `no` and `default` before it are modifiers. */
export function keywordWords(statement: Statement): readonly Word[] {
  const first = statement.words[0]?.value;
  return first === 'no' || first === 'default' ? statement.words.slice(1) : statement.words;
}

/** Whether the keyword and the words behind it are these (`option httpclose`). */
export function startsWith(statement: Statement, ...values: readonly string[]): boolean {
  const words = keywordWords(statement);
  return values.every((value, i) => words[i]?.value === value);
}

const indexes = new WeakMap<Section, ReadonlyMap<string, readonly Statement[]>>();

/** The statements of a section with this keyword, in their order. */
export function statementsOf(section: Section, keyword: string): readonly Statement[] {
  let index = indexes.get(section);
  if (index === undefined) {
    const made = new Map<string, Statement[]>();
    for (const statement of section.statements) {
      const word = keywordWords(statement)[0]?.value ?? '';
      const same = made.get(word);
      if (same === undefined) made.set(word, [statement]);
      else same.push(statement);
    }
    index = made;
    indexes.set(section, index);
  }
  return index.get(keyword) ?? [];
}

export function isServerLine(statement: Statement): boolean {
  const keyword = statement.words[0]?.value;
  return keyword === 'server' || keyword === 'server-template';
}

/** A parameter of a `bind` or `server` line, with its value when it takes one. */
export interface Parameter {
  readonly name: Word;
  readonly value: Word | undefined;
}

/** The parameters behind the first `skip` words of a line; `takesValue` says which of them have one. */
export function parametersOf(words: readonly Word[], skip: number, takesValue: ReadonlySet<string>): Parameter[] {
  const out: Parameter[] = [];
  for (let i = skip; i < words.length; i++) {
    const name = words[i] as Word;
    const value = takesValue.has(name.value) ? words[i + 1] : undefined;
    out.push({ name, value });
    if (value !== undefined) i++;
  }
  return out;
}

/** The words behind `if` or `unless`, if the line has a condition. */
export function conditionOf(
  statement: Statement,
): { readonly sign: 'if' | 'unless'; readonly words: readonly Word[] } | undefined {
  const at = statement.words.findIndex(({ value }, i) => i > 0 && (value === 'if' || value === 'unless'));
  const sign = statement.words[at]?.value;
  return sign === 'if' || sign === 'unless' ? { sign, words: statement.words.slice(at + 1) } : undefined;
}

/** Whether a statement stands in the same `.if` block as its section's first line, so that it is there whenever the section is. */
export function alwaysIn(section: Section, statement: Statement): boolean {
  return statement.branch === section.header.branch;
}

/** Whether a section is there wherever another one is. */
export function standsWith(section: Section, other: Section): boolean {
  const { branch, source } = section.header;
  return branch === '' || (source.file === other.header.source.file && other.header.branch.startsWith(branch));
}

/** The section, the statement and the word at an offset of a file. */
export function findAt(
  { sections }: Whole,
  { file, offset }: { readonly file: FileId; readonly offset: number },
): { section: Section; statement: Statement; word: Word | undefined } | undefined {
  for (const section of sections) {
    if (section.header.source.file !== file) continue;
    for (const statement of [section.header, ...section.statements]) {
      if (!spanTouches(statement.line, offset)) continue;
      return { section, statement, word: statement.words.find((word) => spanTouches(word.span, offset)) };
    }
  }
  return undefined;
}

/** From the section's first word to the end of its last statement. */
export function sectionSpan(section: Section): Span {
  const last = section.statements[section.statements.length - 1] ?? section.header;
  return { start: section.header.span.start, end: last.span.end };
}
