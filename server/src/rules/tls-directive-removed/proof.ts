/** Owns the proof that servers warn about obsolete lines or refuse them, as their versions say, and take the replacements. */
import assert from 'node:assert/strict';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import { haproxyCheck } from '../../../../test/kit/haproxy.ts';
import { nginxTest, nginxVersion } from '../../../../test/kit/nginx.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { tlsScan } from '../../../../test/kit/tls-probes.ts';
import { compareVersions, parseVersion } from '../../model/target.ts';

async function withCertificate(kit: ProofKit, files: Files): Promise<Files> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  return { ...files, 'shop.pem': chain, 'shop.key': key };
}

async function isFrom1251(): Promise<boolean> {
  return compareVersions(parseVersion(await nginxVersion()) ?? [], [1, 25, 1]) >= 0;
}

export const proofs: readonly Proof[] = [
  {
    title:
      'nginx warns about `ssl on` before 1.25.1 and refuses it from there on; `listen … ssl` speaks TLS without a word',
    needs: ['nginx'],
    async run(kit) {
      const refused = await isFrom1251();
      for (const name of ['ssl-on', 'ssl-on-removed']) {
        const { bad, fixed } = kit.pair('nginx', name);
        const before = await nginxTest({ files: await withCertificate(kit, bad) });
        assert.equal(before.ok, !refused, before.output);
        assert.match(before.output, refused ? /unknown directive "ssl"/ : /the "ssl" directive is deprecated/);
        const files = await withCertificate(kit, fixed);
        const after = await nginxTest({ files });
        assert.ok(after.ok, after.output);
        assert.doesNotMatch(after.output, /deprecated/);
        const server = await kit.nginx({ files });
        assert.ok((await tlsScan({ port: server.port(443) })).has('TLSv1.2'));
      }
    },
  },
  {
    title: 'nginx takes `listen … http2` before 1.25.1, where `http2 on` is unknown, and warns from there on',
    needs: ['nginx'],
    async run(kit) {
      const modern = await isFrom1251();
      const { bad, fixed } = kit.pair('nginx', 'listen-http2');
      const before = await nginxTest({ files: await withCertificate(kit, bad) });
      assert.ok(before.ok, before.output);
      assert.equal(/"listen \.\.\. http2" directive is deprecated/.test(before.output), modern, before.output);
      const after = await nginxTest({ files: await withCertificate(kit, fixed) });
      assert.equal(after.ok, modern, after.output);
      assert.equal(/unknown directive "http2"/.test(after.output), !modern, after.output);
    },
  },
  {
    title: 'HAProxy refuses the removed lines and takes the replacements',
    needs: ['haproxy'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        const before = await haproxyCheck({ files: bad });
        assert.ok(!before.ok, name);
        assert.match(before.output, /not supported|has been removed|unknown keyword/, name);
        const after = await haproxyCheck({ files: fixed });
        assert.ok(after.ok, after.output);
      }
    },
  },
  {
    title: 'Caddy 2.11 warns of the bad example, and not of the fixed one',
    needs: ['caddy'],
    versions: { caddy: { from: '2.11' } },
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const pems = { '/shop.pem': chain, '/shop.key': key, '/clients.pem': chain };
      const { bad, fixed } = kit.pair('caddy');
      const before = await caddyValidate({ files: { ...bad, ...pems } });
      const after = await caddyValidate({ files: { ...fixed, ...pems } });
      assert.match(before.output, /trusted_ca_cert_file.*deprecated/);
      assert.doesNotMatch(after.output, /deprecated/);
      assert.deepEqual([before.ok, after.ok], [true, true]);
    },
  },
  {
    title: 'Apache does not start with what is removed, starts with what is deprecated, and with the fixed ones',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const starts = (files: Files) =>
        apacheStarts({ files: { ...files, 'shop.pem': chain, 'shop.key': key, 'chain.pem': chain } });
      const removed = kit.pair('apache', 'apache-removed');
      const refused = await starts(removed.bad);
      assert.equal(refused.ok, false);
      assert.match(refused.output, /Invalid command 'SSLMutex'/);
      const idle = kit.pair('apache', 'apache-idle');
      const taken = await starts(idle.bad);
      assert.equal(taken.ok, true);
      assert.match(taken.output, /AH00548: NameVirtualHost has no effect/);
      for (const { fixed } of [removed, idle]) assert.equal((await starts(fixed)).ok, true);
      assert.equal((await starts(kit.examples('apache', 'bad').at(-1) ?? {})).ok, true);
    },
  },
];
