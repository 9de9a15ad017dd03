/** Owns the proof that nginx does not start without an included file, but with a pattern that matches nothing. */
import assert from 'node:assert/strict';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';

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
  {
    title: 'stunnel does not start without the folder, and with it serves what its files say',
    needs: ['stunnel'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      for (const files of kit.examples('stunnel', 'bad')) {
        const { ok, output } = await stunnelStarts({ files: { ...files, 'shop.pem': bundle } });
        assert.ok(!ok);
        assert.match(output, /Failed to include directory/);
      }
      for (const files of kit.examples('stunnel', 'good')) {
        const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
        assert.ok(server.ports.has('443'));
      }
    },
  },
];
