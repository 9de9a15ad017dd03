/** Owns the laws of Apache's parser: it loses no byte, never throws, takes linear time, and knows what words are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/apache/syntax/parser.ts';
import type { Directive, SyntaxTree } from '../../server/src/languages/apache/syntax/tree.ts';
import type { Span } from '../../server/src/text/span.ts';
import { balanced, rubbish } from './texts.ts';

/** Every line that the tree knows, in the order of the text. */
function linesOf({ items, comments }: SyntaxTree): Span[] {
  const out: Span[] = comments.map(({ span }) => span);
  const visit = (list: readonly Directive[]): void => {
    for (const { line, section } of list) {
      out.push(line);
      if (section === undefined) continue;
      visit(section.items);
      if (section.close !== undefined) out.push(section.close.line);
    }
  };
  visit(items);
  return out.sort((a, b) => a.start - b.start);
}

describe('on generated texts', () => {
  it('all text is in a directive, a comment or the end of a section', () => {
    fc.assert(
      fc.property(balanced, (text) => {
        const tree = parse(text);
        expect(tree.problems).toEqual([]);
        let at = 0;
        for (const { start, end } of linesOf(tree)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(text.slice(at, start)).toMatch(/^\s*$/);
          at = end;
        }
        expect(text.slice(at)).toMatch(/^\s*$/);
      }),
      { numRuns: 500 },
    );
  });

  it('spans lie in the text, in order, and words are what stands there', () => {
    fc.assert(
      fc.property(rubbish, (text) => {
        const visit = (list: readonly Directive[]): void => {
          for (const { name, args, head, section } of list) {
            let at = name.span.start;
            for (const word of [name, ...args]) {
              const { span, value, quote } = word;
              expect(span.start).toBeGreaterThanOrEqual(at);
              expect(span.end).toBeLessThanOrEqual(text.length);
              const raw = text.slice(span.start, span.end);
              const bare = word === name && section !== undefined ? raw.slice(1) : raw;
              if (quote === undefined && !/[\\\r\n]/.test(raw)) expect(bare).toBe(value);
              if (quote !== undefined) expect(raw[0]).toBe(quote);
              at = span.end;
            }
            expect(head.end).toBeGreaterThanOrEqual(at);
            if (section !== undefined) visit(section.items);
          }
        };
        const tree = parse(text);
        visit(tree.items);
        for (const { span, fix } of tree.problems) {
          expect(span.start).toBeLessThanOrEqual(span.end);
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
    const block = '<VirtualHost *:443>\n  ServerName shop.example\n  Header set X "a \\\n b"\n</VirtualHost>\n';
    const hostile = ['<A>\n', '</A>\n', '\\\n', '"', "x '", '# \\\n'];
    for (const one of [block, ...hostile]) {
      time(one.repeat(2000));
      const small = Math.max(...[1, 2, 3].map(() => time(one.repeat(20_000))), 2);
      const large = Math.min(...[1, 2, 3].map(() => time(one.repeat(80_000))));
      expect(large / small, JSON.stringify(one)).toBeLessThan(16);
    }
  });
});

describe('words', () => {
  const argsOf = (line: string) => parse(line).items[0]?.args.map(({ value }) => value);

  it.each([
    ['X a  b\tc', ['a', 'b', 'c']],
    ['X "a b" \'c d\'', ['a b', 'c d']],
    ['X "a\\"b" \'c"d\'', ['a"b', 'c"d']],
    ['X a\\\\b "c\\\\"', ['a\\b', 'c\\']],
    ['X "a"b', ['a', 'b']],
    ['X a"b c"', ['a"b', 'c"']],
    ['X "never closed # here', ['never closed # here']],
    ['X a \\\n  b', ['a', 'b']],
    ['X a\\\nb', ['ab']],
  ])('%s', (line, args) => {
    expect(argsOf(line)).toEqual(args);
  });

  it('keeps places over joined lines', () => {
    const text = 'Header set \\\r\n  X-Note \\\r\n  "a b"\r\nNext on\n';
    const [first, second] = parse(text).items;
    expect(first?.args.map(({ span }) => text.slice(span.start, span.end))).toEqual(['set', 'X-Note', '"a b"']);
    expect(text.slice(first?.line.start, first?.line.end)).toBe(text.slice(0, text.indexOf('\r\nNext')));
    expect(second?.name.value).toBe('Next');
  });
});

describe('sections', () => {
  it('reads what stands in tags up to the last `>`', () => {
    const [section] = parse("<If \"%{HTTP_HOST} == 'a' && -n '>'\"> # more\n</If>\n").items;
    expect(section?.args[0]?.value).toContain('HTTP_HOST');
    expect(section?.section?.close).toBeDefined();
  });

  it.each([
    ['<Location />\n</Directory>\n', '</Directory>', '</Location>'],
    ['<Host *:443>\n</VirtualHost>\n', '</VirtualHost>', '<VirtualHost'],
    ['<Location /\n</Location>\n', '<Location /', '>'],
    ['<Location />\n</Location >\n', '</Location', ''],
    ['</Location>\n', '</Location>', undefined],
    ['<Location />\n', '<Location />', undefined],
    ['<VirtualHost *:80>\n<Location />\n</VirtualHost>\n', '</VirtualHost>', undefined],
  ])('%j', (text, where, repair) => {
    const { problems } = parse(text);
    expect(problems.map(({ span }) => text.slice(span.start, span.end))).toEqual([where]);
    expect(problems[0]?.fix?.edits[0]?.newText).toBe(repair);
  });

  it('goes on behind a wrong end', () => {
    const { items } = parse('<Location /a>\n</Directory>\nServerName x\n<Location /b>\nX\n</Location>\n');
    expect(items.map(({ key }) => key)).toEqual(['location', 'servername', 'location']);
  });

  it('a thousand levels are enough', () => {
    const { problems } = parse(`${'<A>\n'.repeat(5000)}${'</A>\n'.repeat(5000)}`);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('more than 1000 deep')]);
  });
});
