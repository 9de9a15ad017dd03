/** Owns the proof that servers refuse the bad examples for the reason that the page gives, and take the fixed ones. */
import assert from 'node:assert/strict';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';

/** What nginx says of the bad examples, in their order on the page. */
const NGINX_SAYS = [
  /invalid parameter "server_name"/,
  /unexpected "}"/,
  /unexpected end of file, expecting "}"/,
  /unexpected "}"/,
  /unexpected "a"/,
  /unknown directive "sever_name"/,
];
const HAPROXY_SAYS = [/unknown keyword 'mode'/, /unknown timeout|'timeout' supports|already|same name/];

export const proofs: readonly Proof[] = [
  {
    title: 'nginx -t refuses every bad example, and takes the fixed ones',
    needs: ['nginx'],
    async run(kit) {
      const bad = kit.examples('nginx', 'bad');
      assert.equal(bad.length, NGINX_SAYS.length);
      for (const [i, files] of bad.entries()) {
        const { ok, output } = await nginxTest({ files });
        assert.ok(!ok, output);
        assert.match(output, NGINX_SAYS[i] ?? /^$/);
      }
      for (const { name, fixed } of kit.pairs('nginx')) {
        const { ok, output } = await nginxTest({ files: fixed });
        assert.ok(ok, `${name}: ${output}`);
      }
    },
  },
  {
    title: 'haproxy -c refuses every bad example, and takes the good ones',
    needs: ['haproxy'],
    async run(kit) {
      const bad = kit.examples('haproxy', 'bad');
      assert.equal(bad.length, HAPROXY_SAYS.length);
      for (const [i, files] of bad.entries()) {
        const { ok, output } = await haproxyCheck({ files });
        assert.ok(!ok, output);
        assert.match(output, HAPROXY_SAYS[i] ?? /^$/);
      }
      for (const files of kit.examples('haproxy', 'good')) {
        const { ok, output } = await haproxyCheck({ files });
        assert.ok(ok, output);
      }
    },
  },
];
