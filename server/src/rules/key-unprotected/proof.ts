/** Owns the proof of key-unprotected: servers say nothing of a key that everybody may read. */
import { expect } from 'vitest';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { holdsOn, type Proof } from '../../../../test/kit/proof.ts';

const proof = (language: 'nginx' | 'haproxy' | 'apache' | 'caddy'): Proof => ({
  title: `${language} reads a key of mode 644 without a word`,
  needs: [language],
  async run(kit) {
    const check = { nginx: nginxTest, haproxy: haproxyCheck, apache: apacheStarts, caddy: caddyValidate }[language];
    for (const files of kit.examples(language, 'bad')) {
      // The kit writes files as a user does with the usual umask.
      const { ok, output } = await check({ files });
      expect(ok).toBe(true);
      expect(output).not.toMatch(/\[(warn|error|emerg)\]|\[(WARNING|ALERT)\].*(key|mode|perm)/i);
    }
  },
});

export const proofs: readonly Proof[] = [
  proof('nginx'),
  proof('haproxy'),
  proof('apache'),
  proof('caddy'),
  {
    title: 'stunnel starts with a key of mode 644; up to 5.74 at least it notes that in its log',
    needs: ['stunnel'],
    async run(kit) {
      for (const files of kit.examples('stunnel', 'bad')) {
        const server = await kit.stunnel({ files });
        if (holdsOn({ versions: { stunnel: { before: '5.75' } } }, { stunnel: server.version }))
          expect(server.log()).toMatch(/Insecure file permissions on .*shop\.key/);
      }
    },
  },
];
