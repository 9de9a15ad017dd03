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
  const items: Directive[] = [];
  const comments: Comment[] = [];
  const problems: SyntaxProblem[] = [];
  const open: OpenSection[] = [];
  let tooDeep = 0;
  const report = (problem: SyntaxProblem): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };

  const nul = text.indexOf('\u0000');
  if (nul >= 0) {
    report({
      span: span(nul, nul + 1),
      message: 'This is no text file that Apache can read: there is a NUL byte here',
    });
    return { text, items, comments, problems };
  }
  const hasMark = text.startsWith('\uFEFF');
  if (hasMark) {
    report({
      span: span(0, 1),
      message:
        'The file starts with a byte order mark, which Apache reads as part of the first word. Save it without one',
      fix: { title: 'Remove the byte order mark', edits: [{ span: span(0, 1), newText: '' }] },
    });
  }

  const close = (line: LogicalLine, words: readonly Word[]): void => {
    const [word] = words;
    if (word === undefined) return;
    if (tooDeep > 0) {
      tooDeep--;
      return;
    }
    const name = word.value.slice(2).replace(/>$/, '');
    if (!word.value.endsWith('>')) {
      const bracket = words[1]?.value.startsWith('>') ? words[1].span : undefined;
      report({
        span: word.span,
        message: `\`${shown(word.value)}\` has no \`>\` right behind its name`,
        fix: {
          title: 'Close the tag',
          edits:
            bracket === undefined
              ? [{ span: span(word.span.end, word.span.end), newText: '>' }]
              : [{ span: span(word.span.end, bracket.start), newText: '' }],
        },
      });
    }
    const closing = { span: word.span, line: line.span };
    const current = open[open.length - 1];
    if (current === undefined) {
      report({
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
    report(mismatch(current, word, name, outer >= 0));
    if (outer < 0) {
      // The line stands for the end of the section, whatever it calls it.
      current.section.close = closing;
      open.pop();
      return;
    }
    const opener = open[outer];
    if (opener !== undefined) opener.section.close = closing;
    open.length = outer;
  };

  for (let start = hasMark ? 1 : 0; start < text.length; ) {
    const { line, next } = lineAt(text, start);
    start = next;
    let first = 0;
    while (first < line.text.length && isSpace(line.text[first])) first++;
    if (first === line.text.length) continue;
    if (line.text[first] === '#') {
      comments.push({ span: span(line.at(first), line.span.end), text: line.text.slice(first + 1) });
      continue;
    }
    const opens = line.text[first] === '<';
    if (opens && line.text[first + 1] === '/') {
      close(line, splitWords(line, first, line.text.length));
      continue;
    }
    const directive = opens ? opening(line, first, report) : plain(line, first);
    if (directive === undefined) continue;
    if (!isOpening(directive)) {
      (open[open.length - 1]?.section.items ?? items).push(directive);
      continue;
    }
    if (directive.key === 'virtualhost' && open.some(({ key }) => key === 'virtualhost')) {
      const unclosed = open.findIndex(({ key }) => key === 'virtualhost');
      report(unclosedBefore(open[unclosed] as OpenSection, directive, unclosed === open.length - 1, text));
      open.length = unclosed;
    }
    if (open.length >= MAX_DEPTH) {
      if (tooDeep === 0) {
        report({
          span: directive.head,
          message: `Sections are nested more than ${MAX_DEPTH} deep here; what is in them is not judged`,
        });
      }
      tooDeep++;
      continue;
    }
    (open[open.length - 1]?.section.items ?? items).push(directive);
    open.push(directive);
  }
  for (const { head, name } of open) {
    report({
      span: head,
      message: `\`<${shown(name.value)}\` is never closed: there is no \`</${shown(name.value)}>\` for it`,
    });
  }
  problems.sort((a, b) => a.span.start - b.span.start);
  return { text, items, comments, problems };
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
