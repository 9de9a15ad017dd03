/** Owns the proof that a client's own header reaches the back end with the bad examples, and does not with the fixed ones. */
import assert from 'node:assert/strict';
import { httpProbe } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

interface Asked {
  readonly path: string;
  readonly header: string;
  /** Without TLS. */
  readonly plain?: boolean;
}

const CASES: ReadonlyMap<string, Asked> = new Map([
  ['lost', { path: '/upload/', header: 'X-SSL-Client-Verify' }],
  ['one', { path: '/', header: 'X-SSL-Client-DN' }],
  ['plain', { path: '/', header: 'X-SSL-Client-DN', plain: true }],
]);

/** What the back end gets of a request without a certificate that names somebody in the header; and its other headers. */
async function received(kit: ProofKit, files: Files, { path, header, plain }: Asked) {
  const authority = await kit.authority();
  const { chain, key } = await authority.issue({ names: ['shop.example'] });
  const backend = await kit.httpBackend();
  const nginx = await kit.nginx({
    files: { ...files, 'shop.pem': chain, 'shop.key': key, 'clients.pem': authority.certificate },
    backends: { '127.0.0.1:3000': backend.port, '127.0.0.1:3001': backend.port },
  });
  const tls = plain === true ? {} : { tls: { servername: 'shop.example' } };
  const port = nginx.port(plain === true ? 80 : 443);
  await httpProbe({ port, path, host: 'shop.example', ...tls, headers: { [header]: 'CN=admin' } });
  const request = backend.requests.at(-1);
  assert.ok(request);
  return request;
}

export const proofs: readonly Proof[] = [
  {
    title: 'nginx hands on what the client wrote, until the header is set on every way; the other headers stay',
    needs: ['nginx'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        const asked = CASES.get(name ?? '');
        assert.ok(asked, name);
        const before = await received(kit, bad, asked);
        const after = await received(kit, fixed, asked);
        assert.equal(before.header(asked.header), 'CN=admin', name);
        assert.notEqual(after.header(asked.header), 'CN=admin', name);
        for (const other of ['Host', 'X-Upload'])
          if (name === 'lost' || other === 'Host')
            assert.equal(before.header(other) === undefined, after.header(other) === undefined, other);
      }
    },
  },
  {
    title: 'nginx hands on nothing of the kind where the rule is silent, and no name with an underscore',
    needs: ['nginx'],
    async run(kit) {
      for (const files of kit.examples('nginx', 'good')) {
        for (const path of ['/', '/public/']) {
          const request = await received(kit, files, { path, header: 'X-SSL-Client-DN' });
          assert.equal(request.header('X-SSL-Client-DN'), undefined, path);
        }
        const request = await received(kit, files, { path: '/images/', header: 'X_SSL_CLIENT_DN' });
        assert.equal(request.header('X_SSL_CLIENT_DN'), undefined);
      }
    },
  },
  {
    title: 'HAProxy hands on what the client wrote with the bad examples, and not with the others',
    needs: ['haproxy'],
    async run(kit) {
      const authority = await kit.authority();
      const [server, client] = await Promise.all([
        authority.issue({ names: ['shop.example'] }),
        authority.issue({ commonName: 'client', usages: ['client'] }),
      ]);
      const name = 'X-SSL-Client-CN';
      const believed = async (files: Files) => {
        const backend = await kit.httpBackend();
        const haproxy = await kit.haproxy({
          files: { ...files, 'shop.pem': server.bundle, 'clients.pem': authority.certificate },
          backends: { '127.0.0.1:3000': backend.port },
        });
        const text = files['haproxy.cfg'] ?? '';
        const shown = text.includes('verify required') ? { cert: client.chain, key: client.key } : {};
        const target = haproxy.ports.has('80') ? { port: haproxy.port(80) } : { port: haproxy.port(443), tls: shown };
        await httpProbe({ ...target, host: 'shop.example', headers: { [name]: 'admin' } });
        const request = backend.requests.at(-1);
        assert.ok(request);
        return request.header(name)?.startsWith('admin') ?? false;
      };
      for (const { name: example, bad, fixed } of kit.pairs('haproxy')) {
        assert.equal(await believed(bad), true, example);
        assert.equal(await believed(fixed), false, example);
      }
      for (const files of kit.examples('haproxy', 'good')) assert.equal(await believed(files), false);
    },
  },
  {
    title: 'Apache hands on what the client wrote with the bad examples, and not with the others',
    needs: ['apache'],
    async run(kit) {
      const authority = await kit.authority();
      const [server, client] = await Promise.all([
        authority.issue({ names: ['shop.example'] }),
        authority.issue({ commonName: 'client', usages: ['client'] }),
      ]);
      const name = 'X-SSL-Client-DN';
      /** What the back end reads, of a client that writes another name; with its certificate where one is needed. */
      const told = async (files: Files, path: string) => {
        const backend = await kit.httpBackend();
        const apache = await kit.apache({
          files: { ...files, 'shop.pem': server.chain, 'shop.key': server.key, 'clients.pem': authority.certificate },
          backends: { '127.0.0.1:3000': backend.port },
        });
        const text = files['apache2.conf'] ?? '';
        const shown = text.includes('SSLVerifyClient require') ? { cert: client.chain, key: client.key } : {};
        const isPlain = apache.ports.has('80');
        const target = isPlain
          ? { port: apache.port(80) }
          : { port: apache.port(443), tls: { servername: 'shop.example', ...shown } };
        const { status } = await httpProbe({ ...target, path, host: 'shop.example', headers: { [name]: 'CN=admin' } });
        assert.equal(status, 200);
        const request = backend.requests.at(-1);
        assert.ok(request);
        return request.header(name);
      };
      for (const { name: example, bad, fixed } of kit.pairs('apache')) {
        assert.match((await told(bad, '/')) ?? '', /^CN=admin/, example);
        assert.doesNotMatch((await told(fixed, '/')) ?? '', /admin/, example);
        if (example === 'apache-one') assert.equal(await told(fixed, '/admin/'), '(null)');
      }
      for (const files of kit.examples('apache', 'good'))
        for (const path of ['/', '/admin/']) assert.doesNotMatch((await told(files, path)) ?? '', /admin/);
    },
  },
];
