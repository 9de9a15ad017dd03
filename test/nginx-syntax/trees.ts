/** Owns what the tests ask of a tree: its pieces in order, its words, and the problems that are nginx's tokenizer's. */
import { walk } from '../../server/src/languages/nginx/syntax/query.ts';
import type { Directive, SyntaxProblem, SyntaxTree } from '../../server/src/languages/nginx/syntax/tree.ts';
import type { Span } from '../../server/src/text/span.ts';

/** All leaves of a tree (words, terminators, braces, Lua bodies, comments) in the order of the text, without empty ones. */
export function leaves(tree: SyntaxTree): Span[] {
  const found: Span[] = tree.comments.map((comment) => comment.span);
  walk(tree.items, ({ name, args, terminatorSpan, block }) => {
    found.push(name.span, terminatorSpan);
    for (const word of args) found.push(word.span);
    if (block?.close) found.push(block.close);
    if (block?.body === 'lua') found.push(block.raw);
  });
  return found.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
}

export interface Plain {
  readonly words: readonly string[];
  readonly block: Plain[] | undefined;
}

/** A tree without places. */
export function plain(items: readonly Directive[]): Plain[] {
  return items.map(({ name, args, block }) => ({
    words: [name.value, ...args.map((word) => word.value)],
    block: block && plain(block.items),
  }));
}

/** Whether a message is one of nginx's tokenizer, and not of what knows the directives. */
export function isTokenizerMessage(message: string): boolean {
  return /^(?:unexpected |too long parameter)/.test(message);
}

export function tokenizerProblems(tree: SyntaxTree): readonly SyntaxProblem[] {
  return tree.problems.filter((problem) => isTokenizerMessage(problem.nginxSays));
}
