/** Owns the proof of which answers of nginx carry `Strict-Transport-Security`, and with what. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** The header of a page and of an error, below a path. */
async function sent(kit: ProofKit, files: Files, folder = '/') {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
  const page = { 'html/page.txt': 'hello', 'html/assets/page.txt': 'hello' };
  const server = await kit.nginx({ files: { ...files, ...page, 'shop.pem': chain, 'shop.key': key } });
  const header = async (path: string, status: number) => {
    const answer = await httpProbe({ port: server.port(443), path, tls: { servername: 'shop.example' } });
    assert.equal(answer.status, status);
    return answer.headers.get('strict-transport-security');
  };
  return [await header(`${folder}page.txt`, 200), await header(`${folder}gone.txt`, 404)];
}

const YEARS = 'max-age=63072000';

export const proofs: readonly Proof[] = [
  {
    title: 'a location with a header of its own loses what is set further out, until the line is repeated',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'lost');
      assert.deepEqual(await sent(kit, bad), [YEARS, YEARS]);
      assert.deepEqual(await sent(kit, bad, '/assets/'), [undefined, undefined]);
      assert.deepEqual(await sent(kit, fixed, '/assets/'), [YEARS, YEARS]);
    },
  },
  {
    title: 'errors carry it only with `always`',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'errors');
      assert.deepEqual(await sent(kit, bad), [YEARS, undefined]);
      assert.deepEqual(await sent(kit, fixed), [YEARS, YEARS]);
    },
  },
  {
    title: 'a short time is sent as it is written, and nothing where nothing is',
    needs: ['nginx'],
    async run(kit) {
      const short = kit.pair('nginx', 'short');
      assert.deepEqual((await sent(kit, short.bad))[0], 'max-age=86400; includeSubDomains');
      assert.deepEqual((await sent(kit, short.fixed))[0], `${YEARS}; includeSubDomains`);
      const missing = kit.pair('nginx', 'missing');
      assert.deepEqual(await sent(kit, missing.bad), [undefined, undefined]);
      assert.deepEqual(await sent(kit, missing.fixed), [YEARS, YEARS]);
    },
  },
  {
    title: '`add_header_inherit merge` brings it back',
    needs: ['nginx'],
    versions: { nginx: { from: '1.29.3' } },
    async run(kit) {
      const merged = kit.examples('nginx', 'good')[1];
      assert.ok(merged !== undefined);
      assert.deepEqual(await sent(kit, merged, '/assets/'), [YEARS, YEARS]);
    },
  },
  {
    title: 'Apache: errors carry it only with `always`, and nothing does where nothing is written',
    needs: ['apache'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const both = async (files: Files) => {
        const page = { '/var/www/html/page.txt': 'hello', 'shop.pem': chain, 'shop.key': key };
        const server = await kit.apache({ files: { ...files, ...page } });
        const header = async (path: string) => {
          const answer = await httpProbe({ port: server.port(443), path, tls: { servername: 'shop.example' } });
          return answer.headers.get('strict-transport-security');
        };
        return [await header('/page.txt'), await header('/gone.txt')];
      };
      const errors = kit.pair('apache', 'apache-errors');
      assert.deepEqual(await both(errors.bad), [YEARS, undefined]);
      assert.deepEqual(await both(errors.fixed), [YEARS, YEARS]);
      const missing = kit.pair('apache', 'apache-missing');
      assert.deepEqual(await both(missing.bad), [undefined, undefined]);
      assert.deepEqual(await both(missing.fixed), [YEARS, YEARS]);
    },
  },
  {
    title: 'HAProxy sends on the answers of the back end what is written',
    needs: ['haproxy'],
    async run(kit) {
      const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const backend = await kit.httpBackend();
      const header = async (files: Files) => {
        const server = await kit.haproxy({
          files: { ...files, 'shop.pem': bundle },
          backends: { '127.0.0.1:3000': backend.port },
        });
        const { headers } = await httpProbe({ port: server.port(443), tls: { servername: 'shop.example' } });
        return headers.get('strict-transport-security');
      };
      const { bad, fixed } = kit.pair('haproxy');
      assert.equal(await header(bad), 'max-age=86400');
      assert.equal(await header(fixed), YEARS);
    },
  },
  {
    title: 'Caddy sends what the examples say, on what is not there as well',
    needs: ['caddy'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'] });
      const sent = async (files: Files) => {
        const caddy = await kit.caddy({
          files: { ...files, '/shop.pem': chain, '/shop.key': key, '/srv/index.html': 'hello' },
          replace: [['root * /srv', 'root * /srv\n    tls shop.pem shop.key']],
        });
        const tls = { servername: 'shop.example' };
        const answers = [];
        for (const path of ['/', '/missing'])
          answers.push(
            (await httpProbe({ port: caddy.port(443), tls, path })).headers.get('strict-transport-security'),
          );
        return answers;
      };
      const usual = 'max-age=63072000; includeSubDomains';
      const short = kit.pair('caddy', 'caddy-short');
      assert.deepEqual(await sent(short.bad), ['max-age=3600', 'max-age=3600']);
      assert.deepEqual(await sent(short.fixed), ['max-age=63072000', 'max-age=63072000']);
      const missing = kit.pair('caddy', 'caddy-missing');
      assert.deepEqual(await sent(missing.bad), [undefined, undefined]);
      assert.deepEqual(await sent(missing.fixed), [usual, usual]);
    },
  },
];
