/** Owns the syntax of OpenSSL's configuration files: sections and assignments with their places. */
import type { Span } from '../../text/span.ts';

export interface Assignment {
  readonly name: string;
  /** Without quotes around it and without comment; `undefined` where a variable or an escape decides. */
  readonly value: string | undefined;
  /** From its name to the end of its value. */
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface Section {
  /** Undefined before the first section. */
  readonly name: string | undefined;
  /** Its first header; undefined before the first section. */
  readonly header: Span | undefined;
  /** From its first header to the end of its last line. */
  readonly span: Span;
  readonly assignments: readonly Assignment[];
}

export interface ConfigurationText {
  /** Sections of one name are one, as OpenSSL reads them. */
  readonly sections: ReadonlyMap<string | undefined, Section>;
  /** Comments, each from its sign to the end of its line. */
  readonly comments: readonly Span[];
  /** Whether other files are read into it. */
  readonly includes: boolean;
}

interface Open {
  readonly name: string | undefined;
  readonly header: Span | undefined;
  span: Span;
  readonly assignments: Assignment[];
}

/** Reads any text; lines that OpenSSL would refuse are passed over (crypto/conf/conf_def.c). */
export function parseConfiguration(text: string): ConfigurationText {
  const sections = new Map<string | undefined, Open>();
  const comments: Span[] = [];
  let includes = false;
  let current: Open = { name: undefined, header: undefined, span: { start: 0, end: 0 }, assignments: [] };
  sections.set(undefined, current);
  for (const { start, line } of logicalLines(text)) {
    const sign = commentAt(line);
    if (sign >= 0) comments.push({ start: start + sign, end: start + line.length });
    const code = (sign < 0 ? line : line.slice(0, sign)).trimEnd();
    const first = code.search(/\S/);
    if (first < 0) continue;
    const end = start + code.length;
    if (/^\s*\.include\b/.test(code)) includes = true;
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(code);
    if (header?.[1] !== undefined) {
      const span = { start: start + first, end: start + header[0].length };
      const name = header[1] === 'default' ? undefined : header[1];
      const known = sections.get(name);
      current = known ?? { name, header: span, span, assignments: [] };
      sections.set(name, current);
    } else {
      const assignment = assignmentIn(code, first, start);
      if (assignment !== undefined) current.assignments.push(assignment);
    }
    current.span = { start: current.span.start, end };
  }
  return { sections, comments, includes };
}

/** Lines with those that a backslash continues; the line breaks in them become spaces, so that offsets stay. */
function* logicalLines(text: string): Generator<{ readonly start: number; readonly line: string }> {
  for (const { 0: line, index } of text.matchAll(/(?:[^\\\r\n]|\\(?:\r\n|[\s\S]))+/g)) {
    yield { start: index, line: line.replace(/\\\r?\n/g, (joint) => ' '.repeat(joint.length)) };
  }
}

/** Where the comment of a line starts, or -1: a `#` in quotes or behind a backslash is none. */
function commentAt(line: string): number {
  let quote: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '\\') at++;
    else if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if (char === '#') return at;
    else if (char === '"' || char === "'" || char === '`') quote = char;
  }
  return -1;
}

function assignmentIn(code: string, first: number, start: number): Assignment | undefined {
  const match = /^([^\s=]+)\s*=\s*/.exec(code.slice(first));
  if (match?.[1] === undefined) return undefined;
  const written = code.slice(first + match[0].length);
  const bare = written.replace(/(["'`])(.*?)\1/g, '$2');
  return {
    name: match[1],
    value: /[$\\"'`]/.test(bare) ? undefined : bare,
    span: { start: start + first, end: start + code.length },
    nameSpan: { start: start + first, end: start + first + match[1].length },
  };
}

/** The line of a name that counts: the last one. */
export function lastOf(section: Section | undefined, name: string): Assignment | undefined {
  return section?.assignments.findLast((one) => one.name === name);
}
