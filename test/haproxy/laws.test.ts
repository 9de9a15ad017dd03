/** Owns the laws of the HAProxy parser, which hold for every text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/haproxy/syntax/parser.ts';
import { splitLine, writeWord } from '../../server/src/languages/haproxy/syntax/words.ts';
import { withCpuTime } from '../kit/cpu.ts';
import { load } from './project.ts';

const RUNS = { numRuns: 2000 };
const variable = (rest: string) => `$${rest}`;
const piece = fc.constantFrom(
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '#',
    '"',
    "'",
    '\\',
    '\\ ',
    '\\x41',
    '\\x4',
    '$',
    variable('{A}'),
    variable('{A-b}'),
    '"$A"',
    `"${variable('{A[*]}')}"`,
  ],
  ...[
    'global',
    'defaults',
    'frontend',
    'backend',
    'listen',
    'from',
    'web',
    'app',
    'bind',
    ':443',
    'ssl',
    'crt',
    'a.pem',
  ],
  ...[
    'ssl-min-ver',
    'TLSv1.0',
    'TLSv1.3',
    'no-tlsv10',
    'force-tlsv11',
    'server',
    's1',
    '127.0.0.1:80',
    'proto',
    'h2',
    'alpn',
    'ws',
  ],
  ...[
    'mode',
    'http',
    'tcp',
    'timeout',
    'tunnel',
    'client',
    '30s',
    '5',
    '0',
    '1x',
    'use_backend',
    'default_backend',
    'if',
    'unless',
  ],
  ...[
    'acl',
    'is_ws',
    'hdr(Upgrade)',
    '-i',
    'websocket',
    '{',
    '}',
    '!',
    '||',
    'path_beg',
    '/ws',
    'http-request',
    'del-header',
    'Upgrade',
  ],
  ...[
    '.if',
    '.elif',
    '.else',
    '.endif',
    '.notice',
    '[',
    ']',
    '%[path]',
    'reqadd',
    'X:\\ y',
    'option',
    'forceclose',
    '\u0000',
    '\uFEFF',
    'é',
    '𝒳',
  ],
);
const lines = fc
  .array(
    fc.array(piece, { maxLength: 8 }).map((words) => words.join(' ')),
    { maxLength: 30 },
  )
  .map((all) => all.join('\n'));
const anyText = fc.oneof(
  lines,
  fc.array(piece, { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

describe('for every text', () => {
  it('words and comments lie in order, and between them is only white space, or what HAProxy does not read', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tree = parse(text, '/haproxy.cfg');
        if (text.includes('\u0000')) return;
        for (const statement of [
          ...tree.strays,
          ...tree.macros,
          ...tree.sections.flatMap((one) => [one.header, ...one.statements]),
        ]) {
          let at = statement.line.start;
          for (const word of statement.words) {
            expect(text.slice(at, word.span.start).replace('\uFEFF', '')).toMatch(/^[ \t\v\f]*$/);
            expect(word.span.end).toBeGreaterThan(word.span.start);
            at = word.span.end;
          }
          expect(text.slice(at, statement.line.end)).toMatch(/^[ \t\v\f]*([#\r].*)?$/s);
          expect(statement.line.end).toBeLessThanOrEqual(text.length);
        }
      }),
      RUNS,
    );
  });

  it('every line with a word is a statement, is no section at all, or is a reported fault', () => {
    fc.assert(
      fc.property(lines, (text) => {
        const tree = parse(text, '/haproxy.cfg');
        if (text.includes('\u0000')) return;
        const statements = [
          ...tree.strays,
          ...tree.macros,
          ...tree.sections.flatMap((one) => [one.header, ...one.statements]),
        ];
        const starts = new Set(statements.map(({ line }) => line.start));
        let start = text.startsWith('\uFEFF') ? 1 : 0;
        for (const line of text.slice(start).split('\n')) {
          const { words, problem } = splitLine(text, start, start + line.length);
          const skipped =
            problem !== undefined ||
            words[0] === undefined ||
            words[0].value === '' ||
            line.trimStart().startsWith('[');
          if (!skipped) expect(starts.has(start)).toBe(true);
          start += line.length + 1;
        }
      }),
      RUNS,
    );
  });

  it('loading, hovering and fixing never throw, and every place lies in the text', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, where) => {
        const project = load(text);
        const { model } = project;
        project.subjectAt(model.root, where % (text.length + 1));
        project.links(model.root);
        project.symbols(model.root);
        const places = [
          ...model.problems,
          ...model.obsolete,
          ...model.unseen,
          ...model.sites,
          ...model.sites.flatMap(({ routes }) => routes),
        ];
        for (const { place } of places) {
          expect(place.span.start).toBeLessThanOrEqual(place.span.end);
          expect(place.span.end).toBeLessThanOrEqual(text.length);
        }
        for (const route of model.sites.flatMap(({ routes }) => routes)) {
          project.realize({ kind: 'set-idle-limit', route, seconds: 3600 });
          project.realize({ kind: 'forward-upgrade', route });
          project.realize({ kind: 'use-http-1-1', route });
        }
      }),
      RUNS,
    );
  });

  it('a word that is written is read as it was', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        fc.pre(!/[\r\n\u0000]/.test(value));
        const text = `crt ${writeWord(value)} x`;
        expect(splitLine(text, 0, text.length).words.map((word) => word.value)).toEqual(['crt', value, 'x']);
      }),
      RUNS,
    );
  });
});

it('time grows with the length of the text, not with its square', () => {
  const texts = [
    (n: number) => '.if 1\n'.repeat(n),
    (n: number) => `global\n  description "${'\\"'.repeat(n)}`,
    (n: number) => `frontend a\n${'  acl x path /ws\n'.repeat(n)}`,
    (n: number) => `global\n  log ${'a '.repeat(n)}\n`,
  ];
  const cost = (text: string) => {
    const times = [0, 1, 2].map(() => withCpuTime(() => parse(text, '/haproxy.cfg')).milliseconds);
    return Math.min(...times);
  };
  for (const make of texts) {
    cost(make(2000));
    // Forty times the text would take sixteen hundred times as long in a quadratic parser; a machine that clears up between is no such factor.
    expect(cost(make(80_000))).toBeLessThan((cost(make(2000)) + 0.5) * 400);
  }
});
