/**
 * Owns the truth of what a language's about.md says that it reads: each name is in the language's code, and whatever decides
 * something in the examples of the rules is named there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES } from '../../server/src/rules/pages.generated.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import { type Example, parseExamples } from '../kit/markdown.ts';
import { repositoryRoot } from '../kit/root.ts';
import { type Linted, lintExample } from '../rules/harness.ts';

const languages = join(repositoryRoot, 'server/src/languages');
const described = readdirSync(languages).filter((id) => existsSync(join(languages, id, 'about.md')));

/** The names in code spans of the section, in lower case. */
function namesOf(id: string): ReadonlySet<string> {
  const page = readFileSync(join(languages, id, 'about.md'), 'utf8');
  const section = /^## What it reads$([\s\S]*?)^## /m.exec(page)?.[1] ?? '';
  const cells = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  return new Set([...cells.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.toLowerCase()));
}

function codeOf(id: string): string {
  const below = (folder: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name));
  const facts = join(repositoryRoot, 'server/src/facts');
  const files = [
    ...below(join(languages, id)),
    ...readdirSync(facts)
      .filter((name) => name.startsWith(id))
      .map((name) => join(facts, name)),
  ];
  return files
    .map((file) => readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''))
    .join('\n')
    .toLowerCase();
}

/** Names that the code puts together from parts. */
const PUT_TOGETHER: readonly RegExp[] = [
  /^(force|no)-(sslv3|tlsv1[0-3])$/,
  /^ssl-default-bind-(ciphers|ciphersuites|curves)$/,
  /^accept-(proxy|netscaler-cip)$/,
];

/** What people see of an example, but for what is wrong with a name by itself: refused, misplaced, removed. */
function seenOf({ run }: Linted): string {
  const others = run.findings.filter(({ rule }) => !/^config-|^tls-directive-removed$/.test(rule));
  return others
    .map(({ rule, severity, message }) => `${rule} ${severity} ${message}`)
    .sort()
    .join('\n');
}

/** A setting on a line of its own: neither the start nor the end of a block, nor a comment. */
const SETTING = /^[ \t]*([A-Za-z][\w.-]*)[ \t]+[^{}<>]*$/;

interface Removal {
  readonly name: string;
  readonly example: Example;
}

/** The example without one of its settings, for each setting that the section does not name. */
function unnamedSettings(example: Example, names: ReadonlySet<string>): Removal[] {
  return example.files.flatMap((file) => {
    if (file.language !== example.language) return [];
    const lines = file.text.split('\n');
    return lines.flatMap((line, at): Removal[] => {
      const name = SETTING.exec(line)?.[1]?.toLowerCase();
      // The rows of a map are no settings.
      const isRow =
        lines
          .slice(0, at)
          .findLast((other) => /[{}]/.test(other))
          ?.trim()
          .startsWith('map ') === true;
      if (name === undefined || names.has(name) || isRow) return [];
      const text = lines.filter((_, other) => other !== at).join('\n');
      const files = example.files.map((one) => (one === file ? { ...file, text } : one));
      return [{ name, example: { ...example, files } }];
    });
  });
}

it('finds the languages that are described', () => {
  expect(described).toEqual(expect.arrayContaining(['apache', 'haproxy', 'nginx']));
});

describe.each(described)('what %s/about.md says that is read', (id) => {
  const names = namesOf(id);

  it('is in the code', () => {
    const code = codeOf(id);
    const isWord = (name: string) => new RegExp(`(?<![\\w-])${name.replace(/[.-]/g, '\\$&')}(?![\\w-])`).test(code);
    const missing = [...names].filter((name) => !PUT_TOGETHER.some((form) => form.test(name)) && !isWord(name));
    expect(missing).toEqual([]);
  });

  it('is all that decides a finding in the examples of the rules; name others there', () => {
    const unnamed = new Set<string>();
    for (const { id: rule } of RULES) {
      for (const example of parseExamples(PAGES[rule]).blocks) {
        if (example.language !== id || example.kind === 'fixed') continue;
        const removals = unnamedSettings(example, names).filter(({ name }) => !unnamed.has(name));
        if (removals.length === 0) continue;
        const before = seenOf(lintExample(example));
        for (const { name, example: without } of removals)
          if (seenOf(lintExample(without)) !== before) unnamed.add(name);
      }
    }
    expect([...unnamed].sort()).toEqual([]);
  });
});
