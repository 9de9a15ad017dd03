/** Owns a WebSocket back end that is asked by parameters: it speaks uwsgi and SCGI, whichever comes. */
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { Backend } from '../kit/backends.ts';
import { listenAnywhere } from '../kit/ports.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Answers a handshake that arrives whole with 101, everything else with 426; then it is silent. */
export async function parameterBackend(): Promise<Omit<Backend, 'requests'>> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const parameters = readParameters(received);
      if (parameters === undefined) return;
      socket.removeAllListeners('data').resume();
      answer(socket, parameters);
    });
  });
  const { port } = await listenAnywhere(server);
  return {
    port,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** The parameters of a request; undefined until all have come. */
function readParameters(data: Buffer): Map<string, string> | undefined {
  return data[0] === 0 ? readUwsgi(data) : readScgi(data);
}

/** A modifier, a size in two bytes, a modifier; then names and values, each behind its size (uwsgi-docs, Protocol). */
function readUwsgi(data: Buffer): Map<string, string> | undefined {
  if (data.length < 4) return undefined;
  const end = 4 + data.readUInt16LE(1);
  if (data.length < end) return undefined;
  const words: string[] = [];
  for (let at = 4; at < end; ) {
    const size = data.readUInt16LE(at);
    words.push(data.toString('latin1', at + 2, at + 2 + size));
    at += 2 + size;
  }
  return pairs(words);
}

/** A netstring of names and values that end with NUL (SCGI, version 1). */
function readScgi(data: Buffer): Map<string, string> | undefined {
  const colon = data.indexOf(':');
  if (colon < 0) return undefined;
  const size = Number(data.toString('latin1', 0, colon));
  if (data.length < colon + 1 + size + 1) return undefined;
  return pairs(data.toString('latin1', colon + 1, colon + 1 + size).split('\0'));
}

function pairs(words: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) out.set(words[at] ?? '', words[at + 1] ?? '');
  return out;
}

function answer(socket: Socket, parameters: ReadonlyMap<string, string>): void {
  const asks = /websocket/i.test(parameters.get('HTTP_UPGRADE') ?? '');
  const key = parameters.get('HTTP_SEC_WEBSOCKET_KEY');
  if (!asks || !/upgrade/i.test(parameters.get('HTTP_CONNECTION') ?? '') || key === undefined) {
    socket.end('Status: 426 Upgrade Required\r\nContent-Type: text/plain\r\n\r\nUpgrade Required');
    return;
  }
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
}
