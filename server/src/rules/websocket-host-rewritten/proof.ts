/** Owns the proof that a back end with an origin check refuses these handshakes, and takes them once it gets the client's Host. */
import assert from 'node:assert/strict';
import { webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof } from '../../../../test/kit/proof.ts';

export const proofs: readonly Proof[] = [
  {
    title:
      'a back end that compares Origin with Host answers 403, and 101 when the Host is passed on; another takes both',
    needs: ['nginx'],
    async run(kit) {
      const strict = await kit.webSocketBackend({ sameOrigin: true });
      const other = await kit.webSocketBackend();
      const answer = async (files: Files, backend: number, written: number) => {
        const nginx = await kit.nginx({ files, backends: { '127.0.0.1:3000': backend } });
        const host = written === 80 ? 'chat.example' : `chat.example:${written}`;
        const target = { port: nginx.port(written), path: '/ws/', host, origin: `http://${host}` };
        return (await webSocketProbe(target)).status;
      };
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        const written = name === 'port' ? 8080 : 80;
        assert.equal(await answer(bad, strict.port, written), 403, name);
        assert.equal(await answer(bad, other.port, written), 101, name);
        assert.equal(await answer(fixed, strict.port, written), 101, name);
      }
      const silent = kit.examples('nginx', 'good')[0];
      assert.ok(silent);
      assert.equal(await answer(silent, strict.port, 80), 101);
    },
  },
  {
    title: 'Apache: the same',
    needs: ['apache'],
    async run(kit) {
      const strict = await kit.webSocketBackend({ sameOrigin: true });
      const answer = async (files: Files) => {
        const apache = await kit.apache({ files, backends: { '127.0.0.1:3000': strict.port } });
        const target = { port: apache.port(80), path: '/ws/', host: 'chat.example', origin: 'http://chat.example' };
        return (await webSocketProbe(target)).status;
      };
      for (const { name, bad, fixed } of kit.pairs('apache')) {
        assert.equal(await answer(bad), 403, name);
        assert.equal(await answer(fixed), 101, name);
      }
      for (const files of kit.examples('apache', 'good')) assert.equal(await answer(files), 101);
    },
  },
  {
    title: 'Caddy: the same',
    needs: ['caddy'],
    // The option that makes the example certain is that new.
    versions: { caddy: { from: '2.7' } },
    async run(kit) {
      const backend = await kit.webSocketBackend({ sameOrigin: true });
      const answer = async (files: Files) => {
        const caddy = await kit.caddy({ files, backends: { '127.0.0.1:3000': backend.port } });
        const probe = { port: caddy.port(80), host: 'chat.example', origin: 'http://chat.example' };
        return (await webSocketProbe(probe)).status;
      };
      const { bad, fixed } = kit.pair('caddy');
      assert.deepEqual([await answer(bad), await answer(fixed)], [403, 101]);
      for (const files of kit.examples('caddy', 'good')) assert.equal(await answer(files), 101);
    },
  },
  {
    title: 'HAProxy: the same',
    needs: ['haproxy'],
    async run(kit) {
      const strict = await kit.webSocketBackend({ sameOrigin: true });
      const answer = async (files: Files) => {
        const haproxy = await kit.haproxy({ files, backends: { '127.0.0.1:3000': strict.port } });
        const target = { port: haproxy.port(80), path: '/ws/', host: 'chat.example', origin: 'http://chat.example' };
        return (await webSocketProbe(target)).status;
      };
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        assert.equal(await answer(bad), 403, name);
        assert.equal(await answer(fixed), 101, name);
      }
      for (const files of kit.examples('haproxy', 'good')) assert.equal(await answer(files), 101);
    },
  },
];
