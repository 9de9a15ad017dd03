/** Owns the proof of which Diffie-Hellman parameters nginx starts with, and what clients then get. */
import assert from 'node:assert/strict';
import { type EphemeralKeyInfo, TLSSocket } from 'node:tls';
import { nginxTest } from '../../../../test/kit/nginx.ts';
import { open } from '../../../../test/kit/probes.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';

const DHE = 'DHE-RSA-AES128-GCM-SHA256';

async function withCertificate(kit: ProofKit, files: Files): Promise<Files> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example'], key: 'rsa2048' });
  return { ...files, 'shop.pem': chain, 'shop.key': key };
}

/** The bits of the group that a client with DHE alone gets; undefined where it gets no connection. */
async function dheBits(kit: ProofKit, files: Files): Promise<number | undefined> {
  const server = await kit.nginx({ files: await withCertificate(kit, files) });
  const tls = { servername: 'shop.example', version: 'TLSv1.2' as const, ciphers: `${DHE}:@SECLEVEL=0` };
  const socket = await open({ port: server.port(443), tls }).catch(() => undefined);
  if (socket === undefined) return undefined;
  assert.ok(socket instanceof TLSSocket);
  const { size } = socket.getEphemeralKeyInfo() as EphemeralKeyInfo;
  socket.destroy();
  return size;
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
];
