/** Owns `.if` blocks that the target decides: which lines are there, by our reading and by real HAProxys. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideArms } from '../../server/src/languages/haproxy/arms.ts';
import { verdictOf } from '../../server/src/languages/haproxy/condition.ts';
import { parse } from '../../server/src/languages/haproxy/syntax/parser.ts';
import { parseVersion, type Target } from '../../server/src/model/target.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { haproxyCheck, haproxyVersion } from '../kit/haproxy.ts';
import { describeWith } from '../kit/required.ts';
import { load } from './project.ts';

const SEED = 20261130;

function targetOf(versions: Readonly<Record<string, string>>): Target {
  return new Map(
    Object.entries(versions).map(([product, text]) => [
      product as 'haproxy' | 'openssl',
      { version: parseVersion(text) ?? [], text, from: 'the test' },
    ]),
  );
}

describe('a condition', () => {
  const target = targetOf({ haproxy: '2.8.3', openssl: '3.0.11' });
  it.each<[string, boolean | undefined]>([
    ['', false],
    ['0', false],
    ['1', true],
    ['-1', true],
    ['!1', false],
    ['!!1', true],
    ['!(1 && 0)', true],
    ['1 && 0 || 1', true],
    ['1||0&&0', true],
    ['version_atleast(2.8)', true],
    ['version_atleast(2.8.4)', false],
    ['version_before(3.0)', true],
    ['version_atleast(2.9-dev2)', undefined],
    ['openssl_version_atleast(1.1.1)', true],
    ['openssl_version_before(3.0.0)', false],
    ['streq(a,a)', true],
    ['streq(a, a)', undefined],
    ['strneq(a,a)', false],
    ['strstr(abc,b)', true],
    ['streq("$X",a)', undefined],
    ['feature(OPENSSL)', true],
    ['feature(QUIC)', undefined],
    ['defined(X)', undefined],
    ['defined(X) && version_before(2.0)', false],
    ['defined(X) || version_atleast(2.0)', true],
    ['defined(X) && 1', undefined],
    ['foo', undefined],
    ['1 1', undefined],
    ['(1', undefined],
    ['version_atleast(2.0', undefined],
    ['('.repeat(5000), undefined],
    ['!'.repeat(50_000), undefined],
  ])('%s', (text, expected) => expect(verdictOf(text, target)).toBe(expected));

  it('without a target only what holds for every supported version is decided', () => {
    expect(verdictOf('version_atleast(2.4)', new Map())).toBe(true);
    expect(verdictOf('version_before(2.2)', new Map())).toBe(false);
    expect(verdictOf('version_atleast(2.6)', new Map())).toBeUndefined();
    expect(verdictOf('openssl_version_atleast(1.0)', new Map())).toBeUndefined();
  });
});

const CONFIG = (condition: string) => `defaults
    mode http
    timeout client 30s
    timeout server 30s
.if ${condition}
frontend web
    bind :443 ssl crt /etc/site.pem ssl-min-ver TLSv1.2
.else
frontend web
    bind :443 ssl crt /etc/site.pem ssl-min-ver TLSv1.3
.endif
    default_backend app
backend app
    server one 127.0.0.1:3000
`;

it('the model has the lines that are there, and what stands behind a section that is gone belongs to the one before', () => {
  const offered = (condition: string) =>
    load(CONFIG(condition), { target: { haproxy: '2.8.3', openssl: '3.0' } }).model.sites.map(
      ({ endpoint, routes }) => [
        endpoint?.versions.known === true ? endpoint.versions.value.join(' ') : endpoint?.versions,
        routes.length,
      ],
    );
  expect(offered('version_atleast(2.6)')).toEqual([['TLSv1.2 TLSv1.3', 1]]);
  expect(offered('version_before(2.6)')).toEqual([['TLSv1.3', 1]]);
  expect(offered('defined(X)')).toEqual([
    ['TLSv1.2 TLSv1.3', 0],
    ['TLSv1.3', 0],
  ]);
});

/** Conditions of every kind, also such as we leave open; at `openssl_version_atleast` in a file, 2.6.12 crashes. */
const conditions = fc.letrec<{ expression: string; term: string }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      ...['0', '1', 'version_atleast(2.4)', 'version_atleast(2.7)', 'version_before(3.0)', 'version_before(3.1.1)'],
      ...['streq(a,a)', 'streq(a,b)', 'strneq(a,b)', 'feature(OPENSSL)'],
      ...['feature(NOPE)', 'defined(PATH)', 'defined(NOPE)', 'streq("$NOPE",x)', 'streq(a, a)'],
    ),
    tie('term').map((term) => `!${term}`),
    tie('expression').map((inner) => `(${inner})`),
  ),
  expression: fc
    .array(fc.tuple(fc.constantFrom('&&', '||', ' && ', ' || '), tie('term')), { minLength: 1, maxLength: 3 })
    .map((terms) => terms.map(([sign, term], i) => (i === 0 ? term : sign + term)).join('')),
})).expression;

interface Block {
  readonly conditions: readonly string[];
  readonly hasElse: boolean;
  readonly inner: readonly (Block | undefined)[];
}

const blocks = fc.letrec<{ block: Block }>((tie) => ({
  block: fc.record({
    conditions: fc.array(conditions, { minLength: 1, maxLength: 3 }),
    hasElse: fc.boolean(),
    inner: fc.array(fc.option(tie('block'), { nil: undefined, maxDepth: 2 }), { minLength: 4, maxLength: 4 }),
  }),
})).block;

/** A line of its own in each arm and around the blocks, which HAProxy names when it reads it. */
function textOf(all: readonly Block[]): string {
  let count = 0;
  const mark = () => `    mark-${count++}-end\n`;
  const write = (block: Block): string => {
    const heads = [
      ...block.conditions.map((condition, i) => `${i === 0 ? '.if' : '.elif'} ${condition}\n`),
      ...(block.hasElse ? ['.else\n'] : []),
    ];
    const arms = heads.map((head, i) => {
      const inner = block.inner[i];
      return `${head}${mark()}${inner === undefined ? '' : write(inner) + mark()}`;
    });
    return `${arms.join('')}.endif\n`;
  };
  return `frontend web\n    bind 127.0.0.1:80\n${all.map((block) => mark() + write(block)).join('')}${mark()}`;
}

function onEach(generation: Generation): void {
  it(
    'reads the lines that we take for certain, and none that we take for gone',
    () =>
      onGeneration(generation, async () => {
        const target = targetOf({ haproxy: await haproxyVersion() });
        let [decided, open] = [0, 0];
        const property = fc.asyncProperty(fc.array(blocks, { minLength: 1, maxLength: 3 }), async (all) => {
          const text = textOf(all);
          // HAProxy stops after 50 faults.
          fc.pre(text.split('mark-').length < 45);
          const { output } = await haproxyCheck({ files: { 'haproxy.cfg': text } });
          const read = new Set(output.match(/mark-\d+-end/g) ?? []);
          const tree = parse(text, '/haproxy.cfg');
          const words = (one: typeof tree, certain: boolean) =>
            one.sections.flatMap(({ statements }) =>
              statements
                .filter(({ branch, words: [first] }) => first?.value !== 'bind' && (!certain || branch === ''))
                .map(({ words: [first] }) => first?.value ?? ''),
            );
          const left = decideArms(tree, target);
          const [certain, possible] = [words(left, true), new Set(words(left, false))];
          const gone = words(tree, false).filter((word) => !possible.has(word));
          expect([certain.filter((word) => !read.has(word)), gone.filter((word) => read.has(word))], text).toEqual([
            [],
            [],
          ]);
          decided += certain.length + gone.length;
          open += possible.size - certain.length;
        });
        await fc.assert(property, { seed: SEED, numRuns: 60, interruptAfterTimeLimit: 40_000, endOnFailure: true });
        expect(decided).toBeGreaterThan(100);
        expect(open).toBeGreaterThan(20);
      }),
    80_000,
  );
}

describeWith('haproxy', 'the installed HAProxy', () => onEach('installed'));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite));
});
