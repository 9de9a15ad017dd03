/** Owns the proof that every rule page is true: its structure, and what the real engine says of each of its examples. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import type { BadExample, Example } from '../kit/markdown.ts';
import { examples } from '../kit/proof.ts';
import { repositoryRoot } from '../kit/root.ts';
import { fixed, type Linted, lintExample, lintTexts, pathOf, placeOf } from './harness.ts';

const folder = join(repositoryRoot, 'server/src/rules');
const SECTIONS = ['What happens', 'Why', 'How to fix', 'When it is silent', 'Sources'];
/** A fix takes its own finding away; a page that needs more of them than this shows no example. */
const MOST_FIXES = 10;

it('has a folder for every rule, and generated files that follow from them', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual(RULES.map(({ id }) => id));
  execFileSync(process.execPath, [join(repositoryRoot, 'scripts/generate.mjs'), '--check'], { stdio: 'pipe' });
});

/** The text outside of fences, and its headings. */
function proseOf(page: string): { readonly lines: readonly string[]; readonly headings: readonly string[] } {
  const lines = page.replace(/^( {0,3})(`{3,}|~{3,}).*\n(?:.*\n)*?\1?\2`*\s*$/gm, '').split('\n');
  return { lines, headings: lines.flatMap((line) => /^##\s+(.+)$/.exec(line)?.[1] ?? []) };
}

function places(linted: Linted, rule: Rule): string[] {
  return linted.findingsOf(rule.id).map((finding) => placeOf(finding, linted.texts));
}

function expectedPlaces(example: Example, rule: Rule): string[] {
  return example.files.flatMap(({ path, ranges }) =>
    ranges.map(({ line, startColumn, endColumn, severity = rule.severity }) => {
      return `${pathOf(example, path)}:${line + 1}:${startColumn + 1}-${endColumn + 1} ${severity}`;
    }),
  );
}

/** What the first offers make of a bad example, one finding after the other. */
function repaired(example: BadExample, rule: Rule): Linted {
  let linted = lintExample(example);
  for (let round = 0; round < MOST_FIXES; round++) {
    const findings = linted.findingsOf(rule.id);
    const fix = findings.flatMap(({ fixes }) => fixes.slice(0, 1))[0];
    if (fix === undefined) return linted;
    linted = lintTexts(fixed(linted.texts, fix), linted.options);
  }
  throw new Error(`still something to fix after ${MOST_FIXES} fixes`);
}

function filesOf(example: Example): Record<string, string> {
  return Object.fromEntries(example.files.map(({ path, text }) => [pathOf(example, path), text]));
}

for (const rule of RULES) {
  describe(rule.id, () => {
    const page = readFileSync(join(folder, rule.id, 'rule.md'), 'utf8');
    const blocks = examples(rule.id);

    it('has a title, one sentence, and the sections in their order', () => {
      const { lines, headings } = proseOf(page);
      expect(lines.slice(0, 2)).toEqual([`# ${rule.id}`, '']);
      const end = lines.indexOf('', 2);
      expect(lines.slice(2, end).join(' ')).toMatch(/^\S.*\.$/);
      expect(lines[end + 1]).toBe('## What happens');
      expect(headings).toEqual(rule.sources.length === 0 ? SECTIONS.slice(0, -1) : SECTIONS);
    });

    it('names all sources of the rule', () => {
      const sources = page.slice(page.indexOf('## Sources'));
      expect(rule.sources.filter((address) => !sources.includes(address))).toEqual([]);
    });

    it('has a good example in each language that has a bad one', () => {
      const languages = (kind: Example['kind']) =>
        new Set(blocks.filter((block) => block.kind === kind).map(({ language }) => language));
      expect(languages('bad')).not.toEqual(new Set());
      expect([...languages('bad')].filter((language) => !languages('good').has(language))).toEqual([]);
    });

    for (const block of blocks) {
      const title = `line ${block.line}${block.name === undefined ? '' : ` (${block.name})`}`;
      if (block.kind === 'bad') {
        it(`${title}: reports just what is marked`, () => {
          expect(expectedPlaces(block, rule)).not.toEqual([]);
          expect(places(lintExample(block), rule).sort()).toEqual(expectedPlaces(block, rule).sort());
        });
        if (block.fixed === undefined) {
          it(`${title}: offers nothing`, () => {
            expect(
              lintExample(block)
                .findingsOf(rule.id)
                .flatMap(({ fixes }) => fixes),
            ).toEqual([]);
          });
        } else {
          const result = block.fixed;
          it(`${title}: is fixed to the next block, byte for byte`, () => {
            const { texts } = repaired(block, rule);
            const wanted = filesOf(result);
            expect(Object.fromEntries([...texts].filter(([path]) => path in wanted))).toEqual(wanted);
          });
        }
      } else {
        it(`${title}: is silent`, () => {
          const linted = lintExample(block);
          expect(places(linted, rule)).toEqual([]);
          if (block.kind === 'good') {
            const errors = linted.run.findings.filter(({ severity }) => severity === 'error');
            expect(errors.map(({ rule: id, message }) => `${id}: ${message}`)).toEqual([]);
          }
        });
      }
    }
  });
}
