/** Owns the proof that texts from files can do nothing in a hover. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentWord, secondsWord } from '../../server/src/service/duration.ts';
import { code, plainText, sentence } from '../../server/src/service/markdown.ts';

describe('Markdown', () => {
  it.each([
    ['CN=a', '`CN=a`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['``', '``` `` ```'],
    ['a\nb\u202ec', '`a b c`'],
    [' ', '*(empty)*'],
  ])('%j is the code %j', (text, markdown) => {
    expect(code(text)).toBe(markdown);
  });

  it.each([
    ['- **Why:** `a*b` \\[x\\]', '- Why: a*b [x]'],
    ['**`a` and `b` do not belong together**', 'a and b do not belong together'],
    ['[`server`](https://nginx.org/x) of [a.conf:1](file:///a.conf#L1)', 'server of a.conf:1'],
    ['`` `a `` and ``b`c``', '`a and b`c'],
    ['one\n\n---\n\ntwo:\n```nginx\nset $a 1;\n```\n', 'one\n\ntwo:\nset $a 1;\n'],
  ])('%j is the text %j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });

  it('what is quoted from files is the same in a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '*', '\\\\', '_', 'x', '<', ' ') }), (text) => {
        fc.pre(text.trim() !== '');
        expect(plainText(code(text))).toBe(text.trim());
      }),
    );
  });

  it('a code span cannot be left', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '[', ']', '(', 'x', '\n', ' ') }), (text) => {
        const markdown = code(text);
        fc.pre(markdown !== '*(empty)*');
        const fence = /^`+/.exec(markdown)?.[0] ?? '';
        const inner = markdown.slice(fence.length, -fence.length);
        expect(markdown.endsWith(fence)).toBe(true);
        expect(inner).not.toMatch(new RegExp(`(^|[^\`])${fence}([^\`]|$)`));
        expect(inner).not.toMatch(/^`|`$|\n/);
      }),
    );
  });

  it('a sentence keeps its code, and its links and markup are plain text', () => {
    expect(sentence('`a_b` is *not* [a link](command:x) <b>')).toBe(
      '`a_b` is \\*not\\* \\[a link\\](command:x) \\<b\\>',
    );
  });
});

describe('lengths of time', () => {
  it.each([
    [60, '1 minute'],
    [90, '90 seconds'],
    [3600, '1 hour'],
    [7200, '2 hours'],
    [86_400, '1 day'],
    [1, '1 second'],
    [0.5, '0.5 seconds'],
    [0, '0 seconds'],
    [Number.POSITIVE_INFINITY, 'for ever'],
  ])('%d seconds are %s', (seconds, word) => {
    expect(secondsWord(seconds)).toBe(word);
  });

  it('moments are in UTC, also impossible ones', () => {
    expect(momentWord(Date.UTC(2026, 0, 2, 3, 4))).toBe('2026-01-02 03:04 UTC');
    expect(momentWord(Number.NaN)).toBe('an impossible date');
  });
});
