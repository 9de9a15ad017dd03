/** Owns the proof that early data can be sent twice, that the back end sees no difference, and that the header makes one. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../../../../test/kit/backends.ts';
import { recorded, sent } from '../../../../test/kit/early-data.ts';
import { temporaryFolder } from '../../../../test/kit/folder.ts';
import { runProcess } from '../../../../test/kit/process.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { programPath } from '../../../../test/kit/required.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n';

/** Opens a session, whose client then does something with the files of the session and of the request to send early. */
async function withSession<T>(
  kit: ProofKit,
  files: Files,
  body: (client: (port: number) => ReturnType<typeof runProcess>, port: number, backend: Backend) => Promise<T>,
): Promise<T> {
  const { chain, key } = await (await kit.authority()).issue({ names: ['shop.example', 'www.shop.example'] });
  const backend = await kit.httpBackend();
  const backends = { '127.0.0.1:3000': backend.port };
  const server = await kit.nginx({ files: { ...files, 'shop.pem': chain, 'shop.key': key }, backends });
  const folder = temporaryFolder();
  const [session, request] = [join(folder.path, 'session'), join(folder.path, 'request')];
  writeFileSync(request, REQUEST);
  const name = files['nginx.conf']?.includes('www.shop.example') ? 'www.shop.example' : 'shop.example';
  const client = (port: number, input: string, ...more: string[]) =>
    runProcess(
      programPath('openssl') ?? 'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', name, '-tls1_3', ...more],
      { input },
    );
  try {
    await client(server.port(443), REQUEST, '-ign_eof', '-sess_out', session);
    const again = (port: number) => client(port, '', '-sess_in', session, '-early_data', request);
    return await body(again, server.port(443), backend);
  } finally {
    folder.remove();
  }
}

/** The header `Early-Data` of the first request, and of the two that one recording makes. */
function replayed(kit: ProofKit, files: Files) {
  return withSession(kit, files, async (client, port, backend) => {
    const recording = await recorded(client);
    await sent(recording, port);
    await sent(recording, port);
    return backend.requests.map((one) => one.header('early-data'));
  });
}

export const proofs: readonly Proof[] = [
  {
    title: 'a recording is answered twice, and only after the fix the back end is told',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      for (const { name, bad, fixed } of kit.pairs('nginx')) {
        // With the map that is the wrong way round, the back end is told of all others.
        assert.deepEqual(await replayed(kit, bad), [name === 'empty' ? '1' : undefined, undefined, undefined], name);
        assert.deepEqual(await replayed(kit, fixed), [undefined, '1', '1'], name);
      }
    },
  },
  {
    title: 'the default server of the socket decides whether early data is taken',
    needs: ['nginx', 'openssl'],
    async run(kit) {
      const accepts = (files: Files) =>
        withSession(kit, files, async (client, port) => /Early data was accepted/.test((await client(port)).output));
      const other = kit.examples('nginx', 'good')[1];
      assert.ok(other !== undefined);
      assert.equal(await accepts(other), false);
      assert.equal(await accepts(kit.pair('nginx').bad), true);
    },
  },
];
