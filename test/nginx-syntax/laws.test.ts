/** Owns the laws of the parser, which hold for every text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { findAt, walk } from '../../server/src/languages/nginx/syntax/query.ts';
import type { Directive } from '../../server/src/languages/nginx/syntax/tree.ts';
import { type Span, spanContains } from '../../server/src/text/span.ts';
import { referenceParse } from './reference.ts';
import { anyText, blockText, directiveText, flatText } from './texts.ts';
import { leaves, plain, tokenizerProblems } from './trees.ts';

const RUNS = { numRuns: 3000 };

function expectInOrder(spans: readonly Span[], inside: Span): void {
  let end = inside.start;
  for (const part of spans) {
    expect(part.start).toBeGreaterThanOrEqual(end);
    expect(part.end).toBeGreaterThanOrEqual(part.start);
    end = part.end;
  }
  expect(end).toBeLessThanOrEqual(inside.end);
}

describe('for every text', () => {
  it('the leaves do not overlap, and between them is only white space or a reported stray token', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tree = parse(text);
        if (tree.problems.some(({ code }) => code === 'binary-data')) return;
        const parts = leaves(tree);
        expectInOrder(parts, tree.span);
        let at = 0;
        let gaps = '';
        for (const { start, end } of [...parts, { start: text.length, end: text.length }]) {
          gaps += text.slice(at, start);
          at = end;
        }
        const strays = gaps.replace(/[ \t\r\n]/g, '');
        expect(strays).toMatch(/^\ufeff?[;}]*$/);
        if (strays !== '') expect(tree.problems.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  it('a directive holds its words, its terminator and its block, in this order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tree = parse(text);
        expectInOrder(
          tree.items.map((item) => item.span),
          tree.span,
        );
        walk(tree.items, ({ name, args, span, block, terminatorSpan, terminator }) => {
          expectInOrder([name.span, ...args.map((word) => word.span), terminatorSpan], span);
          expect(text.slice(terminatorSpan.start, terminatorSpan.end)).toBe(terminator ?? '');
          expect(block !== undefined).toBe(terminator === '{');
          if (!block) return;
          expect(block.open).toEqual(terminatorSpan);
          expectInOrder([block.open, block.raw, ...(block.close ? [block.close] : [])], span);
          expect(block.raw.start).toBe(block.open.end);
          expectInOrder(
            block.items.map((item) => item.span),
            block.raw,
          );
        });
      }),
      RUNS,
    );
  });

  it('problems are inside the text, in order, and have words', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tree = parse(text);
        let start = 0;
        for (const problem of tree.problems) {
          expect(spanContains(tree.span, problem.span)).toBe(true);
          expect(problem.span.end).toBeGreaterThan(problem.span.start);
          expect(problem.span.start).toBeGreaterThanOrEqual(start);
          start = problem.span.start;
          expect(problem.message).not.toBe('');
        }
      }),
      RUNS,
    );
  });

  it('what nginx reads is what is in the tree, and what nginx refuses is a problem', () => {
    fc.assert(
      fc.property(fc.oneof(blockText, flatText, directiveText), (text) => {
        const tree = parse(text);
        const reference = referenceParse(text);
        const says = tokenizerProblems(tree).map((problem) => problem.nginxSays);
        if (reference.kind === 'refused') expect(says).toContain(reference.message);
        else {
          expect(says).toEqual([]);
          expect(plain(tree.items)).toEqual(reference.items);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('a part of a text is parsed as it would be alone', () => {
    fc.assert(
      fc.property(anyText, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (text, before, after) => {
        const range = { start: before.length, end: before.length + text.length };
        const part = parse(before + text + after, range);
        const alone = parse(text);
        const moved = JSON.stringify([part.items, part.comments, part.problems], (key, value) =>
          /^(?:start|end|openStart|closeStart)$/.test(key) && typeof value === 'number' && value >= 0
            ? value - before.length
            : value,
        );
        expect(part.span).toEqual(range);
        expect(moved).toBe(JSON.stringify([alone.items, alone.comments, alone.problems]));
      }),
      RUNS,
    );
  });

  it('at every place of a word, the word is found with the directives around it', () => {
    fc.assert(
      fc.property(blockText, (text) => {
        const tree = parse(text);
        const parents = new Map<Directive, Directive | undefined>();
        walk(tree.items, (directive, parent) => parents.set(directive, parent));
        for (const directive of parents.keys()) {
          for (const word of [directive.name, ...directive.args]) {
            if (word.span.end === word.span.start) continue;
            const found = findAt(tree, word.span.start);
            expect(found.word).toBe(word);
            const chain: Directive[] = [];
            for (let at: Directive | undefined = directive; at; at = parents.get(at)) chain.unshift(at);
            expect(found.path).toEqual(chain);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
