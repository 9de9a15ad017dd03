/** Owns the verdict of a real HAProxy over the files that we call broken, and over sound ones. */
import { expect, it } from 'vitest';
import { temporaryFolder } from '../kit/folder.ts';
import { runProcess } from '../kit/process.ts';
import { describeWith, programPath } from '../kit/required.ts';
import { load, textAt } from './project.ts';

/** Sound but for what a case puts in; a proxy that listens, so that HAProxy has a reason to start. */
const base = (more = '') => `global
    maxconn 10
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
frontend web
    bind 127.0.0.1:65000
    default_backend app
backend app
    server one 127.0.0.1:65001
${more}`;

async function haproxyTakes(text: string): Promise<boolean> {
  const folder = temporaryFolder();
  const file = folder.write('haproxy.cfg', text);
  const { code } = await runProcess(programPath('haproxy') ?? 'haproxy', ['-c', '-f', file]);
  folder.remove();
  return code === 0;
}

const ours = (text: string) =>
  load(text)
    .model.problems.filter(({ severity }) => severity === undefined)
    .map((problem) => textAt(text, problem.place));
const variable = (rest: string) => `$${rest}`;

/** Text, and where the first fault is. */
const BROKEN: readonly (readonly [string, string])[] = [
  [`foo bar\n${base()}`, 'foo'],
  [`frontnd x\n${base()}`, 'frontnd'],
  [`\uFEFF${base()}`, '\uFEFF'],
  [base().trimEnd(), 'server one 127.0.0.1:65001'],
  [base('    cookie "abc\n'), '"abc'],
  [base("    cookie 'abc # d\n"), "'abc # d"],
  [base('    cookie a\\xzz\n'), '\\xzz'],
  [base('    cookie a\\x4\n'), '\\x4'],
  [base(`    cookie "${variable('{A-b')}"\n`), `${variable('{A-b"')}`],
  [base(`    cookie "${variable('1A')}"\n`), `${variable('1')}`],
  [base(`    cookie "${variable('{A[1]}')}"\n`), '[1]'],
  [base(`    cookie ${'a '.repeat(70)}\n`), 'a'],
  [base('.if 1\n'), '.if'],
  [base('.endif\n'), '.endif'],
  [base('.else\n'), '.else'],
  [base('.if 1\n.else\n.else\n.endif\n'), '.else'],
  [base('.if 1\n.else 2\n.endif\n'), '2'],
  [base('.if 1\n.endif 2\n'), '2'],
  [base('.unknown\n'), '.unknown'],
  [base('frontend\n'), 'frontend'],
  [base('backend a/b\n'), 'a/b'],
  [base('backend x :80\n    balance roundrobin\n'), ':80'],
  [base('backend x from\n    balance roundrobin\n'), 'from'],
  [base('defaults x\nbackend y from x z\n'), 'z'],
  [base('backend app\n'), 'app'],
  [base('listen web\n    bind 127.0.0.1:65002\n'), 'web'],
  [base('backend x\nlisten y\n    bind 127.0.0.1:65002\nbackend y\n'), 'y'],
  [base('    timeout\n'), 'timeout'],
  [base('    timeout tunel 1h\n'), 'tunel'],
  [base('    timeout tunnel\n'), 'timeout tunnel'],
  [base('    timeout tunnel 1x\n'), '1x'],
  [base('    timeout tunnel an\\ hour\n'), 'an\\ hour'],
  [base('    timeout tunnel 90d\n'), '90d'],
  [base('    timeout tunnel 1h 2h\n'), '2h'],
  [base('    server two 127.0.0.1:65003 ssl verify none ssl-min-ver TLSv1\n'), 'TLSv1'],
  [base('    server two 127.0.0.1:65003 ssl verify none ssl-max-ver tlsv1.2\n'), 'tlsv1.2'],
];

const SOUND: readonly string[] = [
  base(),
  base().replaceAll('\n', '\r\n'),
  base('# a comment "with a quote\n\n   \n'),
  base('    cookie a\\ b\\x41 insert # end\n'),
  base(`    option httpchk GET "/x#y ${variable('{A-b c}')}"\n`),
  base("    http-request set-header X 'a\"b#c' if { path /x }\n"),
  base(`    cookie "c${variable('{WSSLINT_NOT_SET[*]}')}"\n`),
  base('.if 0\n    foo bar\n.endif\n').replace('foo bar', 'option httpclose'),
  base('.if defined(X) # c\n    option httpclose\n.elif 1\n.else\n.endif\n'),
  base('defaults named from base\nbackend b from named\n')
    .replace('defaults\n', 'defaults base\n')
    .replace('frontend web', 'frontend web from base')
    .replace('\nbackend app', '\nbackend app from base'),
  base('backend web\n'),
  base('    timeout tunnel 0\n    timeout tunnel 500us\n    timeout server-fin 24d\n'),
  base('userlist u\n    user a insecure-password b\ncache c\n    total-max-size 4\n'),
  base('    server two 127.0.0.1:65003 ssl verify none ssl-min-ver TLSv1.0\n'),
  base('    no option httpclose\n'),
];

describeWith('haproxy', 'HAProxy itself', () => {
  it.each(BROKEN)('refuses what we call broken: %#', async (text, where) => {
    expect(ours(text)[0]).toBe(where);
    expect(await haproxyTakes(text)).toBe(false);
  });

  it.each(SOUND.map((text) => [text]))('takes what we call sound: %#', async (text) => {
    expect(ours(text)).toEqual([]);
    expect(await haproxyTakes(text)).toBe(true);
  });

  it('takes a file once its faults are fixed', async () => {
    for (const text of [`\uFEFF${base()}`, base().trimEnd()]) {
      const project = load(text);
      const remedy = project.model.problems[0]?.offers?.[0]?.remedy;
      const edits = remedy === undefined ? undefined : project.realize(remedy)?.[0]?.edits;
      expect(edits?.length).toBe(1);
      const [edit] = edits ?? [];
      if (edit === undefined) return;
      const result = text.slice(0, edit.span.start) + edit.newText + text.slice(edit.span.end);
      expect(result).toBe(base());
      expect(await haproxyTakes(result)).toBe(true);
    }
  });
});
