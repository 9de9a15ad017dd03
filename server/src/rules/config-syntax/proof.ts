/** Owns the proof that servers refuse the bad examples for the reason that the page gives, and take the fixed ones. */
import assert from 'node:assert/strict';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyAdapt } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import type { Proof } from '../../../../test/kit/proof.ts';
import { stunnelStarts } from '../../../../test/kit/stunnel.ts';

/** What nginx says of the bad examples, in their order on the page. */
const NGINX_SAYS = [
  /invalid parameter "server_name"/,
  /unexpected "}"/,
  /unexpected end of file, expecting "}"/,
  /unexpected "}"/,
  /unexpected "a"/,
  /unknown directive "sever_name"/,
];
const HAPROXY_SAYS = [
  /verify is enabled by default but no CA file specified/,
  /verify is enabled but no CA file specified/,
  /unknown keyword 'mode'/,
  /unknown timeout|'timeout' supports|already|same name/,
  /no such ACL : 'is_websockt'/,
];
const APACHE_SAYS = [
  /Expected <\/Host> but saw <\/VirtualHost>/,
  /Expected <\/Location> but saw <\/Locaton>/,
  /<VirtualHost> was not closed|cannot occur within/,
  /Illegal protocol 'TLSv1.2,'/,
  /AH01899: .*CRL checking has been enabled/,
  /AH02407: .*MinProtocol TLS1.2/,
  /unknown Balancer parameter/,
  /ProxySet can not find/,
];

/** What stunnel says of the bad examples, in their order on the page. */
const STUNNEL_SAYS = [
  /"client = no ; a server": The argument needs to be either 'yes' or 'no'/,
  /"verfyChain = no": Specified option name is not valid here/,
  /"CAfile"/,
  /"TIMEOUTidle = 1h": Illegal idle timeout/,
  /Each service must define two endpoints/,
];

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
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const bad = kit.examples('haproxy', 'bad');
      assert.equal(bad.length, HAPROXY_SAYS.length);
      for (const [i, files] of bad.entries()) {
        const { ok, output } = await haproxyCheck({ files: { ...files, 'shop.pem': bundle } });
        assert.ok(!ok, output);
        assert.match(output, HAPROXY_SAYS[i] ?? /^$/);
      }
      for (const files of kit.examples('haproxy', 'good')) {
        const { ok, output } = await haproxyCheck({ files });
        assert.ok(ok, output);
      }
    },
  },
  {
    title: 'Apache refuses every bad example, and takes the fixed and the good ones',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const certificate = { 'shop.pem': chain, 'shop.key': key };
      const bad = kit.examples('apache', 'bad');
      assert.equal(bad.length, APACHE_SAYS.length);
      for (const [i, files] of bad.entries()) {
        const { ok, output } = await apacheStarts({ files: { ...files, ...certificate } });
        assert.ok(!ok, output);
        assert.match(output, APACHE_SAYS[i] ?? /^$/);
      }
      for (const { fixed } of kit.pairs('apache')) await kit.apache({ files: { ...fixed, ...certificate } });
      for (const files of kit.examples('apache', 'good')) await kit.apache({ files });
    },
  },
  {
    title: 'Caddy refuses what is reported, and takes the fixed and the good examples',
    needs: ['caddy'],
    async run(kit) {
      for (const files of kit.examples('caddy', 'bad')) assert.equal((await caddyAdapt({ files })).ok, false);
      for (const { name, fixed } of kit.pairs('caddy')) {
        const { ok, output } = await caddyAdapt({ files: fixed });
        assert.ok(ok, `${name}: ${output}`);
      }
      for (const files of kit.examples('caddy', 'good')) {
        const { ok, output } = await caddyAdapt({ files });
        assert.ok(ok, output);
      }
    },
  },
  {
    title: 'stunnel does not start with the bad examples, and starts with the fixed and the good ones',
    needs: ['stunnel'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const bad = kit.examples('stunnel', 'bad');
      assert.equal(bad.length, STUNNEL_SAYS.length);
      for (const [i, files] of bad.entries()) {
        const { ok, output } = await stunnelStarts({ files: { ...files, 'shop.pem': bundle } });
        assert.ok(!ok, output);
        assert.match(output, STUNNEL_SAYS[i] ?? /^$/);
      }
      for (const { fixed } of kit.pairs('stunnel')) await kit.stunnel({ files: { ...fixed, 'shop.pem': bundle } });
      for (const files of kit.examples('stunnel', 'good'))
        await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
    },
  },
];
