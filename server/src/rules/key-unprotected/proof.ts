/** Owns the proof of key-unprotected: servers say nothing of a key that everybody may read. */
import { expect } from 'vitest';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';

const proof = (language: 'nginx' | 'haproxy' | 'apache'): Proof => ({
  title: `${language} reads a key of mode 644 without a word`,
  needs: [language],
  async run(kit) {
    const check = { nginx: nginxTest, haproxy: haproxyCheck, apache: apacheStarts }[language];
    for (const files of kit.examples(language, 'bad')) {
      // The kit writes files as a user does with the usual umask.
      const { ok, output } = await check({ files });
      expect(ok).toBe(true);
      expect(output).not.toMatch(/\[(warn|error|emerg)\]|\[(WARNING|ALERT)\].*(key|mode|perm)/i);
    }
  },
});

export const proofs: readonly Proof[] = [proof('nginx'), proof('haproxy'), proof('apache')];
