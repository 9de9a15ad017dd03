/** Owns the proof that no example of a rule page is misread or left out. */
import { expect, it } from 'vitest';
import { parseExamples } from './markdown.ts';

const page = (...lines: readonly string[]) => lines.join('\n').replaceAll("'''", '```');

it('takes markers out of a bad block and returns the ranges that they mark', () => {
  const { blocks } = parseExamples(
    page(
      '# A rule',
      "'''nginx bad target=nginx:1.26.3 now=2026-11-23",
      'listen 443;',
      '#^^^^^ error',
      'server {',
      '  # ^^^ not a marker',
      '  proxy_pass http://app; # ^^^',
      '  #          ^^^^^^^^^^',
      '  # ^^^^^^^^ warning',
      '  root   /x;',
      '  #^^^   ^^ info',
      '}',
      "'''",
      '',
      "'''nginx fixed",
      'server { }',
      "'''",
    ),
  );
  expect(blocks.map(({ kind, line }) => [kind, line])).toEqual([
    ['bad', 2],
    ['fixed', 15],
  ]);
  const [bad, fixed] = blocks;
  expect(bad).toMatchObject({ language: 'nginx', target: 'nginx:1.26.3', now: '2026-11-23', fixed });
  expect(bad?.files).toEqual([
    {
      path: 'nginx.conf',
      language: 'nginx',
      line: 2,
      text: 'listen 443;\nserver {\n  # ^^^ not a marker\n  proxy_pass http://app; # ^^^\n  root   /x;\n}\n',
      ranges: [
        { line: 0, startColumn: 0, endColumn: 6, severity: 'error' },
        { line: 3, startColumn: 13, endColumn: 23 },
        { line: 3, startColumn: 4, endColumn: 12, severity: 'warning' },
        { line: 4, startColumn: 2, endColumn: 6, severity: 'info' },
        { line: 4, startColumn: 9, endColumn: 11, severity: 'info' },
      ],
    },
  ]);
  expect(fixed).toMatchObject({ target: 'nginx:1.26.3', now: '2026-11-23', files: [{ text: 'server { }\n' }] });
});

it('joins the files of one example, and completes the fixed one from the bad one', () => {
  const { blocks } = parseExamples(
    page(
      "'''nginx bad name=two file=nginx.conf",
      'http { include a.conf; }',
      "'''",
      "'''nginx bad name=two file=a.conf",
      'server { }',
      '#^^^^^^^',
      "'''",
      "'''nginx fixed name=two file=a.conf",
      'server { listen 80; }',
      "'''",
      "'''haproxy good",
      "'''",
    ),
  );
  expect(
    blocks.map(({ kind, files }) => [kind, ...files.map(({ path, ranges }) => `${path} ${ranges.length}`)]),
  ).toEqual([
    ['bad', 'nginx.conf 0', 'a.conf 1'],
    ['fixed', 'nginx.conf 0', 'a.conf 0'],
    ['good', 'haproxy.cfg 0'],
  ]);
});

it('reads why a bad block is unfixable, and leaves ordinary code alone', () => {
  const { blocks } = parseExamples(
    page(
      "'''",
      'plain',
      "'''",
      "'''nginx",
      'x;',
      "'''",
      "'''pem bad",
      'x',
      "'''",
      '',
      'Unfixable: nobody knows',
      'the key.',
      '',
      'More.',
    ),
  );
  expect(blocks).toMatchObject([
    { kind: 'bad', unfixable: 'nobody knows the key.', files: [{ path: 'certificate.pem' }] },
  ]);
});

it.each([
  ['line 1: a bad block with neither', ["'''nginx bad", "'''"]],
  ['line 2: a fixed block without a bad block', ['', "'''nginx fixed", "'''"]],
  ['line 1: "baad" where bad, fixed or good', ["'''nginx baad", "'''"]],
  ['line 1: "nam=x" is no tag', ["'''nginx good nam=x", "'''"]],
  ['line 1: traefik has no main file', ["'''traefik good", "'''"]],
  ['line 1: a fence that is not closed', ["'''nginx good"]],
  ['line 3: "eror" is no severity', ["'''nginx bad", 'x;', '#^ eror', "'''"]],
  ['line 2: a marker with no line above it', ["'''nginx bad", '# ^', "'''"]],
  ['line 3: nginx.conf for the second time', ["'''nginx good name=a", "'''", "'''nginx good name=a", "'''"]],
])('says %s', (message, lines) => {
  expect(() => parseExamples(page(...lines))).toThrow(message);
});
