/** Owns the proof that nginx does not survive a file that includes itself. */
import assert from 'node:assert/strict';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';

export const proofs: readonly Proof[] = [
  {
    title: 'nginx -t fails on the bad examples, for want of open files or of stack, and takes the good one',
    needs: ['nginx'],
    async run(kit) {
      for (const files of kit.examples('nginx', 'bad')) {
        const { ok, output } = await nginxTest({ files });
        assert.ok(!ok);
        // A crash leaves no message.
        assert.match(output, /^$|\(24: Too many open files\)/);
      }
      for (const files of kit.examples('nginx', 'good')) {
        const { ok, output } = await nginxTest({ files });
        assert.ok(ok, output);
      }
    },
  },
];
