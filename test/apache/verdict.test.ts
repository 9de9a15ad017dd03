/** Owns the question whether Apache refuses what the parser refuses, and takes what it takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/languages/apache/syntax/parser.ts';
import { apacheTest } from '../kit/apache.ts';
import { describeWith } from '../kit/required.ts';

/** Each asks a real server. */
const ASKED = 40;

const indent = fc.constantFrom('', '    ', '\t');
const line = fc.constantFrom(
  'ServerAdmin a@shop.example\n',
  'Header set X-Note "it\'s \\\n  two"\n',
  'header unset X-Note \r\n',
  '# a note\n',
  '# a note that takes the next line along \\\n</Nothing>\n',
  '\n',
  'Header set X-Note "never closed\n',
);
const tag = fc.constantFrom(
  '<Location /a>\n',
  '</Location>\n',
  '<Files "*.txt">\n',
  '</files>\n',
  '<IfModule mod_ssl.c> # more\n',
  '</IfModule> # more\n',
  '<IfModule nothing.c>\n',
  '</Location >\n',
  '<Location /b\n',
);

/** Right ends, in the right order. */
const nested: fc.Arbitrary<string> = fc.letrec<{ text: string; item: string }>((tie) => ({
  text: fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(indent, line).map((parts) => parts.join('')),
    fc
      .tuple(indent, fc.constantFrom('IfModule mod_ssl.c', 'IfModule nothing.c', 'IfDefine NOTHING'), tie('text'))
      .map(([before, name, body]) => `${before}<${name}>\n${body}${before}</${name.split(' ')[0]}>\n`),
  ),
})).text;

const mixed = fc
  .array(fc.oneof({ weight: 2, arbitrary: tag }, { weight: 1, arbitrary: line }), { maxLength: 8 })
  .map((parts) => parts.join(''));

/** What Apache says when tags do not fit; other messages are about what they mean. */
const TAGS = /Expected <\/.*> but saw|without matching|was not closed|missing closing '>'|before end of configuration/;

async function verdicts(text: string): Promise<readonly [ours: boolean, theirs: boolean, output: string]> {
  const { ok, output } = await apacheTest({ files: { 'apache2.conf': `Listen 80\n${text}` } });
  const tags = !ok && TAGS.test(output);
  return [parse(text).problems.length === 0, !tags, output];
}

describeWith('apache', 'apachectl -t', () => {
  it('takes every text whose sections are closed in order', async () => {
    for (const text of fc.sample(nested, ASKED / 2)) {
      const [ours, theirs, output] = await verdicts(text);
      expect([ours, theirs], `${text}\n${output}`).toEqual([true, true]);
    }
  });

  it('refuses what the parser refuses, and nothing else for its tags', async () => {
    let refused = 0;
    for (const text of fc.sample(mixed, ASKED)) {
      const [ours, theirs, output] = await verdicts(text);
      // It stops at the first fault, which may be another one; then nothing is said of the tags.
      if (!/Syntax OK/.test(output) && theirs) continue;
      expect(ours, `${text}\n${output}`).toBe(theirs);
      if (!theirs) refused++;
    }
    expect(refused).toBeGreaterThan(5);
  });
});

describe('recovery', () => {
  it('one wrong end costs one finding', () => {
    fc.assert(
      fc.property(nested, (text) => {
        const { problems } = parse(`<Location /x>\n</Lokation>\n${text}`);
        expect(problems).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});
