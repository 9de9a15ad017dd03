/** Owns the examples of rule pages: fenced blocks tagged `bad`, `fixed` or `good`, with the ranges that carets mark. */

/** A range that a finding must have exactly; lines and columns count from 0, columns in UTF-16 code units. */
export interface ExpectedRange {
  readonly line: number;
  readonly startColumn: number;
  /** Behind the last marked column. */
  readonly endColumn: number;
  /** `error`, `warning` or `info`, when the marker names it. */
  readonly severity?: string;
}

export interface ExampleFile {
  /** As `file=` says; otherwise the main file of the language. */
  readonly path: string;
  readonly language: string;
  /** Without the marker lines; it ends with a line end unless it is empty. */
  readonly text: string;
  readonly ranges: readonly ExpectedRange[];
  /** The permission bits that the file has on the disk, where they matter. */
  readonly mode?: number;
  /** The line of the opening fence in the page, from 1. */
  readonly line: number;
}

interface ExampleBase {
  /** The language of the first file. */
  readonly language: string;
  readonly name?: string;
  /** Such as `nginx:1.26.3`, or `nginx:1.26.3,openssl:3.0`. */
  readonly target?: string;
  /** The day on which the example is read; RFC 3339 or a date. */
  readonly now?: string;
  /** A `fixed` example has all files of its `bad` one; those that it does not repeat are as they were. */
  readonly files: readonly ExampleFile[];
  /** The line of the first opening fence in the page, from 1. */
  readonly line: number;
}

/** Either the result of the first offer, or the reason why there is none. */
export type BadExample = ExampleBase & { readonly kind: 'bad' } & (
    | { readonly fixed: FixedExample; readonly unfixable?: never }
    | { readonly fixed?: never; readonly unfixable: string }
  );
export type FixedExample = ExampleBase & { readonly kind: 'fixed' };
export type GoodExample = ExampleBase & { readonly kind: 'good' };
export type Example = BadExample | FixedExample | GoodExample;

const MAIN_FILES = new Map([
  ['nginx', 'nginx.conf'],
  ['haproxy', 'haproxy.cfg'],
  ['apache', 'apache2.conf'],
  ['caddy', 'Caddyfile'],
  ['stunnel', 'stunnel.conf'],
  ['pem', 'certificate.pem'],
  ['openssl', 'server.ext'],
  ['json', 'wsslint.json'],
]);
const KINDS = ['bad', 'fixed', 'good'] as const;
const KEYS = ['name', 'file', 'target', 'now', 'mode'] as const;
const SEVERITIES = new Set(['error', 'warning', 'info']);

type Kind = (typeof KINDS)[number];
interface Fence extends ExampleFile {
  readonly kind: Kind;
  readonly options: ReadonlyMap<(typeof KEYS)[number], string>;
  /** The paragraph that follows, when it begins with `unfixable:`. */
  readonly unfixable: string | undefined;
}

/**
 * The examples of a page, in its order. An opening fence reads ```` ```nginx bad name=… file=… target=… now=…
 * mode=… ````; fences without a kind are ordinary code. Consecutive fences of one kind with the same `name` are one
 * example of several files; `mode=644` gives the file permission bits.
 *
 * In a `bad` block, a comment line of carets marks the range above it: `#   ^^^^ warning`; the severity may be left out, and
 * several groups of carets mark several ranges. Where a range begins under the `#` itself, `#^^^` counts the `#` as a caret.
 *
 * Throws, with the line, on whatever it does not understand, so that no example is silently left out.
 */
export function parseExamples(page: string): { readonly blocks: readonly Example[] } {
  const groups: Fence[][] = [];
  for (const fence of fencesOf(page.split(/\r?\n/))) {
    const last = groups.at(-1);
    const name = fence.options.get('name');
    const [first] = last ?? [];
    const continues = name !== undefined && first?.kind === fence.kind && first.options.get('name') === name;
    if (continues && last !== undefined) last.push(fence);
    else groups.push([fence]);
  }
  const blocks: Example[] = [];
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] ?? [];
    const base = exampleBase(group);
    const [first] = group;
    if (first === undefined || base === undefined) continue;
    if (first.kind === 'good') blocks.push({ ...base, kind: 'good' });
    else if (first.kind === 'fixed') throw problem(first.line, 'a fixed block without a bad block before it');
    else {
      const next = groups[i + 1] ?? [];
      const unfixable = group.find((fence) => fence.unfixable !== undefined)?.unfixable;
      if (next[0]?.kind === 'fixed') {
        const fixed = fixedExample(base, next);
        blocks.push({ ...base, kind: 'bad', fixed }, fixed);
        i++;
      } else if (unfixable !== undefined) blocks.push({ ...base, kind: 'bad', unfixable });
      else throw problem(first.line, 'a bad block with neither a fixed block nor an "unfixable:" paragraph after it');
    }
  }
  return { blocks };
}

function exampleBase(fences: readonly Fence[]): ExampleBase | undefined {
  const [first] = fences;
  if (first === undefined) return undefined;
  const option = (key: 'name' | 'target' | 'now') => {
    const value = fences.map(({ options }) => options.get(key)).find((candidate) => candidate !== undefined);
    return value === undefined ? {} : { [key]: value };
  };
  const files = fences.map(({ path, language, text, ranges, line, options }) => {
    const mode = options.get('mode');
    return { path, language, text, ranges, line, ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }) };
  });
  const twice = files.find(({ path }, index) => files.findIndex((other) => other.path === path) !== index);
  if (twice !== undefined) throw problem(twice.line, `${twice.path} for the second time in one example`);
  return {
    language: first.language,
    ...option('name'),
    ...option('target'),
    ...option('now'),
    files,
    line: first.line,
  };
}

function fixedExample(bad: ExampleBase, fences: readonly Fence[]): FixedExample {
  const base = exampleBase(fences) ?? bad;
  const fixed = new Map(base.files.map((file) => [file.path, file]));
  const kept = bad.files.map((file) => fixed.get(file.path) ?? { ...file, ranges: [] });
  const added = base.files.filter(({ path }) => !bad.files.some((file) => file.path === path));
  return { ...bad, ...base, kind: 'fixed', files: [...kept, ...added] };
}

function fencesOf(lines: readonly string[]): Fence[] {
  const fences: Fence[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent = '', mark, info = ''] = /^( {0,3})(`{3,}|~{3,})\s*(.*)$/.exec(lines[i] ?? '') ?? [];
    if (mark === undefined) continue;
    const end = lines.findIndex(
      (line, at) => at > i && new RegExp(`^ {0,3}${mark}[${mark.charAt(0)}]*\\s*$`).test(line),
    );
    if (end < 0) throw problem(i + 1, 'a fence that is not closed');
    const body = lines.slice(i + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    const fence = fenceOf(info, body, i + 1, paragraphAfter(lines, end));
    if (fence !== undefined) fences.push(fence);
    i = end;
  }
  return fences;
}

function fenceOf(info: string, body: readonly string[], line: number, after: string): Fence | undefined {
  const [language = '', kindWord, ...tags] = info.split(/\s+/).filter((word) => word !== '');
  const kind = KINDS.find((candidate) => candidate === kindWord);
  if (kind === undefined) {
    if (kindWord !== undefined) throw problem(line, `"${kindWord}" where bad, fixed or good is expected`);
    return undefined;
  }
  const options = new Map<(typeof KEYS)[number], string>();
  for (const tag of tags) {
    const [word = '', value = ''] = tag.split(/=(.*)/s);
    const key = KEYS.find((candidate) => candidate === word);
    if (key === undefined || value === '') throw problem(line, `"${tag}" is no tag; there are ${KEYS.join('=, ')}=`);
    options.set(key, value);
  }
  const path = options.get('file') ?? MAIN_FILES.get(language);
  if (path === undefined) throw problem(line, `${language} has no main file, so the example needs file=`);
  const { text, ranges } = kind === 'bad' ? withoutMarkers(body, line) : { text: joined(body), ranges: [] };
  const [, unfixable] = /^unfixable:\s*(.+)$/is.exec(after) ?? [];
  return { kind, path, language, text, ranges, line, options, unfixable };
}

/** Takes the marker lines out of a `bad` block. */
function withoutMarkers(body: readonly string[], fenceLine: number): Pick<ExampleFile, 'text' | 'ranges'> {
  const kept: string[] = [];
  const ranges: ExpectedRange[] = [];
  for (const [index, line] of body.entries()) {
    const [, before, carets, word = ''] = /^(\s*(?:#|\/\/|;|<!--))(\s*\^[\s^]*)(\w*)\s*(?:-->)?$/.exec(line) ?? [];
    if (before === undefined || carets === undefined) {
      kept.push(line);
      continue;
    }
    if (kept.length === 0) throw problem(fenceLine + 1 + index, 'a marker with no line above it');
    if (word !== '' && !SEVERITIES.has(word)) throw problem(fenceLine + 1 + index, `"${word}" is no severity`);
    // The comment sign stands where a range may begin, so that a caret right behind it takes it along.
    const signWidth = before.trimStart().length;
    const touching = carets.startsWith('^');
    const padded = ' '.repeat(before.length - signWidth) + (touching ? '^' : ' ').repeat(signWidth) + carets;
    for (const { 0: run, index: start } of padded.matchAll(/\^+/g)) {
      const severity = word === '' ? {} : { severity: word };
      ranges.push({ line: kept.length - 1, startColumn: start, endColumn: start + run.length, ...severity });
    }
  }
  return { text: joined(kept), ranges };
}

function paragraphAfter(lines: readonly string[], fenceEnd: number): string {
  const start = lines.findIndex((line, at) => at > fenceEnd && line.trim() !== '');
  if (start < 0) return '';
  const length = lines.slice(start).findIndex((line) => line.trim() === '' || /^ {0,3}(`{3}|~{3})/.test(line));
  return lines.slice(start, length < 0 ? lines.length : start + length).join(' ');
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function problem(line: number, message: string): Error {
  return new Error(`line ${line}: ${message}`);
}
