/** Owns the proof that nginx refuses undefined variables, takes the fixes, and that they have the values they are meant to have. */
import assert from 'node:assert/strict';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { httpProbe, webSocketProbe } from '../../../../test/kit/probes.ts';
import type { Proof } from '../../../../test/kit/proof.ts';

export const proofs: readonly Proof[] = [
  {
    title: 'nginx -t refuses every bad example because of the variable, and takes the fixed and the good ones',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        const before = await nginxTest({ files: bad });
        assert.ok(!before.ok, name);
        assert.match(before.output, /unknown "(connection_upgrade|ssl_client_s_dn_cn|remote_adr)" variable/, name);
        const after = await nginxTest({ files: fixed });
        assert.ok(after.ok, `${name}: ${after.output}`);
      }
      for (const files of kit.examples('nginx', 'good')) {
        const { ok, output } = await nginxTest({ files });
        assert.ok(ok, output);
      }
    },
  },
  {
    title: 'the map for $connection_upgrade lets handshakes through and leaves ordinary requests ordinary',
    needs: ['nginx'],
    async run(kit) {
      const { fixed } = kit.pair('nginx', 'in-another-file');
      const backend = await kit.webSocketBackend();
      const nginx = await kit.nginx({ files: fixed, backends: { '127.0.0.1:3000': backend.port } });
      assert.equal((await webSocketProbe({ port: nginx.port(80), path: '/ws/' })).status, 101);
      await httpProbe({ port: nginx.port(80), path: '/ws/' });
      assert.equal(backend.requests.at(-1)?.header('connection'), 'close');
    },
  },
  {
    title: 'the map for $ssl_client_s_dn_cn holds the common name of the client certificate',
    needs: ['nginx'],
    async run(kit) {
      const authority = await kit.authority();
      const server = await authority.issue({ names: ['shop.example'] });
      const client = await authority.issue({ commonName: 'alice', usages: ['client'] });
      const backend = await kit.httpBackend();
      const tls = [
        'listen 443 ssl; ssl_certificate shop.pem; ssl_certificate_key shop.key;',
        'ssl_client_certificate ca.pem; ssl_verify_client on;',
      ].join(' ');
      const nginx = await kit.nginx({
        files: {
          ...kit.pair('nginx', 'common-name').fixed,
          'shop.pem': server.chain,
          'shop.key': server.key,
          'ca.pem': authority.root,
        },
        replace: [['listen 80;', tls]],
        backends: { '127.0.0.1:3000': backend.port },
      });
      const { status } = await httpProbe({ port: nginx.port(443), tls: { cert: client.chain, key: client.key } });
      assert.equal(status, 200);
      assert.equal(backend.requests[0]?.header('x-client-name'), 'alice');
    },
  },
];
