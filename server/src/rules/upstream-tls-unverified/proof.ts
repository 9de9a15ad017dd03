/** Owns the proof that an impostor gets the requests with the bad examples, and not with the fixed ones. */
import assert from 'node:assert/strict';
import { createAuthority } from '../../../../test/kit/authority.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const TRUSTED = '/etc/ssl/certs/ca-certificates.crt';
const NAMES = ['api.example', 'app'];

/** The status with the real back end, with one of a foreign authority, and with one whose name is another. */
async function statuses(kit: ProofKit, files: Files): Promise<number[]> {
  const authority = await kit.authority();
  const issued = [
    await authority.issue({ names: NAMES }),
    await (await createAuthority()).issue({ names: NAMES }),
    await authority.issue({ names: ['other.example'] }),
  ];
  // The kit puts an address in the place of the host, so the name that nginx would take from there is written down.
  const config = files['nginx.conf'] ?? '';
  const name = config.includes('https://app:') ? 'app' : 'api.example';
  const replace = config.includes('proxy_ssl_name')
    ? []
    : [['proxy_ssl_server_name on;', `proxy_ssl_server_name on; proxy_ssl_name ${name};`] as const];
  const out: number[] = [];
  for (const { chain: cert, key } of issued) {
    const { port } = await kit.httpBackend({ tls: { cert, key } });
    const nginx = await kit.nginx({
      files: { ...files, [TRUSTED]: authority.certificate },
      backends: { 'api.example:443': port, 'api.example': port, 'app:8443': port },
      ...(config.includes('proxy_ssl_server_name on;') ? { replace } : {}),
    });
    out.push((await httpProbe({ port: nginx.port(80) })).status);
  }
  return out;
}

/** The same for Apache, which takes the name from the address: certificates are for that of the test. */
async function apacheStatuses(kit: ProofKit, files: Files): Promise<number[]> {
  const authority = await kit.authority();
  const names = ['127.0.0.1'];
  const issued = [await authority.issue({ names }), await (await createAuthority()).issue({ names })];
  const out: number[] = [];
  for (const { chain: cert, key } of issued) {
    const { port } = await kit.httpBackend({ tls: { cert, key } });
    const apache = await kit.apache({
      files: { ...files, [TRUSTED]: authority.certificate },
      backends: { 'api.example': port },
    });
    out.push((await httpProbe({ port: apache.port(80) })).status);
  }
  return out;
}

/** The same with HAProxy: 200 from whoever answers, and 503 where nobody is trusted. */
async function haproxyStatuses(kit: ProofKit, files: Files): Promise<number[]> {
  const authority = await kit.authority();
  const names = ['api.example', 'app', 'back-end.example'];
  const issued = [
    await authority.issue({ names }),
    await (await createAuthority()).issue({ names }),
    await authority.issue({ names: ['other.example'] }),
  ];
  const out: number[] = [];
  for (const { chain: cert, key } of issued) {
    const { port } = await kit.httpBackend({ tls: { cert, key } });
    const written = ['api.example:443', 'app:8443', '192.0.2.1:443', '192.0.2.2:443', '127.0.0.1:8443'];
    const haproxy = await kit.haproxy({
      files: { ...files, [TRUSTED]: authority.certificate },
      backends: Object.fromEntries(written.map((address) => [address, port])),
    });
    out.push((await httpProbe({ port: haproxy.port(80) })).status);
  }
  return out;
}

/** Whether clients of stunnel get an answer: from the real back end, an impostor, and one with a certificate for another name. */
async function stunnelAnswers(kit: ProofKit, files: Files, port = 80): Promise<boolean[]> {
  const authority = await kit.authority();
  const real = await authority.issue({ names: NAMES });
  const issued = [
    real,
    await (await createAuthority()).issue({ names: NAMES }),
    await authority.issue({ names: ['other.example'] }),
  ];
  const out: boolean[] = [];
  for (const { chain: cert, key } of issued) {
    const backend = await kit.httpBackend({ tls: { cert, key } });
    const stunnel = await kit.stunnel({
      files: { ...files, 'authority.pem': authority.certificate, 'api.pem': real.certificate },
      // A folder of authorities has them by their hashes, which a file has not.
      replace: Object.values(files).some((text) => text.includes('CApath'))
        ? [['CApath = /etc/ssl/certs', 'CAfile = /etc/stunnel/authority.pem']]
        : [],
      backends: { 'api.example:443': backend.port, 'app:8443': backend.port, '127.0.0.1:8443': backend.port },
    });
    const answer = await httpProbe({ port: stunnel.port(`127.0.0.1:${port}`) }).catch(() => undefined);
    out.push(answer?.status === 200);
  }
  return out;
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx hands requests to an impostor, and to a back end of another name, until it verifies',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        assert.deepEqual(await statuses(kit, bad), [200, 200, 200], name);
        assert.deepEqual(await statuses(kit, fixed), [200, 502, 502], name);
      }
    },
  },
  {
    title: 'nginx refuses them where the rule is silent because of verification',
    needs: ['nginx'],
    async run(kit) {
      for (const files of kit.examples('nginx', 'good')) assert.deepEqual(await statuses(kit, files), [200, 502, 502]);
    },
  },
  {
    title: 'Apache hands requests to an impostor until it verifies',
    needs: ['apache'],
    async run(kit) {
      for (const { bad, fixed } of kit.pairs('apache')) {
        assert.deepEqual(await apacheStatuses(kit, bad), [200, 200]);
        assert.deepEqual(await apacheStatuses(kit, fixed), [200, 500]);
      }
      for (const files of kit.examples('apache', 'good'))
        assert.deepEqual(await apacheStatuses(kit, files), [200, 500]);
    },
  },
  {
    title: 'HAProxy hands requests to an impostor, and to a back end of another name, until it verifies',
    needs: ['haproxy'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        assert.deepEqual(await haproxyStatuses(kit, bad), [200, 200, 200], name);
        assert.deepEqual(await haproxyStatuses(kit, fixed), [200, 503, 503], name);
      }
    },
  },
  {
    title: 'stunnel hands bytes to an impostor, and to a back end of another name, until it verifies',
    needs: ['stunnel'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('stunnel')) {
        assert.deepEqual(await stunnelAnswers(kit, bad), [true, true, true], name);
        assert.deepEqual(await stunnelAnswers(kit, fixed), [true, false, false], name);
      }
      for (const files of kit.examples('stunnel', 'good')) {
        assert.deepEqual(await stunnelAnswers(kit, files), [true, false, false]);
        assert.deepEqual(await stunnelAnswers(kit, files, 81), [true, false, false]);
      }
    },
  },
  {
    title: 'Caddy hands requests to an impostor with tls_insecure_skip_verify, and not without',
    needs: ['caddy'],
    async run(kit) {
      const { chain, key } = await (await createAuthority()).issue({ names: ['api.example'] });
      const { port } = await kit.httpBackend({ tls: { cert: chain, key } });
      const answer = async (files: Files) => {
        const caddy = await kit.caddy({ files, backends: { 'api.example:443': port, 'api.example': port } });
        return (await httpProbe({ port: caddy.port(80), host: 'shop.example' })).status;
      };
      const { bad, fixed } = kit.pair('caddy');
      assert.deepEqual([await answer(bad), await answer(fixed)], [200, 502]);
      for (const files of kit.examples('caddy', 'good')) assert.equal(await answer(files), 502);
    },
  },
];
