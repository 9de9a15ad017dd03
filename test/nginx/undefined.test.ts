/** Owns which lines define variables and which only use them, with the real nginx beside the model. */
import { expect, it } from 'vitest';
import { nginxTest } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { http, loadProject } from './project.ts';

const undefinedIn = (inside: string): string[] =>
  loadProject(http(inside)).model.problems.flatMap(({ rule, message }) =>
    rule === 'config-undefined-variable' ? (/nothing defines `\$(\w+)`/.exec(message)?.[1] ?? message) : [],
  );

const server = (line = '') =>
  `server { listen 127.0.0.1:8080; location / { proxy_pass http://127.0.0.1:9000; ${line} } }`;

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['a value of a map', `map $host $a { default $nobody; } ${server()}`, ['nobody']],
  ['a value in text', `map $host $a { x.example "to ${'$'}{nobody}"; } ${server()}`, ['nobody']],
  [
    'a value of a map, and a header',
    `map $host $a { default $nobody; } ${server('proxy_set_header X $nobody;')}`,
    ['nobody', 'nobody'],
  ],
  [
    'lines that begin like directives',
    `map $host $a { set $nobody; map 1; geo $nobody; } ${server()}`,
    ['nobody', 'nobody'],
  ],
  ['values of another map', `map $host $b { default 1; } map $host $a { default $b; } ${server()}`, []],
  [
    'groups of the keys of a map',
    `map $host $a { ~^(?<who>.+)$ $who; default 1; } ${server('proxy_set_header X $who;')}`,
    [],
  ],
  ['numbered groups', `map $host $a { ~^(.+)$ $1; hostnames; } ${server()}`, []],
  ['plain texts of geo', `geo $a { default $nobody; } ${server()}`, []],
];

it.each(CASES)('%s', (_, inside, names) => {
  expect(undefinedIn(inside)).toEqual(names);
});

describeWith('nginx', 'the installed nginx', () => {
  it.each(CASES)('%s', async (_, inside, names) => {
    const { ok, output } = await nginxTest({ files: { 'nginx.conf': `http { ${inside} }` } });
    expect({ ok, unknown: output.includes('unknown "nobody" variable') }).toEqual({
      ok: names.length === 0,
      unknown: names.length > 0,
    });
  });
});
