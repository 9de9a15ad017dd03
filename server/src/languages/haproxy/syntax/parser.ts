/** Owns the HAProxy parser: lines to sections; it recovers from every fault and never throws. */
import { SECTIONS } from '../../../facts/haproxy.ts';
import type { FileId } from '../../../files/host.ts';
import { lineEndOf } from '../../../text/edits.ts';
import { type Span, span } from '../../../text/span.ts';
import { Conditions } from './conditions.ts';
import type { Comment, Section, Source, Statement, SyntaxProblem, Tree, Word } from './tree.ts';
import { splitLine } from './words.ts';

/** HAProxy stops after 50 faults (src/cfgparse.c, readcfgfile), and so do we. */
export const MAX_PROBLEMS = 50;
const MESSAGES: ReadonlySet<string> = new Set(['.diag', '.notice', '.warning', '.alert']);

interface OpenSection extends Section {
  readonly statements: Statement[];
}

/** A word as it is shown in a message: not endless. */
export const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);

/** The words of a section's header behind its keyword: `[<name>] [from <defaults>]`. */
function heading(kind: string, words: readonly Word[]): { name: Word | undefined; from: Word | undefined } {
  const [, first, second, third] = words;
  if (kind === 'defaults' && first?.value === 'from' && second !== undefined && third === undefined) {
    return { name: undefined, from: second };
  }
  return { name: first, from: second?.value === 'from' ? third : undefined };
}

/** A byte order mark at the start, which HAProxy reads as part of the first word. */
function byteOrderMark(text: string): SyntaxProblem | undefined {
  if (!text.startsWith('\uFEFF')) return undefined;
  return {
    span: span(0, 1),
    message:
      'The file starts with a byte order mark, which HAProxy reads as part of the first word. Save it without one',
    fix: { title: 'Remove the byte order mark', edits: [{ span: span(0, 1), newText: '' }] },
  };
}

/** A last line without a line feed, which HAProxy takes for a sign that the file is cut off (2.3 and newer). */
function missingLineEnd(text: string, last: Span | undefined): SyntaxProblem | undefined {
  if (text === '' || text === '\uFEFF' || text.endsWith('\n')) return undefined;
  return {
    span: last ?? span(text.length, text.length),
    message: 'The last line has no line end, so HAProxy takes the file for one that was cut off and refuses it',
    fix: {
      title: 'End the last line',
      edits: [{ span: span(text.length, text.length), newText: lineEndOf(text) === '\r\n' ? '\r\n' : '\n' }],
    },
  };
}

/** Parses a file. Never throws; linear in time. */
export function parse(text: string, file: FileId): Tree {
  const source: Source = { file, text };
  const sections: OpenSection[] = [];
  const strays: Statement[] = [];
  const macros: Statement[] = [];
  const comments: Comment[] = [];
  const problems: SyntaxProblem[] = [];
  const report = (problem: SyntaxProblem | undefined) => {
    if (problem !== undefined && problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const conditions = new Conditions();
  let last: Span | undefined;

  const binary = text.indexOf('\u0000');
  if (binary >= 0) {
    report({
      span: span(binary, binary + 1),
      message: 'This is not a text file that HAProxy can read: there is a NUL byte here',
    });
    return { ...source, sections, strays, arms: [], macros, comments, problems };
  }
  const mark = byteOrderMark(text);
  report(mark);

  for (let start = mark === undefined ? 0 : 1; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    const line = span(start, text[end - 1] === '\r' && end > start ? end - 1 : end);
    start = end + 1;
    const { words, comment, problem } = splitLine(text, line.start, end);
    report(problem);
    if (comment !== undefined) comments.push(comment);
    const first = words[0];
    // `[…]` at the start of a line is a scope, which HAProxy reads and does nothing with (cfg_parse_scope).
    if (first === undefined || problem !== undefined || first.value === '' || text[first.span.start] === '[') continue;
    const lastWord = words[words.length - 1] ?? first;
    const statement: Statement = {
      source,
      words,
      span: span(first.span.start, lastWord.span.end),
      line,
      branch: conditions.branch,
    };
    last = statement.span;
    if (first.value.startsWith('.')) {
      macros.push(statement);
      if (!MESSAGES.has(first.value)) report(conditions.take(statement));
      continue;
    }
    if (SECTIONS.has(first.value)) {
      sections.push({ kind: first.value, header: statement, ...heading(first.value, words), statements: [] });
      continue;
    }
    const section = sections[sections.length - 1];
    if (section === undefined) {
      strays.push(statement);
      report({
        span: first.span,
        message: `\`${shown(first.value)}\` stands before any section; HAProxy expects a section such as \`global\`, \`defaults\`, \`frontend\`, \`backend\` or \`listen\` first`,
      });
    } else section.statements.push(statement);
  }
  for (const problem of conditions.open()) report(problem);
  report(missingLineEnd(text, last));
  problems.sort((a, b) => a.span.start - b.span.start);
  return { ...source, sections, strays, arms: conditions.arms, macros, comments, problems };
}
