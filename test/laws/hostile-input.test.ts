/** Owns what no file may do to wsslint, whatever its language: input that nobody meant costs little, and gets its diagnostic. */
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../server/src/analysis/engine.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { withCpuTime } from '../kit/cpu.ts';
import { memoryHost } from '../kit/memory-host.ts';

/** A name that is only this language's, and what opens a block and a section of it. */
const LANGUAGES = {
  nginx: { file: '/w/nginx.conf', open: 'a { ', flat: 'server { listen 80; }\n' },
  haproxy: { file: '/w/haproxy.cfg', open: 'backend ', flat: 'backend b\n  server s 10.0.0.1:80\n' },
  apache: { file: '/w/httpd.conf', open: '<If "true">\n', flat: '<VirtualHost *:80>\n</VirtualHost>\n' },
  caddy: { file: '/w/Caddyfile', open: 'a {\n', flat: 'a.example {\n  respond 200\n}\n' },
  stunnel: { file: '/w/stunnel.conf', open: '[a', flat: '[s]\naccept = 1\nconnect = 2\n' },
} as const;

function lint(path: string, text: string): readonly Finding[] {
  const files = createFileStore(memoryHost({ [path]: text }));
  const settings = createSettingsFinder(files, RULES);
  return createEngine({ files, settings, rules: RULES, workspaces: () => ['/w'] }).run([path]).findings;
}

describe.each(Object.entries(LANGUAGES))('%s', (name, { file, open, flat }) => {
  it('takes binary data for what it is, even if there are template tags in it', () => {
    const bytes = Array.from({ length: 4000 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join('');
    const found = lint(file, `${bytes}{{ name }} {% if x %} <%= y %> ${bytes}`);
    expect(found.map(({ rule }) => rule)).toContain('config-syntax');
    // Caddy reads a NUL as a character like others.
    if (name !== 'caddy') expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('NUL')]);
  });

  it.each([
    ['nested blocks', open],
    ['blocks one after the other', flat],
  ])(
    'is done soon with very many %s',
    (_, part) => {
      const cost = (count: number) => withCpuTime(() => lint(file, part.repeat(count))).milliseconds;
      cost(2000);
      // Four times the text may take eight times the work, not sixteen.
      const [small, large] = [cost(4000), cost(16_000)];
      expect(large).toBeLessThan(Math.max(small, 150) * 8);
    },
    120_000,
  );
});
