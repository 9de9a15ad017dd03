/** Owns the proof of which Diffie-Hellman parameters nginx and HAProxy start with, and what clients then get. */
import assert from 'node:assert/strict';
import { type EphemeralKeyInfo, TLSSocket } from 'node:tls';
import { apacheStarts } from '../../../../test/kit/apache.ts';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { open } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import type { RunningServer } from '../../../../test/kit/server.ts';

const DHE = 'DHE-RSA-AES128-GCM-SHA256';

async function withCertificate(kit: ProofKit, files: Files): Promise<Files> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  return { ...files, 'shop.pem': chain, 'shop.key': key };
}

/** The bits of the group that a client with DHE alone gets; undefined where it gets no connection. */
async function dheBits(kit: ProofKit, files: Files): Promise<number | undefined> {
  return bitsOf(await kit.nginx({ files: await withCertificate(kit, files) }));
}

/** The same of HAProxy, which looks for relative paths where it was started, with what it warned about. */
async function haproxyBits(kit: ProofKit, files: Files, more = '') {
  const { bundle } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  const { dhparam } = files;
  const server = await kit.haproxy({
    files: { ...files, ...(dhparam === undefined ? {} : { '/dhparam': dhparam }), '/shop.pem': bundle + more },
  });
  return { bits: await bitsOf(server), warns: /DH ciphers won't be available/.test(server.log()) };
}

async function bitsOf(server: RunningServer): Promise<number | undefined> {
  const tls = { servername: 'shop.example', version: 'TLSv1.2' as const, ciphers: `${DHE}:@SECLEVEL=0` };
  const socket = await open({ port: server.port(443), tls }).catch(() => undefined);
  if (socket === undefined) return undefined;
  assert.ok(socket instanceof TLSSocket);
  const { size } = socket.getEphemeralKeyInfo() as EphemeralKeyInfo;
  socket.destroy();
  return size;
}

/** The same of Apache; undefined where it does not start. */
async function apacheBits(kit: ProofKit, files: Files): Promise<number | 'no start' | undefined> {
  const all = await withCertificate(kit, files);
  if ((await apacheStarts({ files: all })).ok !== true) return 'no start';
  return bitsOf(await kit.apache({ files: all }));
}

export const proofs: readonly Proof[] = [
  {
    title: 'small parameters are used at security level 1, refused at 2; the fix leaves no DHE',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'small');
      assert.equal(await dheBits(kit, bad), 1024);
      assert.equal(await dheBits(kit, fixed), undefined);
      const usual = { ...bad, 'nginx.conf': (bad['nginx.conf'] ?? '').replace(':@SECLEVEL=1', '') };
      const { ok, output } = await nginxTest({ files: await withCertificate(kit, usual) });
      assert.equal(ok, false);
      assert.match(output, /dh key too small/);
    },
  },
  {
    title: 'fewer than 1024 bits are refused at every security level, with the usual suites too',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'refused');
      const open0 = (bad['nginx.conf'] ?? '').replace('ssl_dhparam', 'ssl_ciphers ALL:@SECLEVEL=0; ssl_dhparam');
      for (const files of [bad, { ...bad, 'nginx.conf': open0 }]) {
        const { ok, output } = await nginxTest({ files: await withCertificate(kit, files) });
        assert.equal(ok, false);
        assert.match(output, /dh key too small/);
      }
      assert.equal((await nginxTest({ files: await withCertificate(kit, fixed) })).ok, true);
    },
  },
  {
    title: 'a modulus that is no prime is offered and taken like any other',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'composite');
      assert.equal(await dheBits(kit, bad), 2048);
      assert.equal(await dheBits(kit, fixed), undefined);
    },
  },
  {
    title: 'without parameters a DHE suite is never had, so taking it out changes nothing',
    needs: ['nginx'],
    async run(kit) {
      const { bad, fixed } = kit.pair('nginx', 'none');
      assert.equal(await dheBits(kit, bad), undefined);
      assert.equal(await dheBits(kit, fixed), undefined);
    },
  },
  {
    title:
      'HAProxy: small parameters are used at security level 1, from a file or of its own, and from a certificate file',
    needs: ['haproxy'],
    versions: { haproxy: { from: '3.0' } },
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'haproxy-small');
      assert.deepEqual(await haproxyBits(kit, bad), { bits: 1024, warns: false });
      assert.deepEqual(await haproxyBits(kit, fixed), { bits: undefined, warns: false });
      const text = bad['haproxy.cfg'] ?? '';
      const bare = { 'haproxy.cfg': text.replace('ssl-dh-param-file dhparam', '') };
      assert.deepEqual(await haproxyBits(kit, bare, bad.dhparam), { bits: 1024, warns: false });
      const made = { 'haproxy.cfg': text.replace('ssl-dh-param-file dhparam', 'tune.ssl.default-dh-param 1024') };
      assert.deepEqual(await haproxyBits(kit, made), { bits: 1024, warns: false });
    },
  },
  {
    title:
      'HAProxy: parameters that OpenSSL refuses are warned about and leave no DHE, whatever the cipher string says',
    needs: ['haproxy'],
    async run(kit) {
      const { bad, fixed } = kit.pair('haproxy', 'haproxy-made');
      const text = bad['haproxy.cfg'] ?? '';
      const { dhparam = '' } = kit.pair('haproxy', 'haproxy-small').bad;
      const none = { bits: undefined, warns: true };
      assert.deepEqual(await haproxyBits(kit, bad), none);
      assert.deepEqual(await haproxyBits(kit, { 'haproxy.cfg': text.replace(/(DHE-\S+)$/m, '$1:@SECLEVEL=1') }), none);
      assert.deepEqual(await haproxyBits(kit, fixed, dhparam), none);
      assert.deepEqual(await haproxyBits(kit, fixed), { bits: undefined, warns: false });
      for (const good of kit.examples('haproxy', 'good')) assert.equal((await haproxyBits(kit, good)).bits, 2048);
    },
  },
  {
    title: 'Apache does not start with parameters that OpenSSL refuses, and takes a group of its own without them',
    needs: ['apache'],
    async run(kit) {
      const { bad, fixed } = kit.pair('apache');
      assert.equal(await apacheBits(kit, bad), 'no start');
      assert.equal(await apacheBits(kit, fixed), 2048);
      assert.equal(await apacheBits(kit, kit.examples('apache', 'good')[0] ?? {}), 2048);
    },
  },
];
