/** Owns the proof that a back end with several names refuses nginx with the bad examples, and answers with the fixed ones. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** A back end that knows one name, and ends every handshake that does not say it. */
const BACK_END = `http {
  server { listen 443 ssl default_server; ssl_reject_handshake on; return 200 other; }
  server {
    listen 443 ssl;
    server_name api.example;
    ssl_certificate api.pem;
    ssl_certificate_key api.key;
    return 200 api;
  }
}
`;

async function status(kit: ProofKit, files: Files): Promise<number> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['api.example'] });
  const backend = await kit.nginx({ files: { 'nginx.conf': BACK_END, 'api.pem': chain, 'api.key': key } });
  const port = backend.port(443);
  // The kit puts an address in the place of the host, so the name that nginx would take from there is written down.
  const text = files['nginx.conf'] ?? '';
  const named =
    /proxy_pass https:\/\/[\w.]*\.example;/.test(text) &&
    text.includes('proxy_ssl_server_name on;') &&
    !text.includes('proxy_ssl_name ');
  const nginx = await kit.nginx({
    files,
    backends: { 'api.example:443': port, 'api.example': port, '192.0.2.1': port, 'app:8443': port },
    ...(named
      ? { replace: [['proxy_ssl_server_name on;', 'proxy_ssl_server_name on; proxy_ssl_name api.example;']] as const }
      : {}),
  });
  return (await httpProbe({ port: nginx.port(80) })).status;
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx answers 502 where the back end wants a name, until it sends one',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        assert.equal(await status(kit, bad), 502, name);
        assert.equal(await status(kit, fixed), 200, name);
      }
      for (const files of kit.examples('nginx', 'good')) assert.equal(await status(kit, files), 200);
    },
  },
  {
    title: 'HAProxy answers 503 where the back end wants a name, until it sends one',
    needs: ['haproxy'],
    versions: { haproxy: { before: '3.3' } },
    async run(kit) {
      const { chain, key } = await (await kit.authority()).issue({ names: ['api.example'] });
      const backend = await kit.nginx({ files: { 'nginx.conf': BACK_END, 'api.pem': chain, 'api.key': key } });
      const answer = async (files: Files) => {
        const haproxy = await kit.haproxy({ files, backends: { 'api.example:443': backend.port(443) } });
        return (await httpProbe({ port: haproxy.port(80), host: 'api.example' })).status;
      };
      for (const { bad, fixed } of kit.pairs('haproxy')) {
        assert.equal(await answer(bad), 503);
        assert.equal(await answer(fixed), 200);
      }
    },
  },
];
