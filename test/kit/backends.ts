/** Owns back ends for proofs: they record what a proxy really sends them. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { listenAnywhere } from './ports.ts';

/** A request as it arrived. */
export interface ReceivedRequest {
  /** `1.0` or `1.1`. */
  readonly httpVersion: string;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, as written on the wire. */
  readonly rawHeaders: readonly string[];
  /** All values of one header, joined with `, `; undefined when it did not arrive. */
  header(name: string): string | undefined;
}

export interface Backend {
  readonly port: number;
  /** All requests that arrived, handshakes included, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  stop(): Promise<void>;
}

export interface BackendOptions {
  /** Serves TLS with these PEM texts; `ca` asks for client certificates and refuses all that it did not sign. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
}

export interface WebSocketBackendOptions extends BackendOptions {
  /**
   * Refuses a handshake over HTTP/1.0 too, as RFC 6455 section 4.2.1 asks and Python's websockets does, but Node's ws
   * does not. A wrong `Connection` or `Upgrade` is refused either way.
   */
  readonly strict?: boolean;
  /** Answers 403 where `Origin` is another host than `Host`, as Go's gorilla/websocket does by default. */
  readonly sameOrigin?: boolean;
  /** Sends a ping in this interval. */
  readonly pingEveryMs?: number;
}

/** Answers every handshake on every path, echoes messages, and answers ordinary requests with 426, as ws itself does. */
export function webSocketBackend(options: WebSocketBackendOptions = {}): Promise<Backend> {
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    // A proxy that cuts the tunnel is what proofs look for; the back end has nothing to say about it.
    socket.on('error', () => undefined);
    if (options.pingEveryMs === undefined) return;
    const pinger = setInterval(() => socket.ping(), options.pingEveryMs);
    socket.on('close', () => clearInterval(pinger));
  });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A proxy may reset the connection of a handshake that was refused.
    socket.on('error', () => undefined);
    if (options.strict === true && request.httpVersion !== '1.1') {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { origin, host } = request.headers;
    if (options.sameOrigin === true && origin !== undefined && new URL(origin).host !== host) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request));
  };
  return start(options, (_request, response) => response.writeHead(426).end('Upgrade Required'), upgrade);
}

/** Answers every request with 200 and `answer`; an upgrade is answered like any other request. */
export function httpBackend(options: BackendOptions & { readonly answer?: string } = {}): Promise<Backend> {
  return start(options, (_request, response) => response.end(options.answer ?? 'hello'));
}

async function start(
  { tls }: BackendOptions,
  respond: RequestListener,
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Backend> {
  const requests: ReceivedRequest[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(received(request));
    respond(request, response);
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ ...tls, ...(tls.ca === undefined ? {} : { requestCert: true }) }, listener);
  if (upgrade !== undefined) {
    server.on('upgrade', (request, socket, head) => {
      requests.push(received(request));
      upgrade(request, socket, head);
    });
  }
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const { port } = await listenAnywhere(server);
  return {
    port,
    requests,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}

function received({ httpVersion, method = '', url = '', rawHeaders }: IncomingMessage): ReceivedRequest {
  return {
    httpVersion,
    method,
    path: url,
    rawHeaders,
    header(name) {
      const values = rawHeaders.filter(
        (_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name.toLowerCase(),
      );
      return values.length === 0 ? undefined : values.join(', ');
    },
  };
}
