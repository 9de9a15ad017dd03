/**
 * Owns reading a Caddyfile into blocks (caddyconfig/caddyfile/parse.go). It keeps every word's place, goes on after every
 * fault, and takes time in proportion to the text.
 */
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { type Span, span } from '../../../text/span.ts';
import { lex, type Token } from './lexer.ts';
import type { Block, Directive, SyntaxProblem, SyntaxTree, Word } from './tree.ts';

/** `top`: options, snippets and sites. `inner`: what stands in a block, as files and snippets do that sites import. */
export type Mode = 'top' | 'inner';

/** Nobody nests deeper; what does is hostile. */
const MOST_LEVELS = 200;
const MOST_PROBLEMS = 100;

interface Frame {
  readonly items: Directive[];
  /** The directive's words, whose block this is; undefined for the file itself. */
  readonly opener: { readonly name: Word; readonly args: readonly Word[]; readonly head: Span } | undefined;
  readonly open: Span | undefined;
}

/** A text of a file, shortened for messages. */
export function shown(text: string): string {
  const line = text.split(/\r?\n/, 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

interface Suspect extends Frame {
  readonly close: Span;
}

const isBrace = (token: Token | undefined, brace: '{' | '}'): boolean =>
  token !== undefined && token.value === brace && token.quote === undefined;

export function parse(text: string, mode: Mode = 'top'): SyntaxTree {
  const { tokens, comments, problems: lexed } = lex(text);
  const problems: SyntaxProblem[] = [...lexed];
  const report = (problem: SyntaxProblem): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  const root: Frame = { items: [], opener: undefined, open: undefined };
  const frames: Frame[] = [root];
  /** Blocks whose end stands further left than they do: it may be that of another one. */
  const suspects: Suspect[] = [];
  let tooDeep = 0;
  /** Closing braces that no opening one is there for: as many braces may be glued to words before them. */
  let spare =
    tokens.filter((token) => isBrace(token, '}')).length - tokens.filter((token) => isBrace(token, '{')).length;
  let at = 0;

  const top = (): Frame => frames[frames.length - 1] ?? root;
  const atTop = (): boolean => mode === 'top' && frames.length === 1;

  const finish = (close: Span | undefined): void => {
    const frame = frames.pop();
    if (frame?.opener === undefined) return;
    if (close !== undefined && isLess(text, close.start, frame.opener.head.start)) suspects.push({ ...frame, close });
    const block: Block = { open: frame.open, items: frame.items, close };
    top().items.push({ ...frame.opener, block });
  };

  const openBlock = (opener: NonNullable<Frame['opener']>, open: Span | undefined): void => {
    if (frames.length <= MOST_LEVELS) {
      frames.push({ items: [], opener, open });
      return;
    }
    if (tooDeep === 0) report({ span: opener.head, message: `blocks are nested more than ${MOST_LEVELS} deep` });
    tooDeep++;
  };

  const closeBrace = (token: Token): void => {
    at++;
    if (tooDeep > 0) {
      tooDeep--;
      return;
    }
    const { opener, open } = top();
    if (opener !== undefined) {
      finish(open === undefined ? undefined : token.span);
      return;
    }
    report({
      span: token.span,
      message: '`}` closes nothing here: there are more of them than blocks, so Caddy takes it for something else',
    });
  };

  /** The words of a line from `at` on, and where they end; addresses go on behind a comma at a line's end. */
  const words = (isTop: boolean): Token[] => {
    const out: Token[] = [];
    for (; at < tokens.length; at++) {
      const token = tokens[at];
      if (token === undefined || isBrace(token, '{') || isBrace(token, '}')) break;
      const goesOn = isTop && out[out.length - 1]?.value.endsWith(',') === true;
      if (out.length > 0 && token.newLine && !goesOn) break;
      out.push(token);
    }
    return out;
  };

  while (at < tokens.length) {
    const first = tokens[at];
    if (first === undefined) break;
    if (isBrace(first, '}')) {
      closeBrace(first);
      continue;
    }
    const isTop = atTop();
    const line = words(isTop);
    const glued = spare > 0 ? gluedBrace(line, tokens[at]) : undefined;
    if (glued !== undefined) spare--;
    const [name, ...args] = glued === undefined ? line : [...line.slice(0, -1), glued.word];
    const next = tokens[at];
    if (name === undefined) {
      // A brace with nothing before it.
      at++;
      if (!isTop || root.items.some(isSite))
        report({
          span: first.span,
          message: isTop
            ? 'a block without an address holds global options, which have to come before all sites'
            : 'this brace opens a block of nothing, so Caddy refuses it',
        });
      const here = span(first.span.start, first.span.start);
      openBlock({ name: { span: here, value: '', quote: undefined }, args: [], head: first.span }, first.span);
      continue;
    }
    const last = args[args.length - 1] ?? name;
    const opener = { name, args, head: span(name.span.start, last.span.end) };
    if (isTop) addressFaults([name, ...args], glued === undefined ? next : undefined, report);
    else if (last.value === '{}' && last.quote === undefined)
      report({ span: last.span, message: 'Caddy does not take `{}` at the end of a line; leave it out' });
    if (glued !== undefined) {
      report(glued.problem);
      openBlock(opener, glued.brace);
    } else if (isBrace(next, '{') && next !== undefined) {
      at++;
      if (next.newLine && !isTop)
        report({
          span: next.span,
          message: 'Caddy wants `{` on the line of what it belongs to, and refuses it on a line of its own',
        });
      const behind = tokens[at];
      if (!isTop && behind !== undefined && !behind.newLine)
        report({
          span: behind.span,
          message: 'Caddy takes nothing behind `{` on its line; the block begins on the next one',
        });
      openBlock(opener, next.span);
    } else if (isBrace(next, '}') && next !== undefined && !next.newLine) {
      report({
        span: next.span,
        message: '`}` has to begin a line: here Caddy takes it for one more word of the line',
        fix: {
          title: 'Put it on a line of its own',
          edits: [
            {
              span: span(last.span.end, next.span.start),
              newText: `${lineEndOf(text)}${indentationAt(text, top().opener?.head.start ?? 0)}`,
            },
          ],
        },
      });
      top().items.push({ ...opener, block: undefined });
    } else if (isTop && name.value !== 'import' && next !== undefined) openBlock(opener, undefined);
    else top().items.push({ ...opener, block: undefined });
  }
  unclosed(frames, suspects, tokens[tokens.length - 1], text, report);
  while (frames.length > 1) finish(undefined);
  return { text, items: root.items, comments, problems: problems.sort((a, b) => a.span.start - b.span.start) };
}

/** Whether an item of the top level is a site, not options, a snippet, a named route or an import. */
export function isSite({ name, args }: Directive): boolean {
  if (name.value === '' || name.value === 'import') return false;
  return args.length > 0 || !/^&?\(.*\)$/s.test(name.value);
}

/** `handle{` at the end of a line: Caddy reads one word, and the block's lines as if there were none. */
function gluedBrace(line: readonly Token[], next: Token | undefined) {
  const last = line[line.length - 1];
  if (last === undefined || last.quote !== undefined || !/^[^{}]+\{$/.test(last.value)) return undefined;
  if (next === undefined || !next.newLine) return undefined;
  const end = last.span.end - 1;
  const brace = span(end, last.span.end);
  return {
    word: { ...last, value: last.value.slice(0, -1), span: span(last.span.start, end) },
    brace,
    problem: {
      span: last.span,
      message: `a space is missing before \`{\`: Caddy reads one word, \`${shown(last.value)}\`, and opens no block`,
      fix: { title: 'Put a space before the brace', edits: [{ span: span(end, end), newText: ' ' }] },
    },
  };
}

function addressFaults(keys: readonly Word[], next: Token | undefined, report: (problem: SyntaxProblem) => void): void {
  const [first] = keys;
  if (first?.value === 'import') return;
  for (const key of keys) {
    const { value, quote } = key;
    if (value.startsWith('@')) {
      report({
        span: key.span,
        message: `the matcher \`${shown(value)}\` stands outside of any site, and Caddy refuses it there`,
      });
    } else if (value.endsWith('{') && quote === undefined) {
      report({ span: key.span, message: 'a space is missing before `{`: Caddy refuses an address that ends with it' });
    } else if (value.slice(0, -1).includes(',') && !value.includes('{$')) {
      report({
        span: key.span,
        message: `addresses are separated by a comma and a space; Caddy refuses \`${shown(value)}\` as one address`,
      });
    }
  }
  if (
    first !== undefined &&
    /^&?\(.*\)$/s.test(first.value) &&
    keys.length === 1 &&
    !isBrace(next, '{') &&
    next !== undefined
  )
    report({
      span: first.span,
      message: `a block has to follow \`${shown(first.value)}\`, and Caddy refuses the file without`,
    });
  const last = keys[keys.length - 1];
  if (last?.value.endsWith(',') === true && (next === undefined || isBrace(next, '{')))
    report({ span: last.span, message: 'another address has to follow this comma, so Caddy refuses it' });
}

/** Blocks that the end of the file cuts off: the innermost with a line that stands no deeper than itself is told where its end was forgotten. */
function unclosed(
  frames: readonly Frame[],
  suspects: readonly Suspect[],
  lastToken: Token | undefined,
  text: string,
  report: (problem: SyntaxProblem) => void,
): void {
  const outermost = frames.find(({ open }) => open !== undefined)?.opener;
  if (outermost === undefined) return;
  // Caddy takes the end of an inner block for that of the site, too, where it is the last word of all (parse.go, blockContents).
  const inside = frames[1]?.items.some(({ name }) => /[.:]/.test(name.value)) === true;
  if (frames.length === 2 && isBrace(lastToken, '}') && !/^&?\(/.test(outermost.name.value) && !inside) return;
  if (lastToken?.unclosed === true) {
    const { start } = lastToken.span;
    // Of a heredoc the lexer has told.
    if (lastToken.quote === undefined) return;
    report({
      span: span(start, start + 1),
      message: 'this quote is never closed, so Caddy reads all the rest of the file as one word',
    });
    return;
  }
  const forgotten = (
    opener: NonNullable<Frame['opener']>,
    before: { readonly start: number; readonly word: string } | undefined,
  ): boolean => {
    if (before === undefined) return false;
    const indentation = indentationAt(text, opener.head.start);
    const lineStart = lineStartOf(text, before.start);
    report({
      span: opener.head,
      message: `${blockWord(opener.name)} is never closed: a \`}\` is missing before \`${shown(before.word)}\`, and Caddy refuses the file`,
      related: { span: span(before.start, before.start + before.word.length), message: 'a `}` is missing before this' },
      fix: {
        title: 'Close the block',
        edits: [{ span: span(lineStart, lineStart), newText: `${indentation}}${lineEndOf(text)}` }],
      },
    });
    return true;
  };
  const [suspect] = suspects;
  if (suspect?.opener !== undefined) {
    const stray = strayIn(suspect.items, suspect.opener.head, text);
    if (forgotten(suspect.opener, stray ?? { start: suspect.close.start, word: '}' })) return;
  }
  for (let i = frames.length - 1; i > 0; i--) {
    const { opener, items, open } = frames[i] ?? {};
    if (opener === undefined || items === undefined || open === undefined) continue;
    const lines = [...items, frames[i + 1]?.opener].flatMap((item) => item ?? []);
    if (forgotten(opener, strayIn(lines, opener.head, text))) return;
  }
  report({
    span: outermost.head,
    message: `${blockWord(outermost.name)} is never closed, and Caddy refuses the file (unexpected EOF)`,
  });
}

/** The first line of a block that stands no deeper than the block itself. */
function strayIn(items: readonly Pick<Directive, 'name' | 'head'>[], opener: Span, text: string) {
  const indentation = indentationAt(text, opener.start);
  const stray = items.find(({ head }) => {
    const start = lineStartOf(text, head.start);
    return start > opener.end && text.slice(start, head.start) === indentation;
  });
  return stray === undefined ? undefined : { start: stray.head.start, word: stray.name.value };
}

/** Whether what begins a line at one offset is indented less than the line of another one. */
function isLess(text: string, at: number, than: number): boolean {
  const indentation = text.slice(lineStartOf(text, at), at);
  const other = indentationAt(text, than);
  return /^[ \t]*$/.test(indentation) && indentation.length < other.length && other.startsWith(indentation);
}

const lineStartOf = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const blockWord = ({ value }: Word): string => (value === '' ? 'this block' : `the block of \`${shown(value)}\``);
