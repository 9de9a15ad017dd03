/** Owns the proof that requests end in errors when the scheme does not fit the port, and are answered when it does. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** What a client gets, when port 80 of `api.example` is plain and port 443 is TLS, as they usually are. */
async function status(kit: ProofKit, files: Files, path = '/'): Promise<number> {
  const { chain: cert, key } = await (await kit.authority()).issue({ names: ['api.example'] });
  const tls = await kit.httpBackend({ tls: { cert, key } });
  const plain = await kit.httpBackend();
  const text = files['nginx.conf'] ?? '';
  const assumed = /server api\.example;/.test(text) ? plain.port : tls.port;
  const nginx = await kit.nginx({
    files,
    backends: {
      'api.example:443': tls.port,
      'api.example:80': plain.port,
      'api.example': assumed,
      'app.example': plain.port,
      'other.example:8443': plain.port,
    },
  });
  return (await httpProbe({ port: nginx.port(80), path })).status;
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx gets no answer with the bad examples, and one with the fixed ones',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        assert.ok((await status(kit, bad)) >= 400, name);
        assert.equal(await status(kit, fixed), 200, name);
      }
      for (const files of kit.examples('nginx', 'good'))
        for (const path of ['/', '/app/', '/other/']) assert.equal(await status(kit, files, path), 200, path);
    },
  },
  {
    title: 'nginx goes to port 80 for a server of an upstream without a port, also with https',
    needs: ['nginx'],
    async run(kit) {
      const { bad } = kit.pair('nginx', 'assumed');
      // Without a back end of the test, the kit leaves the port as it is, on this machine; the error log names it.
      const nginx = await kit.nginx({ files: bad });
      assert.equal((await httpProbe({ port: nginx.port(80) })).status, 502);
      assert.match(nginx.log(), /upstream: "https:\/\/127\.0\.0\.\d+:80\//);
    },
  },
  {
    title: 'Apache answers with an error with the bad examples, and with the page with the fixed ones',
    needs: ['apache'],
    async run(kit) {
      const { chain: cert, key } = await (await kit.authority()).issue({ names: ['127.0.0.1'] });
      const { port } = await kit.httpBackend({ tls: { cert, key } });
      const answer = async (files: Files) => {
        const apache = await kit.apache({ files, backends: { 'api.example:443': port, 'api.example': port } });
        return (await httpProbe({ port: apache.port(80) })).status;
      };
      for (const { name, bad, fixed } of kit.pairs('apache')) {
        assert.ok((await answer(bad)) >= 400, name);
        assert.equal(await answer(fixed), 200, name);
      }
      for (const files of kit.examples('apache', 'good')) assert.equal(await answer(files), 200);
    },
  },
  {
    title:
      'HAProxy gets no answer with the bad examples, and one with the fixed ones; bytes of TLS go through in mode tcp',
    needs: ['haproxy'],
    async run(kit) {
      const authority = await kit.authority();
      const { chain: cert, key } = await authority.issue({ names: ['api.example'] });
      const tls = await kit.httpBackend({ tls: { cert, key } });
      const plain = await kit.httpBackend();
      const start = (files: Files) =>
        kit.haproxy({
          files: { ...files, '/etc/ssl/certs/ca-certificates.crt': authority.certificate },
          backends: { 'api.example:443': tls.port, 'api.example:80': plain.port, 'other.example:8443': plain.port },
        });
      const answer = async (files: Files) => (await httpProbe({ port: (await start(files)).port(80) })).status;
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        assert.ok((await answer(bad)) >= 400, name);
        assert.equal(await answer(fixed), 200, name);
      }
      const [good = {}] = kit.examples('haproxy', 'good');
      const through = await start(good);
      assert.equal((await httpProbe({ port: through.port(80) })).status, 200);
      const encrypted = { port: through.port(443), tls: { servername: 'api.example' } };
      assert.equal((await httpProbe(encrypted)).status, 200);
    },
  },
  {
    title: 'Caddy speaks plain HTTP to port 443 without `https://`',
    needs: ['caddy'],
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['api.example'] });
      const { port } = await kit.httpBackend({ tls: { cert: chain, key } });
      const caddy = await kit.caddy({ files: kit.pair('caddy').bad, backends: { 'api.example:443': port } });
      const answer = await httpProbe({ port: caddy.port(80), host: 'shop.example' });
      assert.ok(answer.status >= 400, `${answer.status}`);
    },
  },
];
