/** Owns the tree: which words form a directive and which directives form a block, however broken the text is. */
import { type Span, span } from '../../../text/span.ts';
import { findPlain, type Lexer, nextToken, openLexer, type PlainDirective } from './lexer.ts';
import { findLuaEnd } from './lua.ts';
import { TextBlock, TextDirective, TextWord } from './nodes.ts';
import * as problem from './problems.ts';
import { findSwallowed } from './swallowed.ts';
import { type Block, type Directive, type SyntaxProblem, type SyntaxTree, TABLES, type Word } from './tree.ts';
import { likelyUnclosed } from './unclosed.ts';
import { plainWording, sameName } from './wording.ts';

const MAX_DEPTH = 1000;
/** nginx stops at the first; more than this many help nobody. */
const MAX_PROBLEMS = 100;
const BYTE_ORDER_MARK = 0xfeff;
const OPEN_BRACE = 123;
/** How the names of blocks end whose body is Lua. */
const LUA = '_by_lua_block';

interface OpenBlock {
  readonly directive: TextDirective;
  readonly block: TextBlock;
  /** Where its items begin among the pending ones. */
  readonly from: number;
  readonly isTable: boolean;
}

interface Parser {
  readonly lexer: Lexer;
  readonly report: (found: SyntaxProblem) => void;
  /** The blocks around the current place, the outermost first. */
  readonly open: OpenBlock[];
  /** The items of the open blocks, those of the innermost last; one list, because a list for each would grow on its own. */
  readonly pending: Directive[];
  count: number;
  inTable: boolean;
  /** How many blocks deep below the last level that is kept. */
  skippedDepth: number;
  /** The words of the directive that has not ended yet. */
  name: TextWord | undefined;
  args: TextWord[];
  /** Whether these words are on more than one line. */
  severalLines: boolean;
  /** The kind of the previous token if it belonged to nothing; a run of them is one problem. */
  stray: ';' | '{' | '}' | undefined;
}

/**
 * Parses a configuration, or only `range` of a text that holds several; spans count from the start of `text` either way.
 * Never throws. What nginx's tokenizer would refuse is in `problems` (the first 100), and the tree holds what was probably
 * meant. Time and memory are linear in the size of the range.
 */
export function parse(text: string, range: Span = span(0, text.length)): SyntaxTree {
  const problems: SyntaxProblem[] = [];
  const report = (found: SyntaxProblem): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(found);
  };
  const start = skipByteOrderMark(text, range, report);
  const parser: Parser = {
    lexer: openLexer(text, start, range.end, report),
    report,
    open: [],
    pending: [],
    count: 0,
    inTable: false,
    skippedDepth: 0,
    name: undefined,
    args: [],
    severalLines: false,
    stray: undefined,
  };
  const { lexer } = parser;
  for (;;) {
    if (parser.name === undefined && readPlain(parser)) continue;
    const token = nextToken(lexer);
    if (token === 'end') break;
    if (token === 'word') {
      if (lexer.nul >= 0) return binary(parser, range, problems);
      addWord(parser);
    } else if (token === ';') readSemicolon(parser);
    else if (token === '{') readOpen(parser);
    else readClose(parser);
  }
  readEnd(parser);
  const items = itemsFrom(parser, 0);
  problems.sort((a, b) => a.span.start - b.span.start);
  return { text, span: range, items, comments: lexer.comments, problems };
}

const plain: PlainDirective = { start: 0, terminator: 0 };

/** Reads a whole directive in its most frequent form; false where the tokens have to be looked at one by one. */
function readPlain(parser: Parser): boolean {
  const { lexer } = parser;
  if (parser.skippedDepth > 0 || !findPlain(lexer, plain)) return false;
  const { text } = lexer;
  const { start, terminator } = plain;
  const opens = text.charCodeAt(terminator) === OPEN_BRACE;
  if (opens && (parser.inTable || parser.open.length >= MAX_DEPTH)) return false;
  const wording = plainWording(text.slice(start, terminator));
  if (opens && wording.name.endsWith(LUA)) return false;
  parser.stray = undefined;
  lexer.at = terminator + 1;
  if (!opens) {
    add(parser, new TextDirective(wording, start, undefined, undefined, ';', terminator + 1));
    return true;
  }
  const block = new TextBlock(terminator, 'directives', lexer.end);
  const directive = new TextDirective(wording, start, undefined, block, '{', lexer.end);
  add(parser, directive);
  enterBlock(parser, directive, block);
  return true;
}

function enterBlock(parser: Parser, directive: TextDirective, block: TextBlock): void {
  const isTable = TABLES.has(directive.wording.name);
  parser.open.push({ directive, block, from: parser.count, isTable });
  parser.inTable = isTable;
}

function add(parser: Parser, directive: Directive): void {
  parser.pending[parser.count++] = directive;
}

/** Takes the items of the innermost block. */
function itemsFrom(parser: Parser, from: number): Directive[] {
  const items = parser.pending.slice(from, parser.count);
  parser.count = from;
  return items;
}

function addWord(parser: Parser): void {
  const { lexer } = parser;
  parser.stray = undefined;
  const { word } = lexer;
  if (parser.name === undefined) {
    parser.name = word;
  } else {
    parser.args.push(word);
    parser.severalLines ||= lexer.lineBroken;
  }
}

/** Makes a directive of the words so far and adds it where it belongs. */
function addDirective(
  parser: Parser,
  name: TextWord,
  terminator: ';' | '{' | undefined,
  block: Block | undefined,
  end: number,
): TextDirective {
  // A list that grew by `push` keeps room for more; the trees of large files are kept, so they get lists of their size.
  const args = parser.args.slice();
  const wording = { name: sameName(name.value), values: args.map(({ value }) => value) };
  const directive = new TextDirective(wording, name.start, { name, args }, block, terminator, end);
  if (parser.skippedDepth === 0) {
    add(parser, directive);
    if (parser.severalLines && !parser.inTable) {
      const swallowed = findSwallowed(parser.lexer.text, directive);
      if (swallowed) parser.report(swallowed);
    }
  }
  dropWords(parser);
  return directive;
}

function dropWords(parser: Parser): void {
  parser.name = undefined;
  parser.args = [];
  parser.severalLines = false;
}

/** Whether the token is the first of a run of its kind that belongs to nothing, and can be reported. */
function startsStrayRun(parser: Parser, kind: ';' | '{' | '}'): boolean {
  const starts = parser.stray !== kind && parser.skippedDepth === 0;
  parser.stray = kind;
  return starts;
}

function readSemicolon(parser: Parser): void {
  const at = parser.lexer.at - 1;
  if (parser.name) addDirective(parser, parser.name, ';', undefined, at + 1);
  else if (startsStrayRun(parser, ';')) parser.report(problem.unexpectedSemicolon(at));
}

function readOpen(parser: Parser): void {
  const { lexer, open } = parser;
  const brace = span(lexer.at - 1, lexer.at);
  const { name } = parser;
  if (name === undefined) {
    if (startsStrayRun(parser, '{')) parser.report(problem.unexpectedOpen(brace.start));
  } else if (parser.inTable && parser.skippedDepth === 0) {
    parser.report(problem.blockInsideTable(brace.start, open.at(-1)?.directive.name.value ?? ''));
  }
  if (name?.value.endsWith(LUA)) {
    const block = readLua(lexer, brace, name);
    addDirective(parser, name, '{', block, lexer.at);
    return;
  }
  if (open.length > MAX_DEPTH) {
    parser.skippedDepth++;
    dropWords(parser);
    return;
  }
  const block = new TextBlock(brace.start, 'directives', lexer.end);
  const nameOrNothing = name ?? new TextWord(brace.start, brace.start, '', undefined);
  enterBlock(parser, addDirective(parser, nameOrNothing, '{', block, lexer.end), block);
  if (open.length > MAX_DEPTH && name) parser.report(problem.nestedTooDeep(brace, MAX_DEPTH));
}

function readLua(lexer: Lexer, open: Span, name: Word): Block {
  const { text, end } = lexer;
  const found = findLuaEnd(text, open.end, end);
  const block = new TextBlock(open.start, 'lua', end);
  if (found.kind === 'closed') block.closeStart = found.close;
  if (found.kind === 'open') lexer.report(problem.unclosedLua(open, name, found.bracket));
  lexer.at = found.kind === 'closed' ? found.close + 1 : end;
  return block;
}

function readClose(parser: Parser): void {
  const at = parser.lexer.at - 1;
  endWithout(parser, '}');
  if (parser.skippedDepth > 0) {
    parser.skippedDepth--;
    return;
  }
  const closed = parser.open.pop();
  if (closed) {
    const { block, directive, from } = closed;
    block.items = itemsFrom(parser, from);
    block.closeStart = at;
    directive.end = at + 1;
    parser.stray = undefined;
    parser.inTable = parser.open.at(-1)?.isTable === true;
  } else if (startsStrayRun(parser, '}')) parser.report(problem.unexpectedClose(at));
}

/** Ends the words that neither `;` nor `{` has ended. */
function endWithout(parser: Parser, before: '}' | 'end'): void {
  const { name } = parser;
  if (name === undefined) return;
  const last = parser.args.at(-1) ?? name;
  if (parser.skippedDepth === 0) parser.report(problem.unendedDirective(name, last, before));
  addDirective(parser, name, undefined, undefined, last.end);
}

function readEnd(parser: Parser): void {
  const last = parser.args.at(-1) ?? parser.name;
  endWithout(parser, 'end');
  for (const { block, from } of [...parser.open].reverse()) block.items = itemsFrom(parser, from);
  const innermost = parser.open.at(-1);
  // A `}` that got into the last word closes the block once that is put right; too deep a nesting is its own problem.
  if (!innermost || last?.value.endsWith('}') || parser.open.length > MAX_DEPTH) return;
  const { block, directive } = likelyUnclosed(parser.lexer.text, parser.open) ?? innermost;
  parser.report(problem.unclosedBlock(block.open, directive.name));
}

/** nginx takes a byte order mark for a part of the first word, so that it knows no directive of that name. */
function skipByteOrderMark(text: string, range: Span, report: (found: SyntaxProblem) => void): number {
  const { start, end } = range;
  if (start >= end || text.charCodeAt(start) !== BYTE_ORDER_MARK) return start;
  let first: string | undefined;
  const lexer = openLexer(text, start, end, ({ nginxSays }) => {
    first ??= nginxSays;
  });
  nextToken(lexer);
  const word = lexer.word.value;
  let token = nextToken(lexer);
  while (token === 'word') token = nextToken(lexer);
  const ended = token === ';' || token === '{' ? `unknown directive "${word}"` : problem.endOfWords(token);
  report(problem.byteOrderMark(start, first ?? ended));
  return start + 1;
}

/** A file with a NUL outside its comments gets one problem and no items. */
function binary({ lexer, name }: Parser, range: Span, earlier: readonly SyntaxProblem[]): SyntaxTree {
  const seen = lexer.word.value.replace(/\0.*/s, '');
  const says = earlier[0]?.nginxSays ?? (name === undefined ? `unknown directive "${seen}"` : '');
  return { text: lexer.text, span: range, items: [], comments: [], problems: [problem.binaryData(lexer.nul, says)] };
}
