/** Owns the examples of what is inside a text's words: variables, their places, placeholders of templates; and questions to a tree. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { directives, findAt } from '../../server/src/languages/nginx/syntax/query.ts';
import { looksLikeTemplate } from '../../server/src/languages/nginx/syntax/template.ts';
import { spanOfVariable, variablesIn } from '../../server/src/languages/nginx/syntax/variables.ts';
import { marked } from './marks.ts';

describe('variables', () => {
  it.each([
    [`return 200 «$a»-«\${b}»«$1»0;`, ['a', 'b', '1']],
    [`return 200 "\\"«$a» \\\\«\${b_1}»\\n«$C»";`, ['a', 'b_1', 'C']],
    ["return 200 '«$a»\\$$b';", ['a']],
    ["return 200 '\\t«$a»\\x«$b»';", ['a', 'b']],
    ['return 200 «$0a»«$9»a;', ['0a', '9']],
    ['return 200 a\\"«$b»;', ['b']],
  ])('of %s', (source, names) => {
    const { text, spans } = marked(source);
    const word = parse(text).items[0]?.args[1];
    if (!word) throw new Error('there is a second argument');
    const found = variablesIn(word.value);
    expect(found.map(({ name }) => name)).toEqual(names);
    expect(found.map((variable) => spanOfVariable(word, text, variable))).toEqual(spans);
  });

  it('the place of every character of a value holds what became that character', () => {
    const pieces = fc.constantFrom('\\"', "\\'", '\\\\', '\\n', '\\t', '\\r', '\\x', '\\ ', 'a', '$b', 'é');
    fc.assert(
      fc.property(fc.array(pieces), fc.constantFrom('"', "'"), (parts, quote) => {
        const text = `a ${quote}${parts.join('')}${quote};`;
        const word = parse(text).items[0]?.args[0];
        if (!word) throw new Error('there is an argument');
        let behind = word.span.start + 1;
        for (let at = 0; at < word.value.length; at++) {
          const place = spanOfVariable(word, text, { start: at, end: at + 1 });
          expect(place.start).toBe(behind);
          behind = place.end;
          const source = text.slice(place.start, place.end);
          const character = word.value.charAt(at);
          const meaning = { '\\n': '\n', '\\t': '\t', '\\r': '\r' }[source] ?? source.slice(-1);
          expect(meaning).toBe(character);
        }
        expect(behind).toBe(word.span.end - 1);
      }),
    );
  });
});

describe('templates', () => {
  it.each([
    'server_name {{ domain }};',
    'listen {{.Port}};',
    '{{- range .Servers }}',
    '{{#if tls}}listen 443;{{/if}}',
    'server_name {{ "a" | quote }};',
    '{% for a in b %}\nlisten 80;\n{% endfor %}',
    'root <%= @root %>;',
    '<% if a then -%>\nroot /a;\n<% end %>',
    'root <?= $root ?>;',
  ])('%s', (text) => {
    expect(looksLikeTemplate(text)).toBe(true);
  });

  it.each([
    'listen 80;',
    `log_format json '{"a":{"b":"$c"}}';`,
    'content_by_lua_block { local t = {{1, 2}, {3}} }',
    `location ~ "^/a{1,2}$" { return 200 "\${b}"; }`,
    `return 200 \${a}\${b};`,
    'map $a $b { ~*%20 1; }',
    'return 200 "<b>50%</b>";',
    'server { location / { } }',
    'server {{ }}',
  ])('not %s', (text) => {
    expect(looksLikeTemplate(text)).toBe(false);
  });
});

describe('questions to a tree', () => {
  const tree = parse('user a;http { server { listen 80; # c\n } server { } }');
  const names = (offset: number) => findAt(tree, offset).path.map(({ name }) => name.value);

  it('finds directives of one level by name', () => {
    const http = directives(tree.items, 'http');
    expect(http).toHaveLength(1);
    expect(directives(http[0]?.block?.items ?? [], 'server')).toHaveLength(2);
    expect(directives(tree.items, 'server')).toEqual([]);
  });

  it('finds the directives and the word at a place', () => {
    expect(names(tree.text.indexOf('80'))).toEqual(['http', 'server', 'listen']);
    expect(findAt(tree, tree.text.indexOf('80')).word?.value).toBe('80');
    expect(findAt(tree, tree.text.indexOf('80') + 2).word?.value).toBe('80');
    expect(findAt(tree, tree.text.indexOf('user') + 4).word?.value).toBe('user');
  });

  it('prefers what starts at a place to what ends there', () => {
    expect(findAt(tree, tree.text.indexOf('http')).word?.value).toBe('http');
  });

  it('finds the block around a place between directives', () => {
    expect(names(tree.text.indexOf('# c'))).toEqual(['http', 'server']);
    expect(names(tree.text.indexOf('} server') + 1)).toEqual(['http', 'server']);
    expect(names(tree.text.indexOf('} server') + 2)).toEqual(['http', 'server']);
    expect(findAt(tree, tree.text.indexOf('# c')).word).toBeUndefined();
    expect(names(tree.text.length)).toEqual(['http']);
    expect(names(tree.text.length + 9)).toEqual([]);
  });
});
