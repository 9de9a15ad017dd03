/** Owns the law that rules judge what a model says, and never ask which server's it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../server/src/analysis/languages.ts';
import { repositoryRoot } from '../kit/root.ts';

const rules = join(repositoryRoot, 'server/src/rules');

/** A certificate file by itself, which no server reads, may be asked for. */
const ALONE = 'pem';
const servers = LANGUAGES.map(({ id }) => id).filter((id) => id !== ALONE && id !== 'openssl');

/** Each code line of the rules, with its place; proofs start servers, and so name them. */
function linesOf(folder: string): { readonly at: string; readonly text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return linesOf(path);
    if (!path.endsWith('.ts') || entry.name === 'proof.ts' || entry.name.includes('.generated.')) return [];
    const code = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|^import .*$/gm, (comment) =>
      comment.replace(/[^\n]/g, ''),
    );
    return code
      .split('\n')
      .map((text, line) => ({ at: `${relative(repositoryRoot, path)}:${line + 1}`, text }))
      .filter(({ text }) => text.trim() !== '');
  });
}

/** What a line does with a language, other than to compare it with `pem`; undefined where it does nothing. */
function asked(line: string): string | undefined {
  const rest = line.replace(new RegExp(`\\blanguage [=!]== '${ALONE}'`, 'g'), '');
  const name = servers.find((id) => new RegExp(`(['"\`])${id}\\1|\\b${id}:`).test(rest));
  if (name !== undefined) return `names ${name}`;
  return /\b(?:language|LanguageId)\b/.test(rest) ? 'looks at the language' : undefined;
}

describe('rules', () => {
  const lines = linesOf(rules);

  it('are read', () => {
    expect(lines.length).toBeGreaterThan(3000);
    expect(lines.some(({ text }) => text.includes(`language === '${ALONE}'`))).toBe(true);
  });

  it('never ask which server they judge', () => {
    const wrong = lines.flatMap(({ at, text }) => {
      const what = asked(text);
      return what === undefined ? [] : [`${at} ${what}: ${text.trim()}`];
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ["if (model.language === 'haproxy') return;", 'names haproxy'],
    ["const bundle = context.model.language !== 'apache';", 'names apache'],
    ["if ('caddy' === model.language) return;", 'names caddy'],
    ['if (LOOKED_AT.has(model.language)) return;', 'looks at the language'],
    ['return names[language];', 'looks at the language'],
    ['switch (model.language) {', 'looks at the language'],
    ["atLeast(model.target, 'nginx', '1.27.2')", 'names nginx'],
    ["    stunnel: 'does not start',", 'names stunnel'],
    ["if (model.language === 'pem') return;", undefined],
    ["return model.language === 'pem' ? inFile(context) : inConfiguration(context);", undefined],
    ["'https://nginx.org/en/CHANGES',", undefined],
  ])('%s', (line, verdict) => {
    expect(asked(line)).toBe(verdict);
  });
});
