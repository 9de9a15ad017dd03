/** Owns the proof that no grammar backtracks catastrophically: on published files, and on lines made to be nasty. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { grammars } from '../../syntaxes/src/index.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { type GrammarName, tokenizer } from './tokens.ts';

const length = 4000;

/** A published line takes far less than a millisecond; these are 40 times as long as a long one. */
const nasty = [
  '$',
  '${',
  '\\',
  '"',
  "'",
  '[',
  '%[',
  '=',
  '~',
  '~* ',
  '-',
  ' ',
  'a',
  'a ',
  '1',
  '#',
  '{ ',
  '(',
  '-----BEGIN ',
  '-----',
];

it.each(Object.keys(grammars) as GrammarName[])('%s: nasty lines', async (name) => {
  const tokenize = await tokenizer(name);
  for (const unit of nasty) {
    const line = unit.repeat(length / unit.length);
    for (const text of [
      line,
      `location ${line}`,
      `map ${line}`,
      `x_by_lua_block ${line}`,
      `  bind ${line}`,
      `accept = ${line}`,
      `<VirtualHost ${line}`,
      `site {\n\t${line}`,
    ]) {
      expect(tokenize(`${text}\nend`), text.slice(0, 40)).toHaveLength(text.split('\n').length + 1);
    }
  }
});

const published: readonly [GrammarName, string, RegExp][] = [
  ['nginx', 'nginx', /\.(conf|sample)$/],
  ['nginx', 'mozilla/nginx', /\.conf$/],
  ['haproxy', 'mozilla/haproxy', /\.cfg$/],
  ['apacheconf', 'mozilla/apache', /\.conf$/],
  ['caddyfile', 'mozilla/caddy', /caddy|\.conf$/i],
  ['stunnel', 'mozilla/stunnel', /\.conf$/],
  ['pem', 'zlint', /\.pem$/],
];

describeWith('corpus', 'published files', () => {
  it.each(published)('%s: every file of %s, and no token is lost', async (name, folder, pattern) => {
    const tokenize = await tokenizer(name, 500);
    const root = join(corpusRoot() ?? '', folder);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = readFileSync(join(root, file), 'utf8');
      const again = tokenize(text).map((tokens) => tokens.map((token) => token.text).join(''));
      expect(again, file).toEqual(text.split(/\r\n|\n|\r/));
    }
  });

  it('nginx: no string, comment or Lua body runs over the end of a published file', async () => {
    const tokenize = await tokenizer('nginx');
    const root = join(corpusRoot() ?? '', 'nginx/linuxserver');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sample'));
    expect(files.length).toBeGreaterThan(300);
    for (const file of files) {
      const lines = tokenize(`${readFileSync(join(root, file), 'utf8')}\nlast_directive on;`);
      expect(lines.at(-1)?.[0]?.scopes, file).toEqual(['source.nginx', 'keyword.other.directive.nginx']);
    }
  });
});
