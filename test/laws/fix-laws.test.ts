/** Owns the laws of fixes, over every offer of every bad example and over examples that are written in other ways. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion } from '../../server/src/model/target.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { editsConflict } from '../../server/src/text/edits.ts';
import { apacheStarts, apacheVersion } from '../kit/apache.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { caddyValidate, caddyVersion } from '../kit/caddy.ts';
import { haproxyCheck, haproxyVersion } from '../kit/haproxy.ts';
import { nginxTest, nginxVersion } from '../kit/nginx.ts';
import { itWith } from '../kit/required.ts';
import { stunnelStarts, stunnelVersion } from '../kit/stunnel.ts';
import { type Linted, lintTexts, type Texts } from '../rules/harness.ts';
import { applied, badExamples, type Case, casesOf } from './cases.ts';
import { otherHeadersStay } from './headers-law.ts';
import { findingIsGone, nothingNew, onlyTheRemedyChanges } from './model-laws.ts';
import { LAYOUTS, type Mutation, ONE_LINE, SURROUNDINGS } from './mutations.ts';
import {
  commentsStay,
  editsAreClean,
  indentationIsCopied,
  isReadableTwice,
  type Law,
  lineEndsStay,
  secondReaderAgrees,
} from './text-laws.ts';

const LAWS: Readonly<Record<string, Law>> = {
  editsAreClean,
  lineEndsStay,
  commentsStay,
  indentationIsCopied,
  secondReaderAgrees,
  findingIsGone,
  nothingNew,
  onlyTheRemedyChanges,
  otherHeadersStay,
};
const VARIANTS = 500;
/** Each asks a real server twice. */
const SERVER_RUNS = 40;
const MOST_ROUNDS = 12;

const examples = badExamples();

function violations(one: Case): string[] {
  return Object.entries(LAWS).flatMap(([name, law]) => law(one).map((what) => `${name}: ${what}`));
}

/** What is broken, with the texts before and after, so that a failure can be read. */
function described(one: Case): string[] {
  const found = violations(one);
  if (found.length === 0) return [];
  const text = (texts: Texts) => one.fix.edits.map(({ file }) => `--- ${file}\n${texts.get(file)}`).join('\n');
  const offer = `${one.finding.rule}, "${one.fix.title}"`;
  return [`${offer}\n${found.join('\n')}\n=== before\n${text(one.before.texts)}\n=== after\n${text(one.after.texts)}`];
}

/** An example with mutations, by their names, so that a counterexample can be read. */
interface Variant {
  readonly example: string;
  readonly mutations: readonly string[];
}

const ALL: ReadonlyMap<string, Mutation> = new Map(
  [...SURROUNDINGS, ...LAYOUTS, ONE_LINE].map((mutation) => [mutation.name, mutation]),
);
const names = (mutations: readonly Mutation[]) => mutations.map(({ name }) => name);

const variantsOf = (from: typeof examples): fc.Arbitrary<Variant> =>
  fc
    .record({
      example: fc.constantFrom(...from.map(({ title }) => title)),
      surroundings: fc.subarray(names(SURROUNDINGS), { maxLength: 3 }),
      layouts: fc.oneof(
        { weight: 4, arbitrary: fc.subarray(names(LAYOUTS)) },
        { weight: 1, arbitrary: fc.constant([ONE_LINE.name]) },
      ),
    })
    .map(({ example, surroundings, layouts }) => ({ example, mutations: [...surroundings, ...layouts] }));
const variants = variantsOf(examples);

function lintVariant({ example, mutations }: Variant): Linted {
  const source = examples.find(({ title }) => title === example);
  if (source === undefined) throw new Error(`no example ${example}`);
  const { texts, options } = source.linted;
  const mutated = mutations.reduce((current, name) => ALL.get(name)?.apply(current) ?? current, texts);
  return lintTexts(mutated, options);
}

describe('every offer of every bad example', () => {
  for (const { title, linted } of examples) {
    it(title, () => {
      expect(casesOf(linted).flatMap(described)).toEqual([]);
    });
  }

  it('is seen by nginx-conf often enough to count as a second reader', () => {
    const ofNginx = examples
      .flatMap(({ linted }) => casesOf(linted))
      .filter(({ report }) => {
        return report.project.language === 'nginx';
      });
    expect(ofNginx.filter(isReadableTwice).length).toBeGreaterThan(ofNginx.length / 2);
  });
});

it('the laws hold for examples that are written in other ways and in other surroundings', () => {
  let offers = 0;
  fc.assert(
    fc.property(variants, (variant) => {
      const cases = casesOf(lintVariant(variant));
      offers += cases.length;
      expect(cases.flatMap(described)).toEqual([]);
    }),
    { numRuns: VARIANTS },
  );
  expect(offers).toBeGreaterThan(VARIANTS / 2);
});

it('the look of a file changes no finding', () => {
  for (const { title, rule, linted } of examples) {
    const found = (each: Linted) => each.findingsOf(rule).map(({ severity, fixes }) => [severity, fixes.length]);
    // A missing end is found by how the lines stand.
    if (rule === 'config-syntax') continue;
    for (const layout of [...LAYOUTS, ONE_LINE]) {
      const texts = layout.apply(linted.texts);
      if (texts === undefined) continue;
      expect([title, layout.name, found(lintTexts(texts, linted.options))]).toEqual([
        title,
        layout.name,
        found(linted),
      ]);
    }
  }
});

/** Takes the first offer of the first finding that has one, again and again. */
function settled(linted: Linted): Linted {
  let current = linted;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fix = current.run.findings.flatMap(({ fixes }) => fixes.slice(0, 1))[0];
    if (fix === undefined) return current;
    current = applied(current, fix);
  }
  throw new Error(`fixes without end:\n${[...current.texts.values()].join('\n')}`);
}

it('fixes come to an end, and none undoes another', () => {
  for (const { linted } of examples) {
    const end = settled(linted);
    expect(end.run.findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  }
});

const conflict = (a: Case, b: Case) =>
  a.fix.edits.some(({ file, edits }) =>
    b.fix.edits.some((other) => other.file === file && edits.some((x) => other.edits.some((y) => editsConflict(x, y)))),
  );

const addsHeaders = ({ fix }: Case) =>
  fix.edits.some(({ edits }) => edits.some(({ newText }) => newText.includes('proxy_set_header ')));

/** Headers that one fix adds to a block are inherited by the blocks in it, where the other one repeats what it finds. */
const inherits = (a: Case, b: Case) => a.finding.rule !== b.finding.rule && addsHeaders(a) && addsHeaders(b);

/** Takes the offer again that another one has left over; undefined when it is not there any more. */
function next(linted: Linted, { finding, fix, before }: Case): Linted | undefined {
  const markedIn = ({ texts }: Linted, { at: { file, span } }: Finding) => texts.get(file)?.slice(span.start, span.end);
  const same = casesOf(linted).filter(
    (one) =>
      one.finding.rule === finding.rule &&
      one.fix.title === fix.title &&
      markedIn(linted, one.finding) === markedIn(before, finding),
  );
  return same.length === 1 ? same[0]?.after : undefined;
}

it('fixes that do not touch each other give the same in either order', () => {
  let pairs = 0;
  fc.assert(
    fc.property(variants, (variant) => {
      const cases = casesOf(lintVariant(variant)).slice(0, 6);
      for (const [i, a] of cases.entries()) {
        for (const b of cases.slice(i + 1)) {
          if (a.finding === b.finding || conflict(a, b) || inherits(a, b)) continue;
          const [ab, ba] = [next(a.after, b), next(b.after, a)];
          if (ab === undefined || ba === undefined) continue;
          pairs++;
          expect([...ab.texts]).toEqual([...ba.texts]);
        }
      }
    }),
    { numRuns: VARIANTS / 2 },
  );
  expect(pairs).toBeGreaterThan(10);
});

/** Files of authorities that examples name and fixes bring. */
const AUTHORITIES = ['clients.pem', 'client-ca.pem', '/etc/ssl/certs/ca-certificates.crt'];

/** The files for a real server, with certificates where an example leaves them out. */
async function serverFiles(texts: Texts, folder: string): Promise<Record<string, string>> {
  const { chain, key, bundle } = await (await sharedAuthority()).issue({ names: ['shop.example'] });
  const authorities = Object.fromEntries(AUTHORITIES.map((path) => [path, chain]));
  const pair =
    folder === '/etc/haproxy'
      ? { '/shop.pem': bundle }
      : folder === '/etc/stunnel'
        ? { 'shop.pem': bundle, 'chat.pem': bundle, 'authority.pem': chain, 'api.pem': chain }
        : folder === '/etc/caddy'
          ? { '/shop.pem': chain, '/shop.key': key, '/clients.pem': chain, '/client-ca.pem': chain }
          : { 'shop.pem': chain, 'shop.key': key };
  const own = [...texts].filter(([path]) => !path.endsWith('.json'));
  const relative = own.map(([path, text]): [string, string] => [path.replace(`${folder}/`, ''), text]);
  return { ...pair, ...authorities, ...Object.fromEntries(relative) };
}

for (const [language, folder, check, version] of [
  ['nginx', '/etc/nginx', nginxTest, nginxVersion],
  ['haproxy', '/etc/haproxy', haproxyCheck, haproxyVersion],
  // Its own check accepts what does not start.
  ['apache', '/etc/apache2', apacheStarts, apacheVersion],
  // It has no check of its own.
  ['stunnel', '/etc/stunnel', stunnelStarts, stunnelVersion],
  ['caddy', '/etc/caddy', caddyValidate, caddyVersion],
] as const) {
  itWith(language, `what ${language} accepted before a fix, it accepts afterwards`, async () => {
    const mine = examples.filter(({ linted }) =>
      linted.run.projects.some(({ project }) => project.language === language),
    );
    const other = fc.sample(variantsOf(mine), SERVER_RUNS).map(lintVariant);
    const all = [...mine.map(({ linted }) => linted), ...other];
    const installed = parseVersion(await version()) ?? [];
    const cases = all.flatMap(casesOf).filter(({ report: { project } }) => {
      const target = project.model.target.get(language);
      // A fix for a newer target may well be refused here.
      return project.language === language && (target === undefined || compareVersions(installed, target.version) >= 0);
    });
    let asked = 0;
    for (const { before, after, finding, fix } of cases.slice(0, 2 * SERVER_RUNS)) {
      if (!(await check({ files: await serverFiles(before.texts, folder) })).ok) continue;
      asked++;
      const { ok, output } = await check({ files: await serverFiles(after.texts, folder) });
      expect(ok, `${finding.rule}, "${fix.title}": ${output}\n${[...after.texts.values()].join('\n')}`).toBe(true);
    }
    expect(asked).toBeGreaterThan(5);
  });
}
