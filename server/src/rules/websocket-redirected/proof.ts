/** Owns the proof that nginx answers these handshakes with a redirect, and lets them through where the rule is silent. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** The answer to a handshake for each path. */
async function answers(kit: ProofKit, files: Files, paths: readonly string[]) {
  const backend = await kit.webSocketBackend();
  const { 'wsslint.json': _, ...configuration } = files;
  const nginx = await kit.nginx({ files: configuration, backends: { '127.0.0.1:3000': backend.port } });
  const out: string[] = [];
  for (const path of paths) {
    const { status, headers } = await webSocketProbe({ port: nginx.port(80), path, host: 'old.example' });
    const target = new URL(headers.get('location') ?? 'none:', 'http://here/');
    out.push(status === 101 ? `${path} 101` : `${path} ${status} ${target.pathname}`);
  }
  return out;
}

export const proofs: readonly Proof[] = [
  {
    title:
      'the missing slash, a redirect of the whole server, a regular expression, a moved path: 301 or 302 instead of 101',
    needs: ['nginx'],
    async run(kit) {
      const [slash, server, pattern, suspected] = kit.examples('nginx', 'bad');
      assert.ok(slash && server && pattern && suspected);
      assert.deepEqual(await answers(kit, slash, ['/ws', '/ws/']), ['/ws 301 /ws/', '/ws/ 101']);
      assert.deepEqual(await answers(kit, server, ['/ws/']), ['/ws/ 301 /ws/']);
      assert.deepEqual(await answers(kit, pattern, ['/ws/']), ['/ws/ 301 /ws']);
      assert.deepEqual(await answers(kit, suspected, ['/ws']), ['/ws 302 /chat/live']);
    },
  },
  {
    title: 'fixed, and where the rule is silent, handshakes get through with the slash and without it',
    needs: ['nginx'],
    async run(kit) {
      const paths = ['/ws', '/ws/', '/ws/1'];
      const open = paths.map((path) => `${path} 101`);
      assert.deepEqual(await answers(kit, kit.pair('nginx', 'slash').fixed, paths), open);
      const exact = kit.examples('nginx', 'good')[1];
      assert.ok(exact);
      assert.deepEqual(await answers(kit, exact, paths), open);
    },
  },
  {
    title: 'Apache: handshakes are redirected with the bad examples, and open with the fixed and the good ones',
    needs: ['apache'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const answer = async (files: Files) => {
        const server = await kit.apache({ files, backends: { '127.0.0.1:3000': backend.port } });
        return (await webSocketProbe({ port: server.port(80), path: '/ws/', host: 'chat.example' })).status;
      };
      const [first, second] = kit.examples('apache', 'bad');
      assert.ok(first !== undefined && second !== undefined);
      assert.deepEqual([await answer(first), await answer(second)], [302, 301]);
      for (const { fixed } of kit.pairs('apache')) assert.equal(await answer(fixed), 101);
      for (const files of kit.examples('apache', 'good')) assert.equal(await answer(files), 101);
    },
  },
  {
    title: 'HAProxy answers handshakes with a redirect, and passes them on after the fix',
    needs: ['haproxy'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const backend = await kit.webSocketBackend();
      const answer = async (files: Files, path: string, tls: boolean) => {
        const haproxy = await kit.haproxy({
          files: { ...files, 'shop.pem': bundle },
          backends: { '127.0.0.1:3000': backend.port, '127.0.0.1:3001': backend.port },
        });
        return (await webSocketProbe({ port: haproxy.port(tls ? 443 : 80), path, tls })).status;
      };
      for (const [name, path, status] of [
        ['haproxy-all', '/ws/', 302],
        ['haproxy-path', '/ws', 301],
      ] as const) {
        const { bad, fixed } = kit.pair('haproxy', name);
        assert.equal(await answer(bad, path, false), status, name);
        assert.equal(await answer(fixed, path, false), 101, name);
      }
      for (const files of kit.examples('haproxy', 'good')) assert.equal(await answer(files, '/ws/', true), 101);
    },
  },
  {
    title: 'Caddy redirects handshakes before reverse_proxy, and not where handle tells them apart',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.webSocketBackend();
      const answer = async (files: Files) => {
        const caddy = await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } });
        return (await webSocketProbe({ port: caddy.port(80), path: '/ws/a', host: 'chat.example' })).status;
      };
      for (const files of kit.examples('caddy', 'bad')) assert.equal(await answer(files), 302);
      for (const files of kit.examples('caddy', 'good')) assert.equal(await answer(files), 101);
    },
  },
];
