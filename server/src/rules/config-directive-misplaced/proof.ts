/** Owns the proof that nginx refuses the bad examples for the reason that the page gives, and takes the fixed ones; HAProxy ignores. */
import assert from 'node:assert/strict';
import { nginxTest, nginxVersion } from '../../../../test/kit/nginx.ts';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';

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
  /"proxy_busy_buffers_size" must be less than the size of all "proxy_buffers" minus one buffer/,
  /duplicate "\S+" address and port pair/,
  /unexpected "==" in condition/,
];

/** Examples at the end of the page that a later version takes: since when, and what earlier ones say. */
const SINCE: readonly (readonly [since: readonly [number, number, number], says: RegExp])[] = [
  [[1, 25, 1], /unknown directive "http2"/],
  [[1, 25, 0], /invalid parameter "quic"/],
];

export const proofs: readonly Proof[] = [
  {
    title: 'nginx -t refuses every bad example, and takes the fixed ones',
    needs: ['nginx'],
    async run(kit) {
      const bad = kit.examples('nginx', 'bad');
      assert.equal(bad.length, NGINX_SAYS.length + SINCE.length);
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
    title: '`http2 on` and `listen … quic` are unknown before their versions, and known from then on',
    needs: ['nginx'],
    async run(kit) {
      const [major = 0, minor = 0, patch = 0] = (await nginxVersion()).split('.').map(Number);
      const { chain, key } = await (await kit.authority()).issue({ names: ['a.example'] });
      const bad = kit.examples('nginx', 'bad').slice(-SINCE.length);
      for (const [i, [since, says]] of SINCE.entries()) {
        const knows = [major - since[0], minor - since[1], patch - since[2]].find((one) => one !== 0) ?? 0;
        const files = { ...bad[i], 'site.pem': chain, 'site.key': key };
        const { ok, output } = await nginxTest({ files });
        assert.equal(ok, knows >= 0, output);
        if (knows < 0) assert.match(output, says);
      }
    },
  },
  {
    title: 'stunnel does not start with a global option in a service, and starts with the fixed and the good example',
    needs: ['stunnel'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const { bad, fixed } = kit.pair('stunnel');
      const { ok, output } = await stunnelStarts({ files: { ...bad, 'shop.pem': bundle } });
      assert.ok(!ok);
      assert.match(output, /"fips = no": Specified option name is not valid here/);
      for (const files of [fixed, ...kit.examples('stunnel', 'good')])
        await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
    },
  },
  {
    title: 'HAProxy warns that it ignores the timeout, which then ends nothing; in the back end it does',
    needs: ['haproxy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const scale = { '2m': '1s', '1h': '3s' };
      const seen = async (files: Files) => {
        const server = await kit.haproxy({ files, scale, backends: { '127.0.0.1:3000': backend.port } });
        const { closedAfterMs = 0 } = await webSocketProbe({ port: server.port(80), holdMs: 5000 });
        const warns = /'timeout tunnel' will be ignored/.test(server.log());
        return { warns, seconds: Math.floor((closedAfterMs + 200) / 1000) };
      };
      const { bad, fixed } = kit.pair('haproxy', 'tunnel');
      assert.deepEqual(await seen(bad), { warns: true, seconds: 1 });
      assert.deepEqual(await seen(fixed), { warns: false, seconds: 3 });
    },
  },
];
