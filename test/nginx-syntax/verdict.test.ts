/** Owns the comparison with a real nginx: what its tokenizer refuses, in which words, and which values it reads. */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { scanVariables, variablesIn } from '../../server/src/languages/nginx/syntax/variables.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { nginxSays } from './real-nginx.ts';
import { blockText, directiveText, flatText } from './texts.ts';
import { isTokenizerMessage, tokenizerProblems } from './trees.ts';

describeWith('nginx', 'a real nginx', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  /** `types` takes any number of words, so that only the tokenizer is left to refuse anything. */
  const inTypes = (text: string) => `events {}\nhttp {\ntypes_hash_bucket_size 4096;\ntypes {\n${text}\n}\n}\n`;

  it('refuses the words and strings that are problems, in the same words, and accepts the others', () => {
    fc.assert(
      fc.property(flatText, (text) => {
        const whole = inTypes(text);
        const says = nginxSays(folder, whole);
        const ours = tokenizerProblems(parse(whole)).map((problem) => problem.nginxSays);
        if (says === undefined) expect(ours).toEqual([]);
        else expect(ours).toContain(says);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses the braces that are problems, in the same words', () => {
    fc.assert(
      fc.property(fc.oneof(blockText, directiveText), (text) => {
        const says = nginxSays(folder, inTypes(text));
        const ours = tokenizerProblems(parse(inTypes(text))).map((problem) => problem.nginxSays);
        if (says === undefined) expect(ours).toEqual([]);
        // What stops at an unknown directive has not read what comes after it.
        else if (isTokenizerMessage(says)) expect(ours).toContain(says);
      }),
      { numRuns: 300 },
    );
  });

  it('reads the same values', () => {
    const word = fc
      .array(fc.constantFrom('a', '\\', '"', "'", '$', '{', '}', ';', '\\n', '\\t', '#', ' ', 'é', '(', '\\\\'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom('', '"', "'"), word, (quote, content) => {
        const text = `${quote}${content}${quote} x;\nevents {}\n`;
        const tree = parse(text);
        const says = nginxSays(folder, text);
        if (says === undefined) expect(tree.problems).toEqual([]);
        else if (isTokenizerMessage(says)) expect(tokenizerProblems(tree).map((it) => it.nginxSays)).toContain(says);
        else expect(says).toBe(`unknown directive "${tree.items[0]?.name.value}"`);
      }),
      { numRuns: 300 },
    );
  });

  const letters = (count: number) => 'x'.repeat(count);
  const lengths = Array.from({ length: 12 }, (_, index) => 4086 + index);
  it.each<[what: string, text: (count: number) => string]>([
    ['a word before `;`', (count) => `a ${letters(count)};`],
    ['a word before white space', (count) => `a ${letters(count)} b;`],
    ['a word of two-byte letters', (count) => `a ${'\u07ff'.repeat(count >> 1)}${letters(count & 1)};`],
    ['a word of three-byte letters', (count) => `a ${'\u0800'.repeat(count / 3)}${letters(count % 3)};`],
    ['a word of four-byte letters', (count) => `a ${'😀'.repeat(count >> 2)}${letters(count & 3)};`],
    ['a string before `;`', (count) => `a "${letters(count)}";`],
    ['a string before white space', (count) => `a '${letters(count)}' b;`],
    ['a string before `)`', (count) => `a '${letters(count)}') b;`],
    ['a comment', (count) => `#${letters(count)}\na b;`],
    ['an open string', (count) => `a "${letters(count)}`],
  ])('has the same limit for %s', (_what, text) => {
    const verdicts = lengths.map((length) => [length, nginxSays(folder, inTypes(text(length)))]);
    const ours = lengths.map((length) => [length, tokenizerProblems(parse(inTypes(text(length))))[0]?.nginxSays]);
    expect(ours).toEqual(verdicts);
    expect(new Set(verdicts.map(([, says]) => says)).size).toBeGreaterThan(1);
  });

  it.each([
    ['a comment at the end', `#${letters(4095)}`],
    ['a comment before the end', `#${letters(4096)}`],
    ['a word at the end', letters(4096)],
    ['a word before the end', letters(4097)],
  ])('has the same limit for %s of the file', (_what, tail) => {
    const text = `events {} ${tail}`;
    expect(parse(text).problems[0]?.nginxSays).toBe(nginxSays(folder, text));
  });

  it.each([
    ['alone', '\ufeff'],
    ['before a directive', '\ufeffuser x;\nevents {}\n'],
    ['before a comment', '\ufeff# user x;\nuser x;\nevents {}\n'],
    ['before a string', '\ufeff"a b" "c"d;'],
    ['before a closing brace', '\ufeff events }'],
  ])('refuses a byte order mark %s as we say', (_where, text) => {
    const [first] = parse(text).problems;
    expect(first?.code).toBe('byte-order-mark');
    expect(first?.nginxSays).toBe(nginxSays(folder, text));
  });

  it.each([
    ['UTF-16', Buffer.from('events {}\n', 'utf16le').toString('utf8')],
    ['a NUL in a name', 'use\0r x;\n'],
    ['a NUL after an error', 'events {} ; use\0r x;\n'],
  ])('refuses %s as we say', (_what, text) => {
    const { problems } = parse(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.nginxSays).toBe(nginxSays(folder, text));
  });

  const inHttp = (text: string) => `events {}\nhttp {\n${text}\n}\n`;
  it.each([
    inHttp('server {\n location / {\n proxy_pass http://a\n proxy_set_header A b;\n } }'),
    inHttp('server {\n server_name a\n location / { } }'),
    inHttp('server {\n listen 80\n server_name a; }'),
    inHttp('server {\n ssl_protocols TLSv1.2\n ssl_ciphers HIGH; }'),
    inHttp('proxy_ssl_protocols TLSv1.2\n root /a;'),
    inHttp('proxy_next_upstream error\n root /a;'),
    inHttp('upstream u {\n server 127.0.0.1:80\n server 127.0.0.1:81; }'),
    'error_log stderr warn\npid a;\nevents {}\n',
    'worker_processes 1\nevents {}\n',
  ])('refuses a line without its `;` as we say: %j', (text) => {
    expect(parse(text).problems.map((problem) => problem.nginxSays)).toEqual([nginxSays(folder, text)]);
  });

  it('accepts a NUL in a comment', () => {
    const text = '# \0\nevents {}\n';
    expect(nginxSays(folder, text)).toBeUndefined();
    expect(parse(text).problems).toEqual([]);
  });

  it('finds the same variables in a value, and refuses the same', () => {
    const pieces = fc.constantFrom('$', '$', '{', '}', 'a', 'B_', '1', '0', '-', ' ', '$x', '{y}', 'é');
    const value = fc.array(pieces, { maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(value, (text) => {
        const says = nginxSays(folder, `events {}\nhttp { server { return 200 "${text}"; } }\n`);
        const scan = scanVariables(text);
        // The first one that is not a capture is the first that nginx misses.
        const undefinedName = scan.variables.find(({ name, braced }) => braced || !/^[1-9]$/.test(name))?.name;
        const missing = undefinedName && `unknown "${undefinedName.toLowerCase()}" variable`;
        expect(scan.invalid?.nginxSays ?? missing).toBe(says);
        for (const { name, start, end, braced } of variablesIn(text)) {
          expect(text.slice(start, end)).toBe(braced ? `\${${name}}` : `$${name}`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
