/**
 * Owns reading a Caddyfile into blocks (caddyconfig/caddyfile/parse.go). It keeps every word's place, goes on after every
 * fault, and takes time in proportion to the text.
 */
import { indentationAt, lineEndOf } from '../../../text/edits.ts';
import { type Span, span } from '../../../text/span.ts';
import { addressFaults, gluedBrace, isBrace } from './faults.ts';
import { lex, type Token } from './lexer.ts';
import type { Block, Directive, SyntaxProblem, SyntaxTree, Word } from './tree.ts';
import { type Frame, isLess, type Suspect, unclosed } from './unclosed.ts';

/** `top`: options, snippets and sites. `inner`: what stands in a block, as files and snippets do that sites import. */
export type Mode = 'top' | 'inner';

/** Nobody nests deeper; what does is hostile. */
const MOST_LEVELS = 200;
const MOST_PROBLEMS = 100;

type Opener = NonNullable<Frame['opener']>;

export function parse(text: string, mode: Mode = 'top'): SyntaxTree {
  return new Parser(text, mode).read();
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly comments: SyntaxTree['comments'];
  private readonly problems: SyntaxProblem[];
  private readonly root: Frame = { items: [], opener: undefined, open: undefined };
  private readonly frames: Frame[] = [this.root];
  private readonly suspects: Suspect[] = [];
  private tooDeep = 0;
  /** Closing braces that no opening one is there for: as many braces may be glued to words before them. */
  private spare: number;
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly mode: Mode,
  ) {
    const { tokens, comments, problems } = lex(text);
    this.tokens = tokens;
    this.comments = comments;
    this.problems = [...problems];
    const count = (brace: '{' | '}') => tokens.filter((token) => isBrace(token, brace)).length;
    this.spare = count('}') - count('{');
  }

  read(): SyntaxTree {
    const { text, tokens, comments, frames, suspects, root, problems } = this;
    for (let first = tokens[0]; first !== undefined; first = tokens[this.at]) {
      if (isBrace(first, '}')) this.closeBrace(first);
      else this.line(first);
    }
    unclosed(frames, suspects, tokens[tokens.length - 1], text, this.report);
    while (frames.length > 1) this.finish(undefined);
    return { text, items: root.items, comments, problems: problems.sort((a, b) => a.span.start - b.span.start) };
  }

  private readonly report = (problem: SyntaxProblem): void => {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
  };

  private top(): Frame {
    return this.frames[this.frames.length - 1] ?? this.root;
  }

  private finish(close: Span | undefined): void {
    const frame = this.frames.pop();
    if (frame?.opener === undefined) return;
    if (close !== undefined && isLess(this.text, close.start, frame.opener.head.start))
      this.suspects.push({ ...frame, close });
    const block: Block = { open: frame.open, items: frame.items, close };
    this.top().items.push({ ...frame.opener, block });
  }

  private openBlock(opener: Opener, open: Span | undefined): void {
    if (this.frames.length <= MOST_LEVELS) {
      this.frames.push({ items: [], opener, open });
      return;
    }
    if (this.tooDeep === 0)
      this.report({ span: opener.head, message: `blocks are nested more than ${MOST_LEVELS} deep` });
    this.tooDeep++;
  }

  private addLine(opener: Opener): void {
    this.top().items.push({ ...opener, block: undefined });
  }

  private closeBrace(token: Token): void {
    this.at++;
    if (this.tooDeep > 0) {
      this.tooDeep--;
      return;
    }
    const { opener, open } = this.top();
    if (opener !== undefined) {
      this.finish(open === undefined ? undefined : token.span);
      return;
    }
    this.report({
      span: token.span,
      message: '`}` closes nothing here: there are more of them than blocks, so Caddy takes it for something else',
    });
  }

  /** The words of a line from `at` on, and where they end; addresses go on behind a comma at a line's end. */
  private words(isTop: boolean): Token[] {
    const out: Token[] = [];
    for (; this.at < this.tokens.length; this.at++) {
      const token = this.tokens[this.at];
      if (token === undefined || isBrace(token, '{') || isBrace(token, '}')) break;
      const goesOn = isTop && out[out.length - 1]?.value.endsWith(',') === true;
      if (out.length > 0 && token.newLine && !goesOn) break;
      out.push(token);
    }
    return out;
  }

  /** Reads a line, and the brace that opens its block. */
  private line(first: Token): void {
    const isTop = this.mode === 'top' && this.frames.length === 1;
    const line = this.words(isTop);
    const next = this.tokens[this.at];
    const glued = this.spare > 0 ? gluedBrace(line, next) : undefined;
    if (glued !== undefined) this.spare--;
    const [name, ...args] = glued === undefined ? line : [...line.slice(0, -1), glued.word];
    if (name === undefined) {
      this.namelessBlock(first, isTop);
      return;
    }
    const last = args[args.length - 1] ?? name;
    const opener = { name, args, head: span(name.span.start, last.span.end) };
    if (isTop) addressFaults([name, ...args], glued === undefined ? next : undefined, this.report);
    else if (last.value === '{}' && last.quote === undefined)
      this.report({ span: last.span, message: 'Caddy does not take `{}` at the end of a line; leave it out' });
    if (glued !== undefined) {
      this.report(glued.problem);
      this.openBlock(opener, glued.brace);
    } else if (isBrace(next, '{') && next !== undefined) this.openBrace(opener, next, isTop);
    else if (isBrace(next, '}') && next !== undefined && !next.newLine) this.braceBehind(opener, last, next);
    else if (isTop && name.value !== 'import' && next !== undefined) this.openBlock(opener, undefined);
    else this.addLine(opener);
  }

  /** A brace with nothing before it. */
  private namelessBlock({ span: place }: Token, isTop: boolean): void {
    this.at++;
    if (!isTop || this.root.items.some(isSite))
      this.report({
        span: place,
        message: isTop
          ? 'a block without an address holds global options, which have to come before all sites'
          : 'this brace opens a block of nothing, so Caddy refuses it',
      });
    const here = span(place.start, place.start);
    this.openBlock({ name: { span: here, value: '', quote: undefined }, args: [], head: place }, place);
  }

  private openBrace(opener: Opener, brace: Token, isTop: boolean): void {
    this.at++;
    if (brace.newLine && !isTop)
      this.report({
        span: brace.span,
        message: 'Caddy wants `{` on the line of what it belongs to, and refuses it on a line of its own',
      });
    const behind = this.tokens[this.at];
    if (!isTop && behind !== undefined && !behind.newLine)
      this.report({
        span: behind.span,
        message: 'Caddy takes nothing behind `{` on its line; the block begins on the next one',
      });
    this.openBlock(opener, brace.span);
  }

  /** A `}` at the end of a line. */
  private braceBehind(opener: Opener, last: Word, brace: Token): void {
    const { text } = this;
    const newText = `${lineEndOf(text)}${indentationAt(text, this.top().opener?.head.start ?? 0)}`;
    this.report({
      span: brace.span,
      message: '`}` has to begin a line: here Caddy takes it for one more word of the line',
      fix: {
        title: 'Put it on a line of its own',
        edits: [{ span: span(last.span.end, brace.span.start), newText }],
      },
    });
    this.addLine(opener);
  }
}

/** Whether an item of the top level is a site, not options, a snippet, a named route or an import. */
export function isSite({ name, args }: Directive): boolean {
  if (name.value === '' || name.value === 'import') return false;
  return args.length > 0 || !/^&?\(.*\)$/s.test(name.value);
}
