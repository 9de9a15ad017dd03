/** Owns the proof that early data can be sent twice, that the back end sees no difference, and that the header makes one. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Backend } from '../../../../test/kit/backends.ts';
import { temporaryFolder } from '../../../../test/kit/folder.ts';
import { listenAnywhere } from '../../../../test/kit/ports.ts';
import { runProcess } from '../../../../test/kit/process.ts';
import type { Files, Proof, ProofKit } from '../../../../test/kit/proof.ts';
import { programPath } from '../../../../test/kit/required.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n';
const APPLICATION_DATA = 23;

/** Whether the bytes end with a whole record of application data (RFC 8446, 5.1): the hello, then early data. */
function hasEarlyData(bytes: Buffer): boolean {
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) return false;
    if (bytes.readUInt8(at) === APPLICATION_DATA) return true;
    at = end;
  }
  return false;
}

/** What a client sends before it hears anything, and nothing of it is passed on. */
async function recorded(client: (port: number) => Promise<unknown>): Promise<Buffer> {
  const recorder = createServer();
  const { port } = await listenAnywhere(recorder);
  const bytes = new Promise<Buffer>((resolve) => {
    recorder.on('connection', (socket) => {
      let received = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (!hasEarlyData(received)) return;
        socket.destroy();
        resolve(received);
      });
    });
  });
  const [recording] = await Promise.all([bytes, client(port)]);
  recorder.close();
  return recording;
}

/** Sends a recording as it is, and waits until the server has answered and hung up. */
function sent(recording: Buffer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(recording));
    socket.on('error', reject).on('close', () => resolve());
    socket.resume();
  });
}

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
