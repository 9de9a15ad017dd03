/** Owns the laws of Caddy's parser: it loses no byte, never throws, takes linear time, and knows what words are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/caddy/syntax/parser.ts';
import { type Directive, type SyntaxTree, wholeOf } from '../../server/src/languages/caddy/syntax/tree.ts';
import type { Span } from '../../server/src/text/span.ts';
import { bare, rubbish, sound, spoilt } from './texts.ts';

/** Every word, brace and comment that the tree knows, in the order of the text. */
function piecesOf({ items, comments }: SyntaxTree): Span[] {
  const out: Span[] = comments.map(({ span }) => span);
  const visit = (list: readonly Directive[]): void => {
    for (const { name, args, block } of list) {
      if (name.span.end > name.span.start) out.push(name.span);
      out.push(...args.map(({ span }) => span));
      if (block === undefined) continue;
      if (block.open !== undefined) out.push(block.open);
      visit(block.items);
      if (block.close !== undefined) out.push(block.close);
    }
  };
  visit(items);
  return out.sort((a, b) => a.start - b.start);
}

describe('on generated texts', () => {
  it('all text is in a word, a brace or a comment', () => {
    fc.assert(
      fc.property(fc.oneof(sound, bare), (text) => {
        const tree = parse(text);
        expect(tree.problems).toEqual([]);
        let at = 0;
        for (const { start, end } of piecesOf(tree)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(text.slice(at, start)).toMatch(/^[\s\ufeff\\]*$/);
          at = end;
        }
        expect(text.slice(at)).toMatch(/^\s*$/);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['top', 'inner'] as const)('spans lie in the text, in order, each in its block (%s)', (mode) => {
    fc.assert(
      fc.property(fc.oneof(rubbish, spoilt), (text) => {
        const visit = (list: readonly Directive[], outer: Span): void => {
          let at = outer.start;
          for (const item of list) {
            const whole = wholeOf(item);
            expect(whole.start).toBeGreaterThanOrEqual(at);
            expect(whole.end).toBeLessThanOrEqual(outer.end);
            at = whole.end;
            let word = item.name.span.start;
            for (const { span, value, quote } of [item.name, ...item.args]) {
              expect(span.start).toBeGreaterThanOrEqual(word);
              const raw = text.slice(span.start, span.end);
              if (quote === undefined && !raw.includes('\\') && !raw.includes('\r')) expect(raw).toBe(value);
              word = span.end;
            }
            visit(item.block?.items ?? [], whole);
          }
        };
        const tree = parse(text, mode);
        visit(tree.items, { start: 0, end: text.length });
        for (const { span, fix } of tree.problems) {
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(span.end).toBeLessThanOrEqual(text.length);
          for (const edit of fix?.edits ?? []) expect(edit.span.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('the time grows with the size', () => {
    const time = (text: string) => {
      const start = performance.now();
      parse(text);
      return performance.now() - start;
    };
    const block = 'shop.example {\n\treverse_proxy /ws/* 127.0.0.1:3000 {\n\t\theader_up X "a \\" b"\n\t}\n}\n';
    const hostile = ['{\n', '}\n', '"', 'x "', '{$', '{$ ', '\\\n', '<<END\n', '<<', '# \\\n', '`', 'a,\n', 'a {\n'];
    for (const one of [block, ...hostile]) {
      time(one.repeat(2000));
      const small = Math.max(...[1, 2, 3].map(() => time(one.repeat(20_000))), 10);
      const large = Math.min(...[1, 2, 3].map(() => time(one.repeat(80_000))));
      expect(large / small, JSON.stringify(one)).toBeLessThan(16);
    }
  });
});

describe('words', () => {
  const argsOf = (line: string) => parse(`a {\n${line}\n}\n`).items[0]?.block?.items[0]?.args.map(({ value }) => value);

  it.each([
    ['X a  b\tc', ['a', 'b', 'c']],
    ['X "a b" `c "d"`', ['a b', 'c "d"']],
    ['X "a\\"b" "c\\\\" "d\\n"', ['a"b', 'c\\\\', 'd\\n']],
    ['X a\\b \\<<x', ['a\\b', '<<x']],
    ['X "a"b', ['a', 'b']],
    ['X a"b c"', ['a"b', 'c"']],
    ['X a \\\n  b', ['a', 'b']],
    ['X a#b # c', ['a#b']],
    ['X {$A B:c d} e', ['{$A B:c d}', 'e']],
    ['X <<END\n    one\n      two\n    END 200', ['one\n  two', '200']],
    ['X <<END x', ['<<END', 'x']],
  ])('%j', (line, args) => {
    expect(argsOf(line)).toEqual(args);
  });
});

describe('blocks', () => {
  it('knows options, snippets, sites with and without braces, and addresses over several lines', () => {
    const heads = (text: string) =>
      parse(text).items.map(({ name, args, block }) => [
        name.value,
        ...args.map(({ value }) => value),
        block?.items.length,
      ]);
    expect(heads('{\n  debug\n}\n(s) {\n  a\n  b\n}\na.example,\nb.example {\n  c\n}\n')).toEqual([
      ['', 1],
      ['(s)', 2],
      ['a.example,', 'b.example', 1],
    ]);
    expect(heads('a.example\nrespond x\nhandle {\n  y\n}\n')).toEqual([['a.example', 2]]);
    expect(heads('import sites/*\na.example\n{\n}\n')).toEqual([
      ['import', 'sites/*', undefined],
      ['a.example', 0],
    ]);
  });

  it.each([
    ['a.example {\n  respond x\n', 'a.example', undefined],
    ['a.example {\n  handle {\n    respond x\n  respond y\n}\nb.example {\n}\n', 'handle', '  }\n'],
    ['a.example {\n  handle {\n    respond x\n  }\n', undefined, undefined],
    ['a.example {\n  respond x\nb.example {\n}\n', 'a.example', '}\n'],
    ['a.example {\n}\n}\n', '}', undefined],
    ['a.example{\n  respond x\n}\n', 'a.example{', ' '],
    ['a.example {\n  handle{\n    respond x\n  }\n}\n', 'handle{', ' '],
    ['a.example {\n  handle\n  {\n    respond x\n  }\n}\n', '{', undefined],
    ['a.example {\n  handle { respond x\n  }\n}\n', 'respond', undefined],
    ['a.example {\n  respond x }\n', '}', '\n'],
    ['a.example {\n  respond {}\n}\n', '{}', undefined],
    ['a.example,b.example {\n}\n', 'a.example,b.example', undefined],
    ['a.example, {\n}\n', 'a.example,', undefined],
    ['@m path /x\n', '@m', undefined],
    ['a.example {\n}\n{\n}\n', '{', undefined],
    ['a.example {\n  respond "x\n}\n', '"', undefined],
    ['a.example {\n  respond <<END\n  x\n}\n', '<<END', undefined],
    ['a.example {\n  respond <<END\n x\n  END\n}\n', ' x', undefined],
  ])('%j', (text, where, repair) => {
    const { problems } = parse(text);
    expect(problems.map(({ span }) => text.slice(span.start, span.end))[0]).toBe(where);
    expect(problems[0]?.fix?.edits[0]?.newText).toBe(repair);
  });

  it('two hundred levels are enough', () => {
    const { problems } = parse(`a {\n${'handle {\n'.repeat(5000)}${'}\n'.repeat(5001)}`);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('more than 200 deep')]);
  });
});
