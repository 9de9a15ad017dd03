/** Owns the proof of what plain requests get: the page, and after the fix a redirect that leads to the same page over TLS. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const PATH = '/page.txt?a=b';

async function start(kit: ProofKit, files: Files) {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const page = { 'html/page.txt': 'hello', 'challenges/.well-known/acme-challenge/token': 'token' };
  const server = await kit.nginx({ files: { ...files, ...page, 'shop.pem': chain, 'shop.key': key } });
  const plain = (path = PATH) => httpProbe({ port: server.port(80), path, host: 'shop.example' });
  const secure = () => httpProbe({ port: server.port(443), path: PATH, tls: { servername: 'shop.example' } });
  return { plain, secure };
}

export const proofs: readonly Proof[] = [
  {
    title: 'plain requests get the page, and after the fix are sent to the same address over TLS, which still works',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        assert.equal((await (await start(kit, bad)).plain()).body, 'hello', name);
        const { plain, secure } = await start(kit, fixed);
        const { status, headers } = await plain();
        assert.deepEqual([status, headers.get('location')], [301, `https://shop.example${PATH}`], name);
        assert.equal((await secure()).body, 'hello', name);
      }
    },
  },
  {
    title: 'where the rule is silent, pages are redirected and challenges are answered',
    needs: ['nginx'],
    async run(kit) {
      const [good] = kit.examples('nginx', 'good');
      assert.ok(good !== undefined);
      const { plain } = await start(kit, good);
      assert.equal((await plain()).status, 301);
      assert.equal((await plain('/.well-known/acme-challenge/token')).body, 'token');
    },
  },
  {
    title: 'Apache: plain requests get the page, and after the fix are sent to the same address over TLS',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const answer = async (files: Files) => {
        const page = { '/var/www/html/page.txt': 'hello', 'shop.pem': chain, 'shop.key': key };
        const server = await kit.apache({ files: { ...files, ...page } });
        const { status, headers } = await httpProbe({ port: server.port(80), path: PATH, host: 'shop.example' });
        return [status, headers.get('location')];
      };
      const moved = [301, `https://shop.example${PATH}`];
      for (const { bad, fixed } of kit.pairs('apache')) {
        assert.deepEqual(await answer(bad), [200, undefined]);
        assert.deepEqual(await answer(fixed), moved);
      }
      for (const files of kit.examples('apache', 'good')) assert.equal((await answer(files))[0], 301);
    },
  },
  {
    title: 'HAProxy: plain requests get the page, and after the fix are sent to the same address over TLS',
    needs: ['haproxy'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const backend = await kit.httpBackend();
      const answer = async (files: Files) => {
        const server = await kit.haproxy({
          files: { ...files, 'shop.pem': bundle },
          backends: { '127.0.0.1:3000': backend.port },
        });
        const secure = await httpProbe({ port: server.port(443), path: PATH, tls: { servername: 'shop.example' } });
        assert.equal(secure.status, 200);
        const { status, headers } = await httpProbe({ port: server.port(80), path: PATH, host: 'shop.example' });
        return [status, headers.get('location')];
      };
      const moved = [301, `https://shop.example${PATH}`];
      for (const { bad, fixed } of kit.pairs('haproxy')) {
        assert.deepEqual(await answer(bad), [200, undefined]);
        assert.deepEqual(await answer(fixed), moved);
      }
      for (const files of kit.examples('haproxy', 'good')) assert.deepEqual(await answer(files), moved);
    },
  },
  {
    title: 'Caddy gives pages in plain text with the bad example, and redirects after the fix',
    needs: ['caddy'],
    async run(kit) {
      const backend = await kit.httpBackend();
      const answer = async (files: Files) => {
        const caddy = await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } });
        return (await httpProbe({ port: caddy.port(80), host: 'shop.example' })).status;
      };
      const { bad, fixed } = kit.pair('caddy');
      assert.deepEqual([await answer(bad), await answer(fixed)], [200, 308]);
      for (const files of kit.examples('caddy', 'good')) assert.equal(await answer(files), 308);
    },
  },
];
