/** Owns the proof of what old TLS versions in a configuration open on the wire, with the TLS library closed and open. */
import assert from 'node:assert/strict';
import { caddyValidate } from '../../../../test/kit/caddy.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { tlsScan } from '../../../../test/kit/tls-probes.ts';
import { compareVersions, parseVersion } from '../../model/target.ts';

const MODERN = ['TLSv1.2', 'TLSv1.3'];

interface Setting {
  readonly permissiveTls: boolean;
}
const OPEN: Setting = { permissiveTls: true };
const USUAL: Setting = { permissiveTls: false };

async function nginx(kit: ProofKit, files: Files, setting: Setting) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key }, ...setting });
  const versions = await tlsScan({ port: server.port(443), servername: 'shop.example' });
  return { versions: [...versions], version: parseVersion(server.version) ?? [] };
}

async function haproxy(kit: ProofKit, files: Files, setting: Setting) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
  // HAProxy looks for relative paths where it was started.
  const server = await kit.haproxy({ files: { ...files, '/shop.pem': bundle }, ...setting });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

async function apache(kit: ProofKit, files: Files, setting: Setting) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const server = await kit.apache({ files: { ...files, 'shop.pem': chain, 'shop.key': key }, ...setting });
  return [...(await tlsScan({ port: server.port(443), servername: 'shop.example' }))];
}

async function stunnel(kit: ProofKit, files: Files, port = 443) {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const server = await kit.stunnel({ files: { ...files, 'shop.pem': bundle } });
  return [...(await tlsScan({ port: server.port(port), servername: 'shop.example' }))];
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx: what is listed is open where the TLS library or @SECLEVEL=0 allows it, and closed after the fix',
    needs: ['nginx'],
    async run(kit) {
      const listed = kit.pair('nginx', 'listed');
      assert.deepEqual((await nginx(kit, listed.bad, OPEN)).versions, ['TLSv1', 'TLSv1.1', ...MODERN]);
      assert.deepEqual((await nginx(kit, listed.fixed, OPEN)).versions, MODERN);
      const opened = kit.pair('nginx', 'opened');
      assert.deepEqual((await nginx(kit, opened.bad, USUAL)).versions, ['TLSv1', ...MODERN]);
      assert.deepEqual((await nginx(kit, opened.fixed, USUAL)).versions, MODERN);
    },
  },
  {
    title: 'nginx: where OpenSSL 3 keeps them closed, the safe fix changes nothing; SSLv3 never opens',
    needs: ['nginx'],
    async run(kit) {
      for (const name of ['closed', 'sslv3']) {
        const { bad, fixed } = kit.pair('nginx', name);
        assert.deepEqual((await nginx(kit, bad, USUAL)).versions, MODERN, name);
        assert.deepEqual((await nginx(kit, fixed, USUAL)).versions, MODERN, name);
      }
    },
  },
  {
    title: 'nginx: the defaults of its version',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'default');
      const { versions, version } = await nginx(kit, bad, USUAL);
      const before = (other: string) => compareVersions(version, parseVersion(other) ?? []) < 0;
      const old = before('1.27.3') ? ['TLSv1', 'TLSv1.1'] : [];
      assert.deepEqual(versions, [...old, 'TLSv1.2', ...(before('1.23.4') ? [] : ['TLSv1.3'])]);
      assert.deepEqual((await nginx(kit, fixed, USUAL)).versions, MODERN);
    },
  },
  {
    title: 'HAProxy: ssl-min-ver opens old versions where the TLS library or @SECLEVEL=0 allows it',
    needs: ['haproxy'],
    async run(kit) {
      const bind = kit.pair('haproxy', 'bind');
      assert.deepEqual(await haproxy(kit, bind.bad, OPEN), ['TLSv1', 'TLSv1.1', ...MODERN]);
      assert.deepEqual(await haproxy(kit, bind.bad, USUAL), MODERN);
      assert.deepEqual(await haproxy(kit, bind.fixed, OPEN), MODERN);
      const global = kit.pair('haproxy', 'global');
      assert.deepEqual(await haproxy(kit, global.bad, USUAL), ['TLSv1.1', ...MODERN]);
      assert.deepEqual(await haproxy(kit, global.fixed, USUAL), MODERN);
    },
  },
  {
    title: 'HAProxy: a line of a crt-list opens old versions for its own name only',
    needs: ['haproxy'],
    async run(kit) {
      const authority = await kit.authority();
      const [shop, old] = await Promise.all(
        ['shop.example', 'old.example'].map((name) => authority.issue({ names: [name] })),
      );
      const { bad, fixed } = kit.pair('haproxy', 'list');
      const scan = async (files: Files, servername: string) => {
        const list = { '/shop.list': files['shop.list'] ?? '' };
        const certificates = { '/shop.pem': shop?.bundle ?? '', '/old.pem': old?.bundle ?? '' };
        const server = await kit.haproxy({ files: { ...files, ...list, ...certificates } });
        return [...(await tlsScan({ port: server.port(443), servername }))];
      };
      assert.deepEqual(await scan(bad, 'old.example'), ['TLSv1', 'TLSv1.1', ...MODERN]);
      assert.deepEqual(await scan(bad, 'shop.example'), MODERN);
      assert.deepEqual(await scan(fixed, 'old.example'), MODERN);
    },
  },
  {
    title: 'Apache: `all` opens old versions where the TLS library or @SECLEVEL=0 allows it',
    needs: ['apache'],
    async run(kit) {
      const all = kit.pair('apache', 'all');
      assert.deepEqual(await apache(kit, all.bad, OPEN), ['TLSv1', 'TLSv1.1', ...MODERN]);
      assert.deepEqual(await apache(kit, all.bad, USUAL), MODERN);
      assert.deepEqual(await apache(kit, all.fixed, OPEN), MODERN);
      const opened = kit.pair('apache', 'opened');
      assert.deepEqual(await apache(kit, opened.bad, USUAL), ['TLSv1.1', ...MODERN]);
      assert.deepEqual(await apache(kit, opened.fixed, USUAL), MODERN);
      for (const files of kit.examples('apache', 'good')) assert.deepEqual(await apache(kit, files, OPEN), MODERN);
    },
  },
  {
    title: 'stunnel: old versions are open at security level 0 only, and closed after the fix',
    needs: ['stunnel'],
    async run(kit) {
      const expected: Record<string, readonly string[]> = {
        stunnel: MODERN,
        'stunnel-opened': ['TLSv1', 'TLSv1.1', ...MODERN],
        'stunnel-all': ['TLSv1.1', ...MODERN],
      };
      for (const { name = '', bad, fixed } of kit.pairs('stunnel')) {
        assert.deepEqual(await stunnel(kit, bad), expected[name], name);
        assert.deepEqual(await stunnel(kit, fixed), MODERN, name);
      }
      const [good = {}] = kit.examples('stunnel', 'good');
      assert.deepEqual(await stunnel(kit, good), MODERN);
      assert.deepEqual(await stunnel(kit, good, 8443), MODERN);
    },
  },
  {
    title: 'Caddy refuses a configuration with an older version, and takes the fixed one',
    needs: ['caddy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('caddy', 'caddy');
      const [before, after] = [await caddyValidate({ files: bad }), await caddyValidate({ files: fixed })];
      assert.match(before.output, /protocol not supported: 'tls1\.0'/);
      assert.deepEqual([before.ok, after.ok], [false, true]);
    },
  },
];
