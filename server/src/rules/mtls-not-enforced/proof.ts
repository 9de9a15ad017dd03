/** Owns the proof that clients without a verified certificate get in with the bad examples, and are refused with the fixed ones. */
import assert from 'node:assert/strict';
import { createAuthority } from '../../../../test/kit/authority.ts';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { clientCertificateProbe } from '../../../../test/kit/tls-probes.ts';

async function started(kit: ProofKit, files: Files) {
  const authority = await kit.authority();
  const [server, client] = await Promise.all([
    authority.issue({ names: ['shop.example'] }),
    authority.issue({ commonName: 'client', usages: ['client'] }),
  ]);
  const stranger = await (await createAuthority()).issue({ commonName: 'stranger', usages: ['client'] });
  const backend = await kit.httpBackend();
  const nginx = await kit.nginx({
    files: { ...files, 'shop.pem': server.chain, 'shop.key': server.key, 'clients.pem': authority.certificate },
    backends: { '127.0.0.1:3000': backend.port },
  });
  const probe = (servername: string, path: string) =>
    clientCertificateProbe({
      port: nginx.port(443),
      servername,
      path,
      good: { cert: client.chain, key: client.key },
      foreign: { cert: stranger.chain, key: stranger.key },
    });
  return { nginx, probe };
}

async function haproxyStarted(kit: ProofKit, files: Files) {
  const authority = await kit.authority();
  const [server, client] = await Promise.all([
    authority.issue({ names: ['shop.example'] }),
    authority.issue({ commonName: 'client', usages: ['client'] }),
  ]);
  const stranger = await (await createAuthority()).issue({ commonName: 'stranger', usages: ['client'] });
  const backend = await kit.httpBackend();
  const haproxy = await kit.haproxy({
    files: { ...files, 'shop.pem': server.bundle, 'clients.pem': authority.certificate },
    backends: { '127.0.0.1:3000': backend.port },
  });
  const probe = (path: string) =>
    clientCertificateProbe({
      port: haproxy.port(443),
      path,
      good: { cert: client.chain, key: client.key },
      foreign: { cert: stranger.chain, key: stranger.key },
    });
  return { haproxy, probe };
}

const answered = (verdict: object): unknown => ('status' in verdict ? verdict.status : verdict);

async function statuses(kit: ProofKit, files: Files, path = '/', name = 'shop.example') {
  const { probe } = await started(kit, files);
  const { none, good, foreign } = await probe(name, path);
  return [answered(none), answered(good), answered(foreign)];
}

/** What Apache answers without a certificate, with a good one and with a foreign one; undefined where the handshake fails. */
async function apacheAnswers(kit: ProofKit, files: Files) {
  const authority = await kit.authority();
  const server = await authority.issue({ names: ['shop.example'] });
  const client = await authority.issue({ commonName: 'client', usages: ['client'] });
  const stranger = await (await createAuthority()).issue({ commonName: 'stranger', usages: ['client'] });
  const apache = await kit.apache({
    files: {
      ...files,
      '/var/www/html/index.html': 'hello',
      'shop.pem': server.chain,
      'shop.key': server.key,
      'clients.pem': authority.certificate,
    },
  });
  const { none, good, foreign } = await clientCertificateProbe({
    port: apache.port(443),
    servername: 'shop.example',
    path: '/index.html',
    good: { cert: client.chain, key: client.key },
    foreign: { cert: stranger.chain, key: stranger.key },
  });
  return [none, good, foreign].map((verdict) => ('status' in verdict ? verdict.status : undefined));
}

/** What comes through stunnel without a certificate, with a good one and with a foreign one; undefined where the handshake fails. */
async function stunnelAnswers(kit: ProofKit, files: Files, port = 443) {
  const authority = await kit.authority();
  const server = await authority.issue({ names: ['shop.example'] });
  const client = await authority.issue({ commonName: 'client', usages: ['client'] });
  const stranger = await (await createAuthority()).issue({ commonName: 'stranger', usages: ['client'] });
  const backend = await kit.httpBackend();
  const stunnel = await kit.stunnel({
    files: {
      ...files,
      'shop.pem': server.bundle,
      'clients.pem': authority.certificate,
      'chain.pem': authority.certificate,
    },
    backends: { '127.0.0.1:3000': backend.port },
  });
  const { none, good, foreign } = await clientCertificateProbe({
    port: stunnel.port(port),
    good: { cert: client.chain, key: client.key },
    foreign: { cert: stranger.chain, key: stranger.key },
  });
  return [none, good, foreign].map((verdict) => ('status' in verdict ? verdict.status : undefined));
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx answers a client without a certificate, and with optional_no_ca one with a foreign certificate',
    needs: ['nginx'],
    async run(kit) {
      const optional = kit.pair('nginx', 'optional');
      assert.deepEqual(await statuses(kit, optional.bad), [200, 200, 400]);
      assert.deepEqual(await statuses(kit, optional.fixed), [400, 200, 400]);
      const any = kit.pair('nginx', 'any');
      assert.deepEqual(await statuses(kit, any.bad), [200, 200, 200]);
      assert.deepEqual(await statuses(kit, any.fixed), [400, 200, 400]);
      const own = kit.pair('nginx', 'own');
      assert.deepEqual(await statuses(kit, own.bad), [403, 200, 200]);
      assert.deepEqual(await statuses(kit, own.fixed), [400, 200, 400]);
    },
  },
  {
    title: 'nginx does not inherit the check of a location, and a regular expression passes it by',
    needs: ['nginx'],
    async run(kit) {
      for (const [name, path] of [
        ['nested', '/admin/upload/'],
        ['regular', '/admin/index.php'],
      ] as const) {
        const { bad, fixed } = kit.pair('nginx', name);
        assert.deepEqual(await statuses(kit, bad, '/admin/'), [403, 200, 400], name);
        assert.deepEqual(await statuses(kit, bad, path), [200, 200, 400], name);
        assert.deepEqual(await statuses(kit, fixed, path), [403, 200, 400], name);
      }
    },
  },
  {
    title: 'nginx answers whom it was to refuse from where `error_page` leads',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'error-page');
      assert.deepEqual(await statuses(kit, bad), [200, 200, 200]);
      assert.deepEqual(await statuses(kit, fixed), [403, 200, 403]);
    },
  },
  {
    title: 'nginx asks nobody for a certificate on a listener without TLS',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'plain');
      for (const [files, status] of [
        [bad, 200],
        [fixed, 301],
      ] as const) {
        const { nginx, probe } = await started(kit, files);
        assert.equal((await httpProbe({ port: nginx.port(80), host: 'shop.example' })).status, status);
        const { none, good } = await probe('shop.example', '/');
        assert.deepEqual([answered(none), answered(good)], [400, 200]);
      }
    },
  },
  {
    title: 'nginx refuses them where the rule is silent because of a check',
    needs: ['nginx'],
    async run(kit) {
      for (const files of kit.examples('nginx', 'good')) {
        assert.deepEqual(await statuses(kit, files, '/admin/'), [403, 200, 400]);
        assert.deepEqual(await statuses(kit, files, '/', 'strict.example'), [403, 200, 403]);
      }
    },
  },
  {
    title: 'Apache answers a client without a certificate, and with optional_no_ca one with a foreign certificate',
    needs: ['apache'],
    async run(kit) {
      const optional = kit.pair('apache', 'apache-optional');
      assert.deepEqual(await apacheAnswers(kit, optional.bad), [200, 200, undefined]);
      assert.deepEqual(await apacheAnswers(kit, optional.fixed), [undefined, 200, undefined]);
      const any = kit.pair('apache', 'apache-any');
      assert.deepEqual(await apacheAnswers(kit, any.bad), [200, 200, 200]);
      for (const files of kit.examples('apache', 'good'))
        assert.deepEqual(await apacheAnswers(kit, files), [403, 200, undefined]);
    },
  },
  {
    title: 'HAProxy answers clients without a verified certificate with the bad examples, and not with the fixed ones',
    needs: ['haproxy'],
    async run(kit) {
      const seen = async (files: Files, path = '/') => {
        const { haproxy, probe } = await haproxyStarted(kit, files);
        const { none, good, foreign } = await probe(path);
        const in443 = [none, good, foreign].map((verdict) => ('status' in verdict ? verdict.status : 'refused'));
        if (!haproxy.ports.has('80')) return in443;
        return [...in443, (await httpProbe({ port: haproxy.port(80), host: 'shop.example' })).status];
      };
      const REFUSED = ['refused', 200, 'refused'];
      const expected: Record<string, readonly unknown[]> = {
        'haproxy-optional': [200, 200, 'refused'],
        'haproxy-zero': [200, 200, 'refused'],
        'haproxy-ignored': ['refused', 200, 200],
        'haproxy-unasked': [200, 200, 200],
        'haproxy-plain': [...REFUSED, 200],
      };
      for (const { name = '', bad, fixed } of kit.pairs('haproxy')) {
        if (name === 'haproxy-list') continue;
        assert.deepEqual(await seen(bad), expected[name], name);
        assert.deepEqual(await seen(fixed), name === 'haproxy-plain' ? [...REFUSED, 301] : REFUSED, name);
      }
      const [admin = {}, verified = {}] = kit.examples('haproxy', 'good');
      assert.deepEqual(await seen(admin, '/admin/'), [403, 200, 'refused']);
      assert.deepEqual(await seen(verified), ['refused', 200, 403, 302]);
    },
  },
  {
    title: 'HAProxy takes any Host behind a handshake for another name of a list, and none with the fix',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'haproxy-list');
      const authority = await kit.authority();
      const [shop, www] = [
        await authority.issue({ names: ['shop.example'] }),
        await authority.issue({ names: ['www.example'] }),
      ];
      const backend = await kit.httpBackend();
      const answers = async (files: Files) => {
        const haproxy = await kit.haproxy({
          files: {
            ...files,
            '/shop.list': files['shop.list'] ?? '',
            '/shop.pem': shop.bundle,
            '/www.pem': www.bundle,
            '/clients.pem': authority.certificate,
          },
          backends: { '127.0.0.1:3000': backend.port },
        });
        const answer = (servername: string, host: string) =>
          httpProbe({ port: haproxy.port(443), host, tls: { servername } }).then(
            ({ status }) => status,
            () => 'refused',
          );
        return [
          await answer('shop.example', 'shop.example'),
          await answer('www.example', 'www.example'),
          await answer('www.example', 'shop.example'),
        ];
      };
      assert.deepEqual(await answers(bad), ['refused', 200, 200]);
      assert.deepEqual(await answers(fixed), ['refused', 200, 421]);
    },
  },
  {
    title: 'Apache looks into no list without SSLCARevocationCheck',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache', 'apache-revoked');
      const authority = await createAuthority();
      // A list that has expired refuses everybody, so it shows whether anybody looks.
      const list = await authority.revocationList({ nextUpdate: new Date(Date.now() - 86_400_000) });
      const server = await authority.issue({ names: ['shop.example'] });
      const client = await authority.issue({ commonName: 'client', usages: ['client'] });
      const asked = async (files: Files) => {
        const apache = await kit.apache({
          files: {
            ...files,
            '/var/www/html/index.html': 'hello',
            'shop.pem': server.chain,
            'shop.key': server.key,
            'clients.pem': authority.certificate,
            'crl.pem': list,
          },
        });
        const own = { cert: client.chain, key: client.key };
        const port = apache.port(443);
        const { good } = await clientCertificateProbe({ port, path: '/index.html', good: own, foreign: own });
        return { got: answered(good), log: apache.log() };
      };
      const ignored = await asked(bad);
      assert.equal(ignored.got, 200);
      assert.match(ignored.log, /AH01902/);
      assert.notEqual((await asked(fixed)).got, 200);
    },
  },
  {
    title:
      'stunnel lets clients without a verified certificate through with the bad examples, and not with the fixed ones',
    needs: ['stunnel'],
    async run(kit) {
      const REFUSED = [undefined, 200, undefined];
      const expected: Record<string, readonly unknown[]> = {
        'stunnel-level': [200, 200, undefined],
        'stunnel-foreign': [undefined, 200, 200],
        'stunnel-taken-back': [200, 200, undefined],
        'stunnel-unasked': [200, 200, 200],
      };
      for (const { name = '', bad, fixed } of kit.pairs('stunnel')) {
        assert.deepEqual(await stunnelAnswers(kit, bad), expected[name], name);
        assert.deepEqual(await stunnelAnswers(kit, fixed), REFUSED, name);
      }
      const [good = {}] = kit.examples('stunnel', 'good');
      assert.deepEqual(await stunnelAnswers(kit, good), REFUSED);
      assert.deepEqual(await stunnelAnswers(kit, good, 8443), [200, 200, 200]);
    },
  },
  {
    title: 'Caddy answers clients without a verified certificate with the bad examples, and not with the fixed ones',
    needs: ['caddy'],
    async run(kit) {
      const authority = await kit.authority();
      const server = await authority.issue({ names: ['shop.example'] });
      const client = await authority.issue({ commonName: 'client', usages: ['client'] });
      const stranger = await (await createAuthority()).issue({ commonName: 'stranger', usages: ['client'] });
      const seen = async (files: Files) => {
        const pems = { '/shop.pem': server.chain, '/shop.key': server.key, '/clients.pem': authority.certificate };
        const caddy = await kit.caddy({ files: { ...files, ...pems } });
        const { none, good, foreign } = await clientCertificateProbe({
          port: caddy.port(443),
          servername: 'shop.example',
          path: '/',
          good: { cert: client.chain, key: client.key },
          foreign: { cert: stranger.chain, key: stranger.key },
        });
        return [none, good, foreign].map((verdict) => ('status' in verdict ? verdict.status : 'refused'));
      };
      const required = kit.pair('caddy', 'caddy-require');
      assert.deepEqual(await seen(required.bad), ['refused', 200, 200]);
      assert.deepEqual(await seen(required.fixed), ['refused', 200, 'refused']);
      const given = kit.pair('caddy', 'caddy-given');
      assert.deepEqual(await seen(given.bad), [200, 200, 'refused']);
      for (const files of kit.examples('caddy', 'good'))
        assert.deepEqual(await seen(files), ['refused', 200, 'refused']);
    },
  },
];
