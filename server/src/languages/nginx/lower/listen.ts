/** Owns `listen`: addresses, ports and parameters, and the sockets that several servers share (docs, listen). */
import type { Entry, Scope } from '../scope.ts';
import { own } from '../scope.ts';
import type { Word } from '../syntax/tree.ts';

export interface Listen {
  readonly entry: Entry;
  /** `*:443`, `[::]:443`, `127.0.0.1:80`, `unix:/run/x.sock`: servers with the same one share a socket. */
  readonly socket: string;
  readonly port: number | undefined;
  readonly ssl: boolean;
  readonly quic: boolean;
  readonly defaultServer: boolean;
  readonly http2: Word | undefined;
}

interface Address {
  readonly socket: string;
  readonly port: number | undefined;
}

/** Servers by the thousand share few addresses. */
const read = new Map<string, Address>();
const MANY = 1000;

function address(text: string): Address {
  let known = read.get(text);
  if (known === undefined) {
    known = readAddress(text);
    if (read.size >= MANY) read.clear();
    read.set(text, known);
  }
  return known;
}

function readAddress(text: string): Address {
  if (text.startsWith('unix:')) return { socket: text, port: undefined };
  if (/^\d+$/.test(text)) return { socket: `*:${text}`, port: Number(text) };
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? text;
  const port = match?.[2] === undefined ? 80 : Number(match[2]);
  return { socket: `${host === '' || host === '0.0.0.0' ? '*' : host}:${port}`, port };
}

export function readListen(entry: Entry): Listen {
  const { values } = entry.directive.wording;
  const { socket, port } = address(values[0] ?? '');
  let ssl = false;
  let quic = false;
  let defaultServer = false;
  let http2: Word | undefined;
  for (let at = 1; at < values.length; at++) {
    switch (values[at]) {
      case 'ssl':
        ssl = true;
        break;
      case 'quic':
        quic = true;
        break;
      case 'default':
      case 'default_server':
        defaultServer = true;
        break;
      case 'http2':
        http2 ??= entry.directive.args[at];
        break;
    }
  }
  return { entry, socket, port, ssl, quic, defaultServer, http2 };
}

export function listensOf(server: Scope): Listen[] {
  return own(server, 'listen').map(readListen);
}
