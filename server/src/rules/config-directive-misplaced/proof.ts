/** Owns the proof that nginx refuses the bad examples for the reason that the page gives, and takes the fixed ones. */
import assert from 'node:assert/strict';
import { nginxTest, nginxVersion } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';

/** What nginx says of the bad examples, in their order on the page. */
const NGINX_SAYS: readonly RegExp[] = [
  /"proxy_pass" directive is not allowed here/,
  /"location" directive is not allowed here/,
  /invalid number of arguments in "root" directive/,
  /invalid value "false" in "proxy_buffering" directive, it must be "on" or "off"/,
  /"proxy_read_timeout" directive invalid value/,
  /invalid value "required"/,
  /"proxy_read_timeout" directive is duplicate/,
  /a duplicate default server for 127\.0\.0\.1:\d+/,
  /unexpected "==" in condition/,
];

export const proofs: readonly Proof[] = [
  {
    title: 'nginx -t refuses every bad example, and takes the fixed ones',
    needs: ['nginx'],
    async run(kit) {
      const bad = kit.examples('nginx', 'bad');
      assert.equal(bad.length, NGINX_SAYS.length + 1);
      for (const [i, says] of NGINX_SAYS.entries()) {
        const { ok, output } = await nginxTest({ files: bad[i] ?? {} });
        assert.ok(!ok, output);
        assert.match(output, says);
      }
      for (const { name, fixed } of kit.pairs('nginx')) {
        const { ok, output } = await nginxTest({ files: fixed });
        assert.ok(ok, `${name}: ${output}`);
      }
    },
  },
  {
    title: '`http2 on` is an unknown directive before 1.25.1, and known from then on',
    needs: ['nginx'],
    async run(kit) {
      const [major = 0, minor = 0, patch = 0] = (await nginxVersion()).split('.').map(Number);
      const knows = major > 1 || minor > 25 || (minor === 25 && patch >= 1);
      const { ok, output } = await nginxTest({ files: kit.examples('nginx', 'bad').at(-1) ?? {} });
      assert.equal(ok, knows, output);
      if (!knows) assert.match(output, /unknown directive "http2"/);
    },
  },
];
