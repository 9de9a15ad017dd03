/** Owns the examples of broken texts: where each problem is shown, and what is still read of the rest. */
import { expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { marked } from './marks.ts';
import { plain } from './trees.ts';

it.each<[title: string, source: string, codes: string[], tree: string]>([
  [
    'a `;` that is missing before a `}`',
    'server { listen «80» }\nuser a;',
    ['missing-semicolon'],
    'server{listen 80} user a',
  ],
  ['a `;` that is missing at the end', 'user a;\npid «b»\n', ['missing-semicolon'], 'user a pid b'],
  ['a `}` in the last word', 'server { listen «80}»\n', ['missing-semicolon'], 'server{listen 80}}'],
  [
    'a line that took the next one for its arguments',
    'location / {\n  proxy_pass «http://a»\n  proxy_set_header Host $host;\n}',
    ['missing-semicolon'],
    'location /{proxy_pass http://a proxy_set_header Host $host}',
  ],
  [
    'the same with a comment between',
    'root «/a» # comment\n# index\nindex a;',
    ['missing-semicolon'],
    'root /a index a',
  ],
  [
    'a line that took the next block',
    'server_name «a»\nlocation / { }',
    ['missing-semicolon'],
    'server_name a location /{}',
  ],
  [
    'listen that took the next line',
    'listen 443 «ssl»\nserver_name a;',
    ['missing-semicolon'],
    'listen 443 ssl server_name a',
  ],
  [
    'missing ends in a row, of which the last is before a `}`',
    'server {\n  listen «80»\n  server_name «a»\n}',
    ['missing-semicolon', 'missing-semicolon'],
    'server{listen 80 server_name a}',
  ],
  ['a `;` behind a block', 'events { }«;»\nuser a;', ['unexpected-semicolon'], 'events{} user a'],
  ['two `;`', 'user a;«;»;', ['unexpected-semicolon'], 'user a'],
  ['`;` in two places', 'events { «;» }\n«;»', ['unexpected-semicolon', 'unexpected-semicolon'], 'events{}'],
  ['a `}` too many', 'events { }\n«}»\nuser a;', ['unexpected-close-brace'], 'events{} user a'],
  ['a `{` without a name', 'events { «{» a b; } }\nuser a;', ['unexpected-open-brace'], 'events{{a b}} user a'],
  ['a block in a map', 'map $a $b { c «{» d e; } }', ['unexpected-open-brace'], 'map $a $b{c{d e}}'],
  ['a block that stays open', 'http «{»\n  server {\n  }\n', ['unclosed-block'], 'http{server{}}'],
  [
    'a block whose end was taken by an inner one',
    'http {\n  server «{»\n    location / {\n    }\n}\nuser a;',
    ['unclosed-block'],
    'http{server{location /{}} user a}',
  ],
  [
    'a block whose end was taken by an inner one, and so on outwards',
    'http {\n  server {\n    location / «{»\n      a;\n  }\n}\n',
    ['unclosed-block'],
    'http{server{location /{a}}}',
  ],
  [
    'a block that stays open, without indentation',
    'http «{»\nserver {\nlisten 80;\n}',
    ['unclosed-block'],
    'http{server{listen 80}}',
  ],
  ['a string that the end of the file ends', 'user «"a»;\npid b;', ['unclosed-quote'], 'user a pid b'],
  [
    'a string that runs to the next string',
    'add_header A «"b»;\nadd_header C "d";\nuser a;',
    ['unclosed-quote'],
    'add_header A b add_header C d user a',
  ],
  ['an open string before a block', "location «'/a» {\n}\nuser a;", ['unclosed-quote'], 'location /a{} user a'],
  ['text behind a string', 'return 200 "a"«b»;\nuser a;', ['text-after-quote'], 'return 200 a b user a'],
  ['two strings in a row', 'return 200 "a"«"»b";', ['text-after-quote'], 'return 200 a b'],
  ['a comment behind a string', 'return 200 "a"«#»\n;', ['text-after-quote'], 'return 200 a'],
  ['a letter of several bytes behind a string', 'return 200 "a"«😀»;', ['text-after-quote'], 'return 200 a 😀'],
  ['a variable in braces before an end that is missing', 'a {\n  b «${c}»\n}\n', ['missing-semicolon'], 'a{b ${c}}'],
  ['a `}` behind a string', 'events { a «"b"»}\nuser a;', ['missing-semicolon'], 'events{a b} user a'],
  ['a byte order mark', '«\ufeff»user a;\n', ['byte-order-mark'], 'user a'],
  ['a byte order mark before a comment', '«\ufeff»# a\nuser a;\n', ['byte-order-mark'], 'user a'],
  ['a NUL', 'user a;\npid «\0»;\n', ['binary-data'], ''],
  ['a NUL in a string', 'user a;\npid "b«\0»";\n', ['binary-data'], ''],
  ['a backslash at the end', 'user a;\npid «b\\»', ['missing-semicolon'], 'user a pid b\\'],
  [
    'Lua code without an end',
    'content_by_lua_block «{» if a then { \nuser a;',
    ['unclosed-lua'],
    'content_by_lua_block{}',
  ],
])('%s', (_title, source, codes, tree) => {
  const { text, spans } = marked(source);
  const parsed = parse(text);
  expect(parsed.problems.map(({ code }) => code)).toEqual(codes);
  expect(parsed.problems.map(({ span }) => span)).toEqual(spans);
  expect(drawn(parsed.items)).toBe(tree);
});

function drawn(items: Parameters<typeof plain>[0]): string {
  const draw = (list: ReturnType<typeof plain>): string =>
    list.map(({ words, block }) => words.join(' ') + (block ? `{${draw(block)}}` : '')).join(' ');
  return draw(plain(items));
}

it.each([
  ['a value that stretches over lines', 'log_format main "a"\n  "b"\n  root;'],
  ['names of directives on lines of their own', 'server_name a\n  root\n  index;'],
  ['arguments that are few enough', 'proxy_set_header root\n  index;'],
  ['a map of directive names', 'map $a $b {\n  root\n index;\n  proxy_pass\n  proxy_set_header; }'],
  ['the names in quotes', 'root "/a"\n  "index" b;'],
  ['a block of servers', 'server\n  location { }'],
  ['an unknown directive', 'more_set_headers a\n  root b;'],
  ['a directive that anything may follow', 'try_files $uri\n  index\n  =404;'],
  ['CRLF', 'events {\r\n  # c\r\n}\r\nuser\r\n  a;\r\n'],
  ['a `}` in a word', 'location / { return 200 a}b; }'],
  ['a string of many lines', "content_by_lua '\n  if a then\n    { b; }\n  end\n';"],
  ['a NUL in a comment', '# \0\nuser a;'],
])('no problem: %s', (_title, text) => {
  expect(parse(text).problems).toEqual([]);
});

it('a comment does not hold its line end, and its text no `#`', () => {
  const { text, spans } = marked('«#a»\r\nuser a; «# b»\n«#»\n«#c\rd»');
  const { comments } = parse(text);
  expect(comments.map(({ span }) => span)).toEqual(spans);
  expect(comments.map((comment) => comment.text)).toEqual(['a', ' b', '', 'c\rd']);
});

it('a missing terminator has an empty place behind the last word', () => {
  const [directive] = parse('server { listen 80 }').items[0]?.block?.items ?? [];
  expect(directive?.terminator).toBeUndefined();
  expect(directive?.terminatorSpan).toEqual({ start: 18, end: 18 });
  expect(directive?.span).toEqual({ start: 9, end: 18 });
});
