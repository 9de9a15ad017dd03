/** Owns reading settings from their text (or from an editor), and saying what in it cannot be used. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { FileId } from '../files/host.ts';
import { join } from '../files/paths.ts';
import { PRODUCTS, type Product, parseVersion, type TargetVersion } from '../model/target.ts';
import type { Span } from '../text/span.ts';
import { SETTINGS, type WrittenSettings } from './schema.ts';
import type { Settings } from './settings.ts';
import type { RuleName } from './shape.ts';

/** What of a settings text can be used, and what not, in the order of the text. */
export interface ReadSettings {
  readonly settings: Partial<Settings>;
  readonly problems: readonly { readonly at: Span; readonly message: string }[];
}

/** Reads a wsslint.json: JSON with comments and trailing commas. Paths in it are relative to `folder`. Never throws. */
export function readSettings(text: string, folder: FileId, rules: readonly RuleName[]): ReadSettings {
  return read(text, folder, rules, 'wsslint.json');
}

/**
 * Reads the settings of an editor (`wsslint.*` as one object); what is null counts as not set.
 * The spans of its problems mean nothing; the messages name the setting.
 */
export function readEditorSettings(value: unknown, folder: FileId, rules: readonly RuleName[]): ReadSettings {
  if (typeof value !== 'object' || value === null) return { settings: {}, problems: [] };
  const known = Object.entries(value).filter(([name, each]) => each !== null && !EDITOR_ONLY.has(name));
  let settings: Partial<Settings> = {};
  const problems: { at: Span; message: string }[] = [];
  for (const [name, each] of known) {
    const one = read(JSON.stringify({ [name]: each }), folder, rules, 'the editor’s settings');
    settings = { ...settings, ...one.settings };
    problems.push(...one.problems.map(({ at, message }) => ({ at, message: `wsslint.${name}: ${message}` })));
  }
  return { settings, problems };
}

/** Settings that only an editor has. A file of a workspace must not name a program to run. */
const EDITOR_ONLY = new Set(['trace', 'nginxBinary']);

/** The nginx binary that the user wants to be asked for its version; empty is none. */
export function nginxBinaryOf(editorSettings: unknown): string | undefined {
  if (typeof editorSettings !== 'object' || editorSettings === null || !('nginxBinary' in editorSettings))
    return undefined;
  const { nginxBinary } = editorSettings;
  if (typeof nginxBinary !== 'string' || nginxBinary === '') return undefined;
  return /^[A-Za-z]:\\/.test(nginxBinary) ? nginxBinary.replaceAll('\\', '/') : nginxBinary;
}

function read(text: string, folder: FileId, rules: readonly RuleName[], from: string): ReadSettings {
  const problems: { at: Span; message: string }[] = [];
  const { tree, error } = parse(text);
  const written =
    tree &&
    SETTINGS.read(tree, { rules, name: 'the file', report: (at, message) => void problems.push({ at, message }) });
  const settled = error === undefined ? problems : [...problems.filter(({ at }) => at.end <= error.at.start), error];
  settled.sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
  return { settings: settle(written ?? {}, folder, from), problems: settled };
}

/** The tree of a text and its first syntax error: what comes behind an error is a guess, so later errors are left out. */
function parse(text: string): {
  tree: Node | undefined;
  error: { at: Span; message: string } | undefined;
} {
  const errors: ParseError[] = [];
  try {
    // A BOM would be an error of its own; a space keeps the offsets.
    const tree = parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
    const [first] = errors.sort((a, b) => a.offset - b.offset);
    const error = first && {
      at: { start: first.offset, end: first.offset + first.length },
      message: `this is no valid JSON: ${SYNTAX.get(printParseErrorCode(first.error)) ?? 'this character cannot stand here'}`,
    };
    return { tree, error };
  } catch {
    // jsonc-parser descends by calls, so brackets without end exhaust the stack.
    return {
      tree: undefined,
      error: { at: { start: 0, end: 0 }, message: 'this is no JSON that can be read: it is nested too deeply' },
    };
  }
}

/** What an error of jsonc-parser means to a person. */
const SYNTAX: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'this word has no meaning here; texts stand in quotation marks'],
  ['InvalidNumberFormat', 'this is no number'],
  ['PropertyNameExpected', 'a setting’s name in quotation marks is expected here'],
  ['ValueExpected', 'a value is expected here'],
  ['ColonExpected', 'a colon is expected here'],
  ['CommaExpected', 'a comma is expected here'],
  ['CloseBraceExpected', 'a closing } is missing'],
  ['CloseBracketExpected', 'a closing ] is missing'],
  ['EndOfFileExpected', 'nothing more is expected here'],
  ['UnexpectedEndOfComment', 'this comment does not end'],
  ['UnexpectedEndOfString', 'this text does not end'],
]);

/** Written settings with absolute paths and comparable versions. */
function settle(written: Partial<WrittenSettings>, folder: FileId, from: string): Partial<Settings> {
  const { $schema: _, target, roots, pathMap, overrides, ...same } = written;
  return {
    ...same,
    ...(target && { target: targetOf(target, from) }),
    ...(roots && { roots: roots.map((paths) => paths.map((path) => join(folder, path))) }),
    ...(pathMap && {
      pathMap: [...pathMap].map(([prefix, to]) => ({ from: join('/', prefix), to: join(folder, to) })),
    }),
    ...(overrides && {
      overrides: overrides.flatMap(({ files, rules }) => (files && rules ? [{ folder, files, rules }] : [])),
    }),
  };
}

function targetOf(written: ReadonlyMap<string, string>, from: string): ReadonlyMap<Product, TargetVersion> {
  const target = new Map<Product, TargetVersion>();
  for (const product of PRODUCTS) {
    const text = written.get(product);
    const version = text === undefined ? undefined : parseVersion(text);
    if (text !== undefined && version !== undefined) target.set(product, { version, text, from });
  }
  return target;
}
