/** Owns recordings of TLS 1.3 early data, as somebody on the way makes and repeats them. */
import { connect, createServer } from 'node:net';
import { listenAnywhere } from './ports.ts';

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
export async function recorded(client: (port: number) => Promise<unknown>): Promise<Buffer> {
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
export function sent(recording: Buffer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(recording));
    socket.on('error', reject).on('close', () => resolve());
    socket.resume();
  });
}

/** Sends a recording as it is, and hangs up after a while: a server that waits for the handshake to end says nothing more. */
export async function sentFor(recording: Buffer, port: number, milliseconds: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(recording));
    socket.setTimeout(milliseconds, () => socket.destroy());
    socket.on('error', reject).on('close', () => resolve());
    socket.resume();
  });
}
