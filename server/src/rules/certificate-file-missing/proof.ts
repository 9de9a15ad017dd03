/** Owns the proof of certificate-file-missing: neither nginx nor HAProxy starts without the file. */
import { expect } from 'vitest';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';

export const proofs: readonly Proof[] = [
  {
    title: 'nginx does not find the file, and does when it is named as it is',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx');
      const verdict = await nginxTest({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('No such file or directory');
      expect(verdict.output).toContain('certs/fulchain.pem');
      expect(await nginxTest({ files: fixed })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'HAProxy does not find the file, and does when it is named as it is',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy');
      const verdict = await haproxyCheck({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toContain('unable to stat SSL certificate from file');
      expect(await haproxyCheck({ files: fixed })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'HAProxy needs a key in the file, or in the one beside it',
    needs: ['haproxy'],
    async run(kit) {
      const [, alone = {}] = kit.examples('haproxy', 'bad');
      const verdict = await haproxyCheck({ files: alone });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toMatch(/No Private Key found in '.*shop\.pem\.key'/);
      const [beside = {}] = kit.examples('haproxy', 'good');
      expect(await haproxyCheck({ files: beside })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'Apache does not find the file, and does when it is named as it is',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      const verdict = await apacheStarts({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toMatch(/certs\/fulchain\.pem' does not exist or is empty/);
      expect(await apacheStarts({ files: fixed })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'Caddy does not find the file, and does when it is named as it is',
    needs: ['caddy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy');
      const verdict = await caddyValidate({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toMatch(/certs\/fulchain\.pem: no such file or directory/);
      expect(await caddyValidate({ files: fixed })).toMatchObject({ ok: true });
    },
  },
  {
    title: 'stunnel does not find the file, and does when it is named as it is',
    needs: ['stunnel'],
    async run(kit) {
      const { bad, fixed } = kit.pair('stunnel');
      const verdict = await stunnelStarts({ files: bad });
      expect(verdict.ok).toBe(false);
      expect(verdict.output).toMatch(/No such file or directory/);
      expect(await stunnelStarts({ files: fixed })).toMatchObject({ ok: true });
    },
  },
];
