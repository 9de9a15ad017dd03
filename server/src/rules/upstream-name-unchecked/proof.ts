/** Owns the proof that a back end with a certificate for another name gets the requests, until the name is checked. */
import assert from 'node:assert/strict';
import { createAuthority } from '../../../../test/kit/authority.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

/** Whether clients get an answer: with the right back end, with one of another name, and with one of a foreign authority. */
async function answered(kit: ProofKit, files: Files, port: number): Promise<boolean[]> {
  const authority = await kit.authority();
  const issued = [
    await authority.issue({ names: ['api.example', 'db.example', 'back-end.example'] }),
    await authority.issue({ names: ['other.example'] }),
    await (await createAuthority()).issue({ names: ['api.example', 'db.example', 'back-end.example'] }),
  ];
  const out: boolean[] = [];
  for (const { chain: cert, key } of issued) {
    const backend = await kit.httpBackend({ tls: { cert, key } });
    // Where `@system-ca` lies differs between systems.
    const text = (files['haproxy.cfg'] ?? '').replace('@system-ca', '/etc/ssl/certs/ca-certificates.crt');
    const haproxy = await kit.haproxy({
      files: {
        'haproxy.cfg': text,
        '/etc/ssl/certs/ca-certificates.crt': authority.certificate,
        '/etc/haproxy/authority.pem': authority.certificate,
      },
      backends: {
        'api.example:443': backend.port,
        'api.example:8443': backend.port,
        'db.example:5433': backend.port,
        '192.0.2.1:443': backend.port,
        '127.0.0.1:8443': backend.port,
      },
    });
    const answer = await httpProbe({ port: haproxy.port(port), host: 'api.example' }).catch(() => undefined);
    out.push(answer?.status === 200);
  }
  return out;
}

/** The same with stunnel. */
async function throughStunnel(kit: ProofKit, files: Files, port: number): Promise<boolean[]> {
  const authority = await kit.authority();
  const names = ['api.example', '192.0.2.1'];
  const own = await authority.issue({ names });
  const issued = [
    own,
    await authority.issue({ names: ['other.example'] }),
    await (await createAuthority()).issue({ names }),
  ];
  const out: boolean[] = [];
  for (const { chain: cert, key } of issued) {
    const backend = await kit.httpBackend({ tls: { cert, key } });
    const stunnel = await kit.stunnel({
      files: { ...files, 'authority.pem': authority.certificate, 'api.pem': own.certificate },
      // A folder of authorities has them by their hashes, which a file has not.
      replace: Object.values(files).some((text) => text.includes('CApath'))
        ? [['CApath = /etc/ssl/certs', 'CAfile = /etc/stunnel/authority.pem']]
        : [],
      backends: { 'api.example:443': backend.port, '192.0.2.1:443': backend.port },
    });
    const answer = await httpProbe({ port: stunnel.port(`127.0.0.1:${port}`) }).catch(() => undefined);
    out.push(answer?.status === 200);
  }
  return out;
}

export const proofs: readonly Proof[] = [
  {
    title: 'HAProxy takes a certificate for another name, until it has a name to compare it with',
    needs: ['haproxy'],
    versions: { haproxy: { before: '3.3' } },
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('haproxy')) {
        const port = name === 'tcp' ? 5432 : 80;
        assert.deepEqual(await answered(kit, bad, port), [true, true, false], name);
        assert.deepEqual(await answered(kit, fixed, port), [true, false, false], name);
      }
    },
  },
  {
    title: 'HAProxy compares it with `verifyhost`, and with the name that is sent',
    needs: ['haproxy'],
    async run(kit) {
      const [good = {}] = kit.examples('haproxy', 'good');
      const [front = '', ...servers] = (good['haproxy.cfg'] ?? '').split(/^(?= {4}server )/m);
      for (const server of servers.slice(0, 2))
        assert.deepEqual(await answered(kit, { 'haproxy.cfg': front + server }, 80), [true, false, false], server);
    },
  },
  {
    title:
      'stunnel takes a certificate for another name, until it has a name to compare it with, or the certificate itself',
    needs: ['stunnel'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('stunnel')) {
        assert.deepEqual(await throughStunnel(kit, bad, 80), [true, true, false], name);
        assert.deepEqual(await throughStunnel(kit, fixed, 80), [true, false, false], name);
      }
      const [good = {}] = kit.examples('stunnel', 'good');
      assert.deepEqual(await throughStunnel(kit, good, 80), [true, false, false]);
      assert.deepEqual(await throughStunnel(kit, good, 81), [true, false, false]);
    },
  },
];
