/**
 * Owns the proof of the directive table: at every place, with every number of arguments, with right and wrong values and
 * twice at one level, nginx says of a directive what the table says, on each generation. A part of the names is asked for
 * each time; WSSLINT_PROBE=all asks for all of them.
 */
import { describe, expect, it } from 'vitest';
import { NEWEST } from '../../server/src/facts/nginx-directives.generated.ts';
import {
  CONTEXTS,
  type Context,
  type DirectiveForm,
  directiveTable,
  formsFor,
  isJudged,
  takes,
} from '../../server/src/facts/nginx-directives.ts';
import { refusedAt } from '../../server/src/languages/nginx/lower/plain-values.ts';
import { parseVersion, type Target } from '../../server/src/model/target.ts';
import { type Generation, onGeneration, SUITES } from '../kit/generations.ts';
import { nginxVersion } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { type Asked, askNginx, type Verdict, verdictOf } from './asked.ts';

function targetOf(text: string): Target {
  return new Map([['nginx', { version: parseVersion(text) ?? [], text, from: 'a test' }]]);
}

const all = [...directiveTable().keys()];
const ALL = process.env.WSSLINT_PROBE === 'all';

/** Every so many names; primes to most lengths of families, so that every family has its turn. */
function sample(step: number): readonly string[] {
  return ALL ? all : all.filter((_, i) => i % step === 0);
}

/** Words that some setter takes as its first argument, or as all of them. */
const TRIED = [
  'x',
  'root',
  '1',
  '/x',
  'off',
  'on',
  '$host',
  'http://127.0.0.1/',
  '127.0.0.1:1',
  '10s',
  '1k',
  'zone=x:1m',
];

/** The values to ask for: what the table says is right, and some that are not. */
function valuesOf({ value, counts, least }: DirectiveForm): readonly string[] {
  if (value === undefined) return [];
  const lead = Array.from({ length: value.first }, () => (value.first === 1 ? '127.0.0.1:1' : 'x'));
  const fill = (word: string): string => {
    const words = [...lead, word];
    const few = least ?? Math.min(...counts.filter((count) => count >= words.length));
    while (words.length < few) words.push(word);
    return words.join(' ');
  };
  switch (value.kind) {
    case 'flag':
      return ['on', 'OFF', 'x', 'true', '1'];
    case 'number':
      return ['5', 'x', '-1', '5k', `${value.least}`, `${value.least - 1}`, `${Math.min(value.most, 1e6) + 1}`];
    case 'size':
      return ['8k', '1M', '4096', 'x', '1g'];
    case 'offset':
      return ['8k', '1M', '1g', 'x', '1kb'];
    case 'msec':
      return ['60s', '500ms', '"1h 30m"', 'x', '60sec'];
    case 'sec':
      return ['60s', '"1h 30m"', 'x', '60sec'];
    case 'bufs':
      return ['4 8k', '0 8k', 'x 8k', '4 0', '4 x'];
    case 'enum':
      return [...value.words, (value.words[0] ?? '').toUpperCase(), 'x'];
    case 'mask':
      return [...value.words, 'x', ...(takesTwo({ counts, least }) ? [`${value.words[0]} x`] : [])];
    case 'words':
      return [
        ...value.words.flatMap((word) => (word.endsWith('*') ? PARAMETERS(word.slice(0, -1)) : [word])),
        'x',
        'x=1',
      ].map(fill);
  }
}

function takesTwo({ counts, least }: Pick<DirectiveForm, 'counts' | 'least'>): boolean {
  return least !== undefined || counts.includes(2);
}

/** Values of a parameter of which some are right. */
function PARAMETERS(name: string): string[] {
  return ['x', '0', '1', '1k', '1m', '1:2', 'on', 'a:1m', '1r/s', 'ff', 'n'].map((value) => `${name}${value}`);
}

function onEach(generation: Generation, step: number): void {
  const asking = (title: string, ask: (nginx: Asked, target: Target) => void): void =>
    it(title, { timeout: 1_800_000 }, () =>
      onGeneration(generation, async () => {
        const target = targetOf(await nginxVersion());
        const nginx = askNginx(generation);
        try {
          ask(nginx, target);
        } finally {
          nginx.remove();
        }
      }),
    );

  asking('agrees with the table on places and numbers of arguments', (nginx, target) => {
    const wrong: string[] = [];
    let compared = 0;
    const asked = sample(step);
    for (const name of asked) {
      const forms = formsFor(name, target);
      // Builds may have it earlier than nginx itself, so nothing is ever said of it.
      if (forms.length === 0 && !isJudged(name, target)) continue;
      for (const context of CONTEXTS) {
        const here = forms.filter((form) => form.contexts.has(context));
        const counts = here.length === 0 ? [1] : [0, 1, 2, 3, 4, 5];
        for (const count of counts) {
          const fits = here.filter((form) => takes(form, count));
          const end = (here.find((form) => takes(form, count)) ?? here[0])?.block === true ? '{ }' : ';';
          const line = `${name}${' x'.repeat(count)}${end}`;
          const says = verdictOf(nginx.says(context, line), name);
          // A module that is not built in.
          if (says === 'unknown' && forms.length > 0) break;
          const expected: Verdict =
            forms.length === 0 ? 'unknown' : here.length === 0 ? 'misplaced' : fits.length === 0 ? 'count' : 'read';
          compared++;
          // What is read has the right place and number, even where its value or a second `events` is refused.
          if ((says === 'value' || says === 'duplicate' ? 'read' : says) !== expected)
            wrong.push(`${line} in ${context}: ${says}, the table says ${expected}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(asked.length * 5);
  });

  asking('agrees with the table on values', (nginx, target) => {
    const wrong: string[] = [];
    let refused = 0;
    let taken = 0;
    for (const { name, context, form } of placed(target, step)) {
      const { value } = form;
      if (value === undefined) continue;
      for (const text of new Set(valuesOf(form))) {
        const line = `${name} ${text};`;
        const says = nginx.says(context, line);
        const verdict = verdictOf(says, name);
        if (verdict === 'unknown' || verdict === 'count') break;
        const words = [...text.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
        const expected = refusedAt(value, words) === undefined ? 'read' : 'value';
        if (expected === 'value') refused++;
        else taken++;
        // What other builds have as well is never refused.
        if (verdict !== expected && !(expected === 'read' && isOfOthers(name, text)))
          wrong.push(`${line} in ${context}: ${says}, the table says ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(Math.min(refused, taken)).toBeGreaterThan(10);
  });

  asking('agrees with the table on what may be repeated', (nginx, target) => {
    const wrong: string[] = [];
    const unasked: string[] = [];
    let compared = 0;
    for (const { name, context, form } of placed(target, step)) {
      const count = form.least ?? Math.min(...form.counts);
      const end = form.block ? ' { }' : ';';
      const tried = form.value === undefined || form.value.kind === 'words' ? TRIED : valuesOf(form);
      const lines = count === 0 ? [`${name}${end}`] : tried.map((one) => `${name} ${fillTo(one, count)}${end}`);
      const taken = lines.map((one) => ({ one, says: nginx.says(context, one) }));
      const line = (
        taken.find(({ says }) => says === undefined) ??
        taken.find(
          ({ says }) =>
            verdictOf(says, name) === 'read' &&
            !/not found|no addresses|no port|must be|^open\(\)|zero key size/.test(says ?? ''),
        )
      )?.one;
      const says = line === undefined ? 'unknown' : verdictOf(nginx.says(context, `${line} ${line}`), name);
      if (says === 'unknown' || line === undefined) {
        unasked.push(name);
        continue;
      }
      compared++;
      const expected: Verdict = form.once || ALIKE.test(name) ? 'duplicate' : 'read';
      if (says !== expected)
        wrong.push(
          `${line} twice in ${context}: ${nginx.says(context, `${line} ${line}`)}, the table says ${expected}`,
        );
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(unasked.length);
  });
}

/** May be repeated, but not with the same zone, and not with `off`; which of these was asked is all the same. */
const ALIKE = /^(?:limit_req|limit_conn|proxy_redirect|proxy_cookie_\w+)$/;

function fillTo(value: string, count: number): string {
  const words = value.split(' ');
  while (words.length < count) words.push(words[0] ?? 'x');
  return words.join(' ');
}

/** Each form of a sample of the names, at one of its places. */
function placed(target: Target, step: number): { name: string; context: Context; form: DirectiveForm }[] {
  return sample(step).flatMap((name) =>
    isJudged(name, target)
      ? formsFor(name, target).map((form) => ({ name, context: [...form.contexts][0] ?? 'main', form }))
      : [],
  );
}

/** Words of other builds of nginx (MORE_WORDS), and parameters whose value is checked together with others. */
function isOfOthers(name: string, text: string): boolean {
  if (name === 'server') return /\b(slow_start|resolve|service|route|drain|s?id)\b/.test(text);
  // `setfib` is for FreeBSD.
  if (name === 'listen') return /\b(multipath|setfib)\b/.test(text);
  return /_cache_path$/.test(name) ? /\b(purger\w*|min_free)=/.test(text) : name === 'proxy_http_version';
}

describeWith('nginx', 'the installed nginx', () => onEach('installed', 11));
describe('other generations', () => {
  for (const suite of SUITES) describeWith(suite, `Debian ${suite}`, () => onEach(suite, 31));
});

describe('the table', () => {
  const at = (version: string, name: string): number => formsFor(name, targetOf(version)).length;

  it('knows from and until when a directive is there', () => {
    expect([at('1.25.0', 'http2'), at('1.25.1', 'http2')]).toEqual([0, 1]);
    expect([at('1.19.6', 'spdy_chunk_size'), at('1.19.7', 'spdy_chunk_size')]).toEqual([1, 0]);
    expect(formsFor('http2', new Map())).toHaveLength(1);
    // 1.25 may be any of its releases.
    expect(at('1.25', 'http2')).toBe(1);
  });

  it('judges neither versions that it does not hold, nor names that others have as well', () => {
    expect(isJudged('listen', targetOf('1.18.0'))).toBe(true);
    expect(isJudged('listen', targetOf(NEWEST))).toBe(true);
    expect(isJudged('listen', targetOf('1.16.1'))).toBe(false);
    expect(isJudged('listen', targetOf('1.99.0'))).toBe(false);
    expect(isJudged('sticky', new Map())).toBe(false);
    expect(isJudged('more_set_headers', new Map())).toBe(false);
    expect(isJudged('constructor', new Map())).toBe(false);
  });
});
