/** Owns the examples of Lua code: where its block ends, whatever its strings and comments hold. */
import { expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';

it.each([
  ['tables', ' local t = { { 1 }, {} } '],
  ['strings', ` ngx.say("}", '}', "\\"}", '\\'}') `],
  ['a quote without an end on its line', ' it = "a\n'],
  ['an apostrophe in a comment', " -- don't }\n"],
  ['a comment that ends the line', ' --}\n'],
  ['a long string', ' a = [[ } ]] b = [==[ }]] ]=] }]==] '],
  ['a long comment', ' --[[ } \n } ]] --[=[ }]] ]=] '],
  ['a comment that is not long', ' --[=a }\n'],
  ['an index', ' a[b[1]] = c[{}] '],
  ['a minus', ' a = b - -{} '],
  ['nginx syntax', ' # it; is "not" $nginx '],
])('%s', (_title, code) => {
  const { items, problems } = parse(`content_by_lua_block {${code}}\nuser a;`);
  expect(problems).toEqual([]);
  expect(items.map(({ name }) => name.value)).toEqual(['content_by_lua_block', 'user']);
  const block = items[0]?.block;
  expect(block?.body).toBe('lua');
  expect(block?.items).toEqual([]);
  expect(block?.raw).toEqual({ start: 22, end: 22 + code.length });
});

it('set_by_lua_block has an argument, and the block is still Lua', () => {
  const { items } = parse('location / { set_by_lua_block $a { return "}" } b c; }');
  expect(items[0]?.block?.items.map(({ name, block }) => [name.value, block?.body])).toEqual([
    ['set_by_lua_block', 'lua'],
    ['b', undefined],
  ]);
});

it('other blocks and other directives about Lua are ordinary', () => {
  const { items } = parse('content_by_lua "}"; access_by_lua_file a.lua; http { a "}"; }');
  expect(items.map(({ block }) => block?.body)).toEqual([undefined, undefined, 'directives']);
});

it('a long bracket without an end is named as lua-nginx-module names it', () => {
  const { problems, items } = parse('content_by_lua_block { a = [=[ ]] }\nuser a;');
  expect(problems.map(({ nginxSays }) => nginxSays)).toEqual([
    'Lua code block missing the closing long bracket "]=]", the inlined Lua code may be too long',
  ]);
  expect(items).toHaveLength(1);
});
