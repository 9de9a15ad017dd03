/** Owns what happens with texts that are made to hurt: their time grows like their size, and each has few problems. */
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';

const HOSTILE: [name: string, unit: string, head?: string][] = [
  ['open braces', '{'],
  ['open blocks', 'a{'],
  ['closing braces', '}'],
  ['semicolons', ';'],
  ['strings without a space', '"a"b'],
  ['strings that swallow lines', 'a \'b;\na "b;\n'],
  ['one quote a line', 'a "b\n'],
  ['two kinds of quotes on a line', 'a "b\' \'c" d\n'],
  ['backslashes', '\\'],
  ['escaped quotes in a string', '\\"', 'a "'],
  ['names on one line after a line end', ' root', 'root /x\n'],
  ['a name on each line', '\nroot', 'root'],
  ['Lua strings', '"\\', 'x_by_lua_block {'],
  ['Lua long brackets', '[=[', 'x_by_lua_block {'],
  ['Lua brackets', '[=', 'x_by_lua_block {'],
  ['long comments', `#${'x'.repeat(5000)}\n`],
  ['empty comments', '#\n'],
  ['blanks and braces', ' \t\n}'],
  ['ordinary lines', 'server { listen 80; location / { proxy_pass http://a; } }\n'],
];

const SIZE = 100_000;
const FACTOR = 8;

/** Milliseconds of processor time, which a busy machine does not stretch as it does the wall clock. */
function cost(text: string): number {
  const before = process.cpuUsage();
  parse(text);
  return process.cpuUsage(before).user / 1000;
}

describe('time grows like the size', () => {
  it.each(HOSTILE)('%s', (_name, unit, head = '') => {
    const small = head + unit.repeat(SIZE / unit.length);
    const large = head + unit.repeat((FACTOR * SIZE) / unit.length);
    const least = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
    // Quadratic time would be 64 times as long, in every round. The constant is for the garbage collector.
    const linear = () => least.large < 3 * FACTOR * least.small + 400;
    for (let round = 0; round < 10 && (round < 2 || !linear()); round++) {
      least.small = Math.min(least.small, cost(small));
      least.large = Math.min(least.large, cost(large));
    }
    expect(linear(), `${least.small} ms, then ${least.large} ms`).toBe(true);
  });
});

describe('problems stay few', () => {
  it('a million nested blocks are one problem, and what is kept is not too deep to walk', () => {
    const tree = parse('a {\n'.repeat(1_000_000) + '}\n'.repeat(1_000_000));
    expect(tree.problems.map(({ code }) => code)).toEqual(['nested-too-deep']);
    let depth = 0;
    for (let items = tree.items; items.length > 0; items = items[0]?.block?.items ?? []) depth++;
    expect(depth).toBe(1001);
    expect(tree.items[0]?.span).toEqual({ start: 0, end: tree.text.length - 1 });
  });

  it('a million open braces are one problem', () => {
    expect(parse('{'.repeat(1_000_000)).problems.map(({ code }) => code)).toEqual(['unexpected-open-brace']);
  });

  it('a long text that is no configuration has a hundred at most', () => {
    expect(parse('a "b\n'.repeat(100_000)).problems).toHaveLength(100);
  });
});
