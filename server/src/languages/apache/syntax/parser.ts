/** Owns the Apache parser: lines to nested sections (server/config.c, ap_build_config); it recovers from every fault and never throws. */
import { isSection } from '../../../facts/apache-sections.ts';
import { lineEndOf, type TextEdit } from '../../../text/edits.ts';
import { span } from '../../../text/span.ts';
import { type LogicalLine, lineAt } from './lines.ts';
import type { Comment, Directive, Section, SyntaxProblem, SyntaxTree, Word } from './tree.ts';
import { isSpace, splitWords } from './words.ts';

/** Apache stops at the first; a person wants to see some more of them. */
export const MAX_PROBLEMS = 100;
const MAX_DEPTH = 1000;

/** A word as it is shown in a message: not endless. */
export const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);

interface OpenSection extends Directive {
  readonly section: Section & { items: Directive[]; close: Section['close'] };
}

/** Parses a configuration. Never throws; linear in time. */
export function parse(text: string): SyntaxTree {
  const nul = text.indexOf('\u0000');
  if (nul >= 0) {
    const message = 'This is no text file that Apache can read: there is a NUL byte here';
    return { text, items: [], comments: [], problems: [{ span: span(nul, nul + 1), message }] };
  }
  const parser = new Parser(text);
  const { items, comments, problems } = parser.run();
  problems.sort((one, other) => one.span.start - other.span.start);
  return { text, items, comments, problems };
}

class Parser {
  readonly items: Directive[] = [];
  readonly comments: Comment[] = [];
  readonly problems: SyntaxProblem[] = [];
  /** The sections that the next line stands in, the outermost first. */
  private readonly open: OpenSection[] = [];
  /** Sections below the last level that is kept. */
  private tooDeep = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  run(): this {
    const { text } = this;
    for (let start = this.mark(); start < text.length; ) {
      const { line, next } = lineAt(text, start);
      start = next;
      this.line(line);
    }
    for (const { head, name } of this.open) {
      this.report({
        span: head,
        message: `\`<${shown(name.value)}\` is never closed: there is no \`</${shown(name.value)}>\` for it`,
      });
    }
    return this;
  }

  private readonly report = (problem: SyntaxProblem): void => {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  };

  /** Where the text begins, behind a byte order mark. */
  private mark(): number {
    if (!this.text.startsWith('\uFEFF')) return 0;
    this.report({
      span: span(0, 1),
      message:
        'The file starts with a byte order mark, which Apache reads as part of the first word. Save it without one',
      fix: { title: 'Remove the byte order mark', edits: [{ span: span(0, 1), newText: '' }] },
    });
    return 1;
  }

  private line(line: LogicalLine): void {
    let first = 0;
    while (first < line.text.length && isSpace(line.text[first])) first++;
    if (first === line.text.length) return;
    if (line.text[first] === '#') {
      this.comments.push({ span: span(line.at(first), line.span.end), text: line.text.slice(first + 1) });
      return;
    }
    const opens = line.text[first] === '<';
    if (opens && line.text[first + 1] === '/') {
      this.close(line, splitWords(line, first, line.text.length));
      return;
    }
    const directive = opens ? opening(line, first, this.report) : plain(line, first);
    if (directive === undefined) return;
    if (isOpening(directive)) this.section(directive);
    else this.level().push(directive);
  }

  /** Where the next directive goes. */
  private level(): Directive[] {
    return this.open[this.open.length - 1]?.section.items ?? this.items;
  }

  private section(directive: OpenSection): void {
    const { open } = this;
    const unclosed = directive.key === 'virtualhost' ? open.findIndex(({ key }) => key === 'virtualhost') : -1;
    const outer = open[unclosed];
    if (outer !== undefined) {
      this.report(unclosedBefore(outer, directive, unclosed === open.length - 1, this.text));
      open.length = unclosed;
    }
    if (open.length >= MAX_DEPTH) {
      if (this.tooDeep === 0) {
        this.report({
          span: directive.head,
          message: `Sections are nested more than ${MAX_DEPTH} deep here; what is in them is not judged`,
        });
      }
      this.tooDeep++;
      return;
    }
    this.level().push(directive);
    open.push(directive);
  }

  private close(line: LogicalLine, words: readonly Word[]): void {
    const [word] = words;
    if (word === undefined) return;
    if (this.tooDeep > 0) {
      this.tooDeep--;
      return;
    }
    const name = word.value.slice(2).replace(/>$/, '');
    if (!word.value.endsWith('>')) this.report(openTag(word, words[1]));
    const { open } = this;
    const closing = { span: word.span, line: line.span };
    const current = open[open.length - 1];
    if (current === undefined) {
      this.report({
        span: word.span,
        message: `\`${shown(word.value)}\` closes nothing: no \`<${shown(name)}\` is open here`,
      });
      return;
    }
    if (current.key === name.toLowerCase()) {
      current.section.close = closing;
      open.pop();
      return;
    }
    const outer = open.findLastIndex(({ key }) => key === name.toLowerCase());
    this.report(mismatch(current, word, name, outer >= 0));
    if (outer < 0) {
      // The line stands for the end of the section, whatever it calls it.
      current.section.close = closing;
      open.pop();
      return;
    }
    const opener = open[outer];
    if (opener !== undefined) opener.section.close = closing;
    open.length = outer;
  }
}

/** An end tag whose bracket is missing, or stands apart. */
function openTag(word: Word, next: Word | undefined): SyntaxProblem {
  const bracket = next?.value.startsWith('>') ? next.span : undefined;
  const edit: TextEdit =
    bracket === undefined
      ? { span: span(word.span.end, word.span.end), newText: '>' }
      : { span: span(word.span.end, bracket.start), newText: '' };
  return {
    span: word.span,
    message: `\`${shown(word.value)}\` has no \`>\` right behind its name`,
    fix: { title: 'Close the tag', edits: [edit] },
  };
}

function isOpening(directive: Directive): directive is OpenSection {
  return directive.section !== undefined;
}

function plain(line: LogicalLine, first: number): Directive | undefined {
  const [name, ...args] = splitWords(line, first, line.text.length);
  if (name === undefined) return undefined;
  const head = span(name.span.start, args[args.length - 1]?.span.end ?? name.span.end);
  return { name, key: name.value.toLowerCase(), args, head, line: line.span, section: undefined };
}

/** The opening of a section; what stands behind its last `>` is not read. */
function opening(line: LogicalLine, first: number, report: (problem: SyntaxProblem) => void): OpenSection | undefined {
  let nameEnd = first + 1;
  while (nameEnd < line.text.length && !isSpace(line.text[nameEnd]) && line.text[nameEnd] !== '>') nameEnd++;
  const value = line.text.slice(first + 1, nameEnd);
  const bracket = line.text.lastIndexOf('>');
  const end = bracket < first ? line.text.trimEnd().length : bracket;
  const name: Word = { span: span(line.at(first), line.at(nameEnd - 1) + 1), value, quote: undefined };
  const head = span(line.at(first), line.at((bracket < first ? end : end + 1) - 1) + 1);
  if (value === '') {
    report({ span: head, message: 'Behind `<` stands the name of a section, without white space between' });
  } else if (bracket < first) {
    report({
      span: head,
      message: `\`<${shown(value)}\` is not closed by a \`>\``,
      fix: { title: 'Close the tag', edits: [{ span: span(head.end, head.end), newText: '>' }] },
    });
  }
  const args = splitWords(line, Math.min(nameEnd, end), end);
  return { name, key: value.toLowerCase(), args, head, line: line.span, section: { items: [], close: undefined } };
}

/** An end that belongs to another section than the one that is open. */
function mismatch(current: OpenSection, word: Word, name: string, opensFurtherOut: boolean): SyntaxProblem {
  const opener = current.name.value;
  const related = { span: current.head, message: `\`<${shown(opener)}\` is opened here` };
  const message = `\`${shown(word.value)}\` stands where \`<${shown(opener)}\` has to be closed`;
  if (opensFurtherOut) return { span: word.span, message: `${message} first`, related };
  const openerIsKnown = isSection(opener);
  const edit: TextEdit | undefined =
    isSection(name) && !openerIsKnown
      ? { span: current.name.span, newText: `<${name}` }
      : openerIsKnown
        ? { span: word.span, newText: `</${opener}>` }
        : undefined;
  const unknown = openerIsKnown ? '' : `, and there is no section \`<${shown(opener)}>\``;
  return {
    span: word.span,
    message: `${message}${unknown}`,
    related,
    ...(edit === undefined ? {} : { fix: { title: `Write \`${edit.newText}\``, edits: [edit] } }),
  };
}

/** A host inside of a host is one whose end is missing; where nothing else in it is open (`alone`), the end goes before. */
function unclosedBefore(outer: OpenSection, inner: OpenSection, alone: boolean, text: string): SyntaxProblem {
  const lineEnd = lineEndOf(text) === '\r\n' ? '\r\n' : '\n';
  const indentation = /^[ \t]*/.exec(text.slice(outer.line.start, outer.head.start))?.[0] ?? '';
  const at = span(inner.line.start, inner.line.start);
  return {
    span: outer.head,
    message: `\`<${outer.name.value}\` is not closed before the next one is opened`,
    related: { span: inner.head, message: 'the next one' },
    ...(alone
      ? {
          fix: {
            title: 'Close it before the next one',
            edits: [{ span: at, newText: `${indentation}</${outer.name.value}>${lineEnd}` }],
          },
        }
      : {}),
  };
}
