/** Owns conditions that name an ACL: our verdict and HAProxy's own. */
import { describe, expect, it } from 'vitest';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyCheck } from '../kit/haproxy.ts';
import { describeWith } from '../kit/required.ts';
import { load } from './project.ts';

const config = (front: string, back = '', defaults = '') => `defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
${defaults}frontend web
    bind :80
${front}    default_backend app
backend app
${back}    server one 127.0.0.1:3000
`;

const ACL = '    acl api path_beg /api\n';
const GOOD = [
  config(`${ACL}    http-request deny if api\n`),
  config(`${ACL}    http-request deny if !api || METH_POST or LOCALHOST\n`),
  config('    http-request deny unless { path /a } !{ path /b } || FALSE\n'),
  config('    tcp-request connection reject unless TRUE\n    http-request set-header X-If "if nothing"\n'),
  config('', `${ACL}    use-server one if api\n    http-response set-header A b if !api\n`),
];
const BAD = [
  config(`    http-request deny if api\n${ACL}`),
  config('    use_backend app if api\n'),
  config('    redirect location / if !api\n'),
  config('    tcp-request content reject if { path / } api\n'),
  config('    http-request deny if api\n', '', ACL),
  config('', '    use-server one if api\n'),
  config(ACL, '    http-response set-header A b unless api\n'),
];
const problems = (text: string) => load(text).model.problems.map(({ message }) => message);

describe('an ACL in a condition', () => {
  it.each(GOOD)('is there: %#', (text) => expect(problems(text)).toEqual([]));
  it.each(BAD)('is not there: %#', (text) => expect(problems(text)).toHaveLength(1));
  it('is told why', () => {
    expect(problems(BAD[0] ?? '')[0]).toContain('stands below this line');
    expect(problems(BAD[1] ?? '')[0]).toContain('there is no ACL `api` in this section');
    expect(problems(BAD[4] ?? '')[0]).toContain('is one of `defaults`, and does not count');
  });
});

function agrees(generation: Generation): void {
  it.each([...GOOD, ...BAD])('says the same: %#', (text) =>
    onGeneration(generation, async () => {
      const { ok, output } = await haproxyCheck({ files: { 'haproxy.cfg': text } });
      expect(ok, output).toBe(GOOD.includes(text));
      if (!ok) expect(output).toContain("no such ACL : 'api'");
    }),
  );
}

describeWith('haproxy', 'the installed HAProxy', () => agrees('installed'));
for (const suite of SUITES) describeWith(suite, `HAProxy of Debian ${suite}`, () => agrees(suite));
