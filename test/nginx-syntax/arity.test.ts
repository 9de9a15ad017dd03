/** Owns the proof of the argument limits: a real nginx refuses one argument more, in words that mean just that. */
import { afterAll, expect, it } from 'vitest';
import { limitedDirectives } from '../../server/src/languages/nginx/syntax/arity.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { describeWith } from '../kit/required.ts';
import { nginxSays } from './real-nginx.ts';

const CONTEXTS: readonly ((line: string) => string)[] = [
  (line) => `events {} http { server { location / { ${line} } } }`,
  (line) => `events {} http { server { ${line} } }`,
  (line) => `events {} http { ${line} }`,
  (line) => `${line} events {}`,
  (line) => `events { ${line} }`,
  (line) => `events {} http { upstream u { ${line} } }`,
];

describeWith('nginx', 'a real nginx', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('refuses one argument more than the limit', () => {
    const verdicts = new Map<string, string[]>();
    for (const [name, most] of limitedDirectives()) {
      const line = `${name}${' x'.repeat(most + 1)};`;
      for (const context of CONTEXTS) {
        const says = nginxSays(folder, context(line)) ?? 'accepted';
        // Elsewhere it may be known, but not here; a module that is not built in knows nothing anywhere.
        if (says === `"${name}" directive is not allowed here`) continue;
        const verdict = says.replaceAll(name, '…');
        verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), name]);
        break;
      }
    }
    expect([...verdicts.keys()].sort()).toEqual([
      'invalid number of arguments in "…" directive',
      'unknown directive "…"',
    ]);
    expect(verdicts.get('invalid number of arguments in "…" directive')?.length).toBeGreaterThan(300);
  });
});
