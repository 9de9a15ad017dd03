/** Owns probes: plain clients that see what a proxy does on the wire. All of them talk to 127.0.0.1. */
import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';

/** How a probe does TLS. Nothing is verified: probes look, they do not judge. */
export interface TlsClient {
  /** Sent as SNI; by default nothing is sent. */
  readonly servername?: string;
  /** The client certificate to present, as PEM texts. */
  readonly cert?: string;
  readonly key?: string;
  /** Only this version is offered. */
  readonly version?: SecureVersion;
  /** The cipher string for TLS 1.2 and older; by default all that there is. */
  readonly ciphers?: string;
}

export interface Target {
  readonly port: number;
  /** By default `/`. */
  readonly path?: string;
  /** The Host header; by default the server name of `tls`, or `127.0.0.1:<port>`. */
  readonly host?: string;
  /** Over TLS; `true` is TLS without a server name. */
  readonly tls?: boolean | TlsClient;
  /** Further header lines; a name of the handshake (`Connection`) replaces it, an empty value leaves it out. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP answer. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; several of one name are joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface WebSocketAnswer extends Omit<Answer, 'body'> {
  /** The handshake was answered with 101 and the right `Sec-WebSocket-Accept`. */
  readonly opened: boolean;
  /** Milliseconds from the answer until the other side closed; undefined when it was still open after `holdMs`. */
  readonly closedAfterMs: number | undefined;
}

const TIME_LIMIT_MS = 10_000;
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Opens a WebSocket, then stays silent for `holdMs` (by default 0), except that pings are answered.
 * Rejects when the connection fails before there is an answer.
 */
export async function webSocketProbe(
  target: Target & { readonly origin?: string; readonly holdMs?: number },
): Promise<WebSocketAnswer> {
  const key = randomBytes(16).toString('base64');
  const socket = await open(target);
  const head = requestHead(target, {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    ...(target.origin === undefined ? {} : { Origin: target.origin }),
  });
  socket.write(head);
  try {
    const answer = await readHead(socket);
    const accept = createHash('sha1')
      .update(key + WEBSOCKET_GUID)
      .digest('base64');
    const opened = answer.status === 101 && answer.headers.get('sec-websocket-accept') === accept;
    const closedAfterMs = await heldOpen(socket, answer.rest, target.holdMs ?? 0);
    return { status: answer.status, headers: answer.headers, opened, closedAfterMs };
  } finally {
    socket.destroy();
  }
}

/** Sends one request (by default GET) and reads the whole answer. Rejects when the connection fails before it. */
export async function httpProbe(target: Target & { readonly method?: string }): Promise<Answer> {
  const socket = await open(target);
  socket.write(requestHead(target, { Connection: 'close' }, target.method));
  try {
    const { status, headers, rest } = await readHead(socket);
    const chunks = [rest];
    await new Promise<void>((done) => {
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.once('close', () => done());
      socket.once('error', () => done());
      socket.resume();
    });
    return { status, headers, body: Buffer.concat(chunks).toString('utf8') };
  } finally {
    socket.destroy();
  }
}

/** Connects, and handshakes when there is TLS. With TLS 1.3 a server's refusal of the client comes only afterwards. */
export function open({ port, tls }: Pick<Target, 'port' | 'tls'>): Promise<Socket | TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = tls === true ? {} : tls || undefined;
    const socket = secure === undefined ? connect(port, '127.0.0.1') : connectTls(tlsOptions(port, secure));
    socket.setTimeout(TIME_LIMIT_MS, () => socket.destroy(new Error(`no answer on port ${port}`)));
    // Who waits for the socket handles its errors; this one keeps an error between two waits from ending the process.
    socket.on('error', () => undefined);
    socket.once('error', reject);
    socket.once(secure === undefined ? 'connect' : 'secureConnect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function tlsOptions(port: number, { servername, version, ciphers, cert, key }: TlsClient) {
  return {
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    // Old versions and weak suites are allowed, so that what does not work was refused by the server.
    ciphers: ciphers ?? 'ALL:@SECLEVEL=0',
    minVersion: version ?? ('TLSv1' as const),
    ...(version === undefined ? {} : { maxVersion: version }),
    ...(servername === undefined ? {} : { servername }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function requestHead(
  { port, path = '/', host, tls, headers = {} }: Target,
  own: Record<string, string>,
  method = 'GET',
) {
  const serverName = typeof tls === 'object' ? tls.servername : undefined;
  const lines = new Map<string, string>();
  const all = { Host: host ?? serverName ?? `127.0.0.1:${port}`, ...own, ...headers };
  for (const [name, value] of Object.entries(all))
    lines.set(name.toLowerCase(), value === '' ? '' : `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${[...lines.values()].join('')}\r\n`;
}

function readHead(socket: Socket): Promise<Omit<Answer, 'body'> & { readonly rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.pause();
      socket.off('data', onData).off('error', reject).off('close', onClose);
      const [statusLine = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n');
      resolve({
        status: Number(statusLine.split(' ')[1]),
        headers: headerMap(lines),
        rest: received.subarray(end + 4),
      });
    };
    const onClose = () => reject(new Error('closed without an answer'));
    socket.on('data', onData).once('error', reject).once('close', onClose);
  });
}

function headerMap(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** Milliseconds until the other side closes, or undefined when `holdMs` pass first. */
function heldOpen(socket: Socket, rest: Buffer, holdMs: number): Promise<number | undefined> {
  const start = performance.now();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), holdMs);
    const closed = () => {
      clearTimeout(timer);
      resolve(performance.now() - start);
    };
    socket.setTimeout(0);
    socket.once('end', closed).once('close', closed).once('error', closed);
    answerPings(socket, rest);
  });
}

/** Answers each ping with a pong (RFC 6455 section 5.5), as every browser does. */
function answerPings(socket: Socket, rest: Buffer): void {
  let pending: Buffer = rest;
  const read = () => {
    for (let frame = firstFrame(pending); frame !== undefined; frame = firstFrame(pending)) {
      pending = pending.subarray(frame.end);
      // FIN and pong; a mask of zeros leaves the payload as it is.
      if (frame.opcode === 9) {
        const header = Buffer.from([0x8a, 0x80 | frame.payload.length, 0, 0, 0, 0]);
        socket.write(Buffer.concat([header, frame.payload]));
      }
    }
  };
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    read();
  });
  read();
  socket.resume();
}

function firstFrame(buffer: Buffer) {
  if (buffer.length < 2) return undefined;
  const short = buffer.readUInt8(1) & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (buffer.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  const end = start + length;
  return buffer.length < end
    ? undefined
    : { opcode: buffer.readUInt8(0) & 0x0f, payload: buffer.subarray(start, end), end };
}
