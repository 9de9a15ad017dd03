/** Owns the proof that nginx's documentation is told at a length that is read at a glance. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { directiveText, type NginxReference } from '../../server/src/service/nginx-reference.ts';
import { repositoryRoot } from '../kit/root.ts';

const reference = JSON.parse(readFileSync(join(repositoryRoot, 'dist/nginx-reference.json'), 'utf8')) as NginxReference;

const text = (name: string, most?: number) => directiveText(reference, name, ['http server'], most) ?? '';

it('a short description is whole, and names its module', () => {
  expect(text('ssl_buffer_size')).toMatch(/\n\n\[ngx_http_ssl_module\]\(https:\/\/nginx\.org\/\S+#ssl_buffer_size\)$/);
});

it('a long one is begun, of forms the first, and the rest is behind the link', () => {
  expect(text('listen').match(/Syntax: /g)).toHaveLength(1);
  expect(text('listen')).toContain(', and in other forms\n');
  expect(text('listen')).toMatch(/\n\n\[More in ngx_http_core_module\]\(\S+\)$/);
  expect(text('include')).toContain('- Context: any\n');
});

it('no text is a wall, and no example is cut in two', () => {
  for (const { name } of reference.directives) {
    for (const most of [undefined, 200]) {
      const shown = text(name, most);
      expect(shown.match(/^```/gm)?.length ?? 0, name).toSatisfy((fences: number) => fences % 2 === 0);
    }
  }
  const lengths = reference.directives.map(({ name }) => text(name).length).sort((a, b) => b - a);
  expect(lengths[Math.floor(lengths.length / 100)]).toBeLessThan(2500);
});
