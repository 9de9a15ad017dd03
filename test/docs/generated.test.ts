/** Owns proof that the documentation is up to date with the sources, and that its links lead somewhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../kit/root.ts';

const PAGES = [
  ...readdirSync(repositoryRoot).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(repositoryRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Fenced blocks and code spans hold no links. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^(`{3,})[\s\S]*?^\1`*$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** As GitHub names a heading. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.replace(/^(`{3,})[\s\S]*?^\1`*$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

interface Link {
  readonly file: string;
  readonly anchor: string | undefined;
}

/** The links of a page to files of the repository. */
function localLinks(page: string): Link[] {
  const text = withoutCode(readFileSync(join(repositoryRoot, page), 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(repositoryRoot, page) : resolve(repositoryRoot, dirname(page), path);
    return [{ file, anchor }];
  });
}

describe('the generated documentation', () => {
  it('follows from the sources', () => {
    const script = join(repositoryRoot, 'scripts/docs.mjs');
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });
});

describe('ARCHITECTURE.md', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const { dependencies, devDependencies } = manifest as Record<string, Readonly<Record<string, string>>>;
  const rows = readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8').split('\n');

  it.each(Object.entries({ ...dependencies, ...devDependencies }))('says why there is %s %s', (name, version) => {
    expect(rows.filter((row) => row.startsWith(`| ${name} | ${version} | `))).toHaveLength(1);
  });
});

describe('the links of the documentation', () => {
  it.each(PAGES)('%s', (page) => {
    for (const { file, anchor } of localLinks(page)) {
      expect(existsSync(file), file).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(readFileSync(file, 'utf8')), `${file}#${anchor}`).toContain(anchor);
    }
  });

  it('are found by this test', () => {
    expect(localLinks('docs/settings.md').map(({ file }) => file)).toContain(
      join(repositoryRoot, 'docs/rules/settings-invalid.md'),
    );
  });
});
