/** Owns the proof that nginx does not start without an included file, but with a pattern that matches nothing. */
import assert from 'node:assert/strict';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';

export const proofs: readonly Proof[] = [
  {
    title: 'nginx -t refuses the bad example and takes the good one',
    needs: ['nginx'],
    async run(kit) {
      for (const files of kit.examples('nginx', 'bad')) {
        const { ok, output } = await nginxTest({ files });
        assert.ok(!ok);
        assert.match(output, /open\(\) "[^"]*snippets\/proxy\.conf" failed \(2: No such file or directory\)/);
      }
      for (const files of kit.examples('nginx', 'good')) {
        const { ok, output } = await nginxTest({ files });
        assert.ok(ok, output);
      }
    },
  },
];
