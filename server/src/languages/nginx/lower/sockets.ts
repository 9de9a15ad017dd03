/** Owns the sockets that servers share: which of them speak TLS, and which server answers first. */
import type { TlsHandshake, Traffic } from '../../../model/listening.ts';
import type { Listener } from '../../../model/model.ts';
import { type Fact, known, type Origin, type Place, unknown, writtenAt } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import type { NginxProject } from '../project.ts';
import { enclosing, type Hole, holeFor, nearest, originOf, own, placeOfWords, type Scope, value } from '../scope.ts';
import { ofUnit, sameList } from '../units.ts';
import { addressOf } from './addresses.ts';
import type { Listen } from './listen.ts';
import type { Server } from './servers.ts';
import { type TakenNames, takenNames } from './taken-names.ts';
import { beginningOf } from './tls-versions.ts';

const SSL = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html';

/** The servers of one socket, in the order of the configuration. */
export interface Socket {
  readonly servers: readonly Server[];
  /** The server for names that no server has, where all servers of the socket can be seen or one is named for it. */
  readonly defaultServer: Server | undefined;
  /** Whether `default_server` says so; otherwise it is the first one. */
  readonly named: boolean;
  readonly tls: Fact<boolean>;
  /** The names that some of its servers have in vain. */
  readonly taken: TakenNames | undefined;
}

export interface Sockets {
  /** The socket of a `listen` line of one of the servers. */
  of(listen: Listen): Socket | undefined;
  /** Whether the socket of servers without `listen` speaks TLS. */
  readonly unwritten: Fact<boolean>;
}

/** Where servers without `listen` are: on the second one where nginx is not started as root (ngx_http_core_server). */
const UNWRITTEN = ['*:80', '*:8000'];

/** Whether nginx gives a server a socket by itself, because it has no `listen`. */
function listensUnwritten({ scope, listens }: Server): boolean {
  if (scope.name !== 'server' || listens.length > 0 || holeFor(scope, 'listen') !== undefined) return false;
  return enclosing(scope, 'stream') === undefined && enclosing(scope, 'mail') === undefined;
}

/** QUIC has sockets of its own beside those of TCP, and so have `stream` and `mail`. */
function keyOf({ scope }: Server, { socket, quic }: Listen): string {
  const block = enclosing(scope, 'stream') ? 'stream ' : enclosing(scope, 'mail') ? 'mail ' : '';
  return block === '' && !quic ? socket : `${block}${socket}${quic ? ' quic' : ''}`;
}

/** Why further servers, or further `listen` lines, may be where they cannot be seen. */
function hiddenServers(project: NginxProject, servers: readonly Server[]): Hole | undefined {
  const levels = [project.main.parent, project.main, ...project.scopes.filter(({ name }) => name === 'http')];
  for (const level of levels) {
    const hole = level === undefined ? undefined : holeFor(level, 'server');
    if (hole !== undefined) return hole;
  }
  for (const { scope } of servers) {
    const hole = holeFor(scope, 'listen');
    if (hole !== undefined) return hole;
  }
  return undefined;
}

/** Whether the old directive `ssl on` makes every socket of a server speak TLS. */
function sslOn(scope: Scope): Fact<boolean> {
  const on = nearest(scope, 'ssl');
  if (on.kind === 'hidden') return unknown(on.hole.why);
  const entry = on.kind === 'found' ? on.entries[0] : undefined;
  return known(entry?.directive.wording.values[0] === 'on', {
    kind: 'default',
    versions: 'every version',
    source: `${SSL}#ssl`,
  });
}

/** One `ssl` on a socket counts for every server on it (docs, listen). */
function tlsOf(members: readonly (readonly [Server, Listen])[], hidden: Hole | undefined): Fact<boolean> {
  const [first] = members;
  if (first === undefined) return unknown('nothing listens');
  const speaks = members.find(([{ scope }, listen]) => {
    const old = sslOn(scope);
    return listen.ssl || listen.quic || (old.known && old.value);
  });
  const place = placeOfWords((speaks ?? first)[1].entry);
  if (speaks !== undefined) return known(true, { kind: 'written', place });
  for (const [{ scope }, { entry }] of members) {
    const old = sslOn(scope);
    if (!old.known) return old;
    if (entry.directive.wording.values.some((value) => isMasked(value))) return unknown('a template writes it');
  }
  return hidden === undefined ? known(false, { kind: 'written', place }) : unknown(hidden.why);
}

const FIRST: Origin = {
  kind: 'default',
  versions: 'every version',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
};

const NOBODY = unknown('nothing listens');

function unwrittenTls(
  servers: readonly Server[],
  sockets: ReadonlyMap<Listen, Socket>,
  hidden: Hole | undefined,
): Fact<boolean> {
  const speaks = servers.some(({ listens }) =>
    listens.some((listen) => {
      const tls = UNWRITTEN.includes(listen.socket) ? sockets.get(listen)?.tls : undefined;
      return tls !== undefined && !(tls.known && !tls.value);
    }),
  );
  if (speaks) return unknown('other servers of its socket may speak TLS');
  return hidden === undefined ? known(false, FIRST) : unknown(hidden.why);
}

export function socketsOf(project: NginxProject, servers: readonly Server[]): Sockets {
  const hidden = hiddenServers(project, servers);
  const groups = new Map<string, (readonly [Server, Listen])[]>();
  for (const server of servers) {
    for (const listen of server.listens) {
      const key = keyOf(server, listen);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [[server, listen]]);
      else group.push([server, listen]);
    }
  }
  const sockets = new Map<Listen, Socket>();
  const isShared = servers.some(listensUnwritten);
  let before: Socket | undefined;
  for (const [key, members] of groups) {
    const named = members.find((member) => member[1].defaultServer);
    // Servers without `listen` may be there, too, and before these.
    const mayBeLater = isShared && members.some((member) => UNWRITTEN.includes(member[1].socket));
    const first = hidden === undefined && !mayBeLater ? members[0] : undefined;
    const all = [...new Set(members.map((member) => member[0]))];
    const isAsBefore: boolean = before !== undefined && sameList(before.servers, all);
    const socket: Socket = {
      servers: all,
      defaultServer: (named ?? first)?.[0],
      named: named !== undefined,
      tls: tlsOf(members, hidden),
      // Mostly the same servers listen on several sockets. `mail` chooses none by name.
      taken: key.startsWith('mail ') ? undefined : isAsBefore ? before?.taken : takenNames(all, project),
    };
    before = socket;
    for (const member of members) sockets.set(member[1], socket);
  }
  return { of: (listen) => sockets.get(listen), unwritten: isShared ? unwrittenTls(servers, sockets, hidden) : NOBODY };
}

/** Addresses that only this machine reaches. */
const LOCAL = /^(127\.|localhost:|\[::1\])/;

function directOf({ entry, port, socket }: Listen): Fact<boolean> {
  const origin = { kind: 'written' as const, place: placeOfWords(entry) };
  if (entry.directive.wording.values.includes('proxy_protocol'))
    return unknown('what connects to it speaks the PROXY protocol, and may have ended TLS');
  return known(port !== undefined && !LOCAL.test(socket), origin);
}

function portOf({ entry, port }: Listen): Fact<number> {
  const address = entry.directive.wording.values[0] ?? '';
  if (isMasked(address)) return unknown('a template writes it');
  if (/:\d+-\d+$/.test(address)) return unknown('it is a range of ports');
  return port === undefined
    ? unknown('it is a local socket')
    : known(port, { kind: 'written', place: placeOfWords(entry) });
}

/** A `listen` line. Its facts are made when they are asked for: large configurations have many lines, and few questions. */
class ListenLine implements Listener {
  constructor(
    private readonly listen: Listen,
    private readonly server: Server,
    private readonly socket: Socket | undefined,
  ) {}

  get place(): Place {
    return placeOfWords(this.listen.entry);
  }

  get tls(): Fact<boolean> {
    return this.socket?.tls ?? NOBODY;
  }

  get label(): string {
    return this.listen.entry.directive.wording.values.join(' ');
  }

  get port(): Fact<number> {
    return portOf(this.listen);
  }

  get address(): Listener['address'] {
    const { socket } = this.listen;
    return this.port.known || socket.startsWith('unix:') ? addressOf(socket) : undefined;
  }

  get direct(): Fact<boolean> {
    return directOf(this.listen);
  }

  get answersUnknownNames(): Fact<boolean> {
    const first = this.socket?.defaultServer;
    if (first === undefined) return unknown('other servers may be on this socket');
    return known(first === this.server, this.socket?.named === true ? { kind: 'written', place: this.place } : FIRST);
  }
}

/** The listener of a server without `listen`. */
function unwrittenListener({ scope, place }: Server, { unwritten }: Sockets): Listener {
  const old = sslOn(scope);
  return {
    place,
    label: 'port 80, without a `listen`',
    // Without root's rights it is 8000, in plain text as well.
    port: known(80, FIRST),
    tls: old.known && !old.value ? unwritten : old,
    direct: known(true, FIRST),
    answersUnknownNames: unknown('other servers may be on this socket'),
  };
}

/** The `listen` lines of a server as listeners, or what nginx does where there is none. */
export function listenersOf(server: Server, sockets: Sockets): Listener[] {
  if (listensUnwritten(server)) return [unwrittenListener(server, sockets)];
  return server.listens.map((listen) => new ListenLine(listen, server, sockets.of(listen)));
}

/** What a server gets from the default server of its socket, in a form that is the same as long as that is. */
function lentTo(server: Server, first: Server, project: NginxProject): unknown {
  const { scope, unit } = first;
  // A fault in its own versions is told with the words of the other server, and who has no certificate gets the other's.
  if (unit === undefined || own(server.scope, 'ssl_protocols').length > 0 || lacksCertificate(server.scope))
    return first;
  const { target } = project.paths.environment;
  return ofUnit(project, unit, 'what it lends', () => JSON.stringify([lentBy(scope), beginningOf(scope, target)]));
}

/** What of other servers the facts of a server are worked out from, piece by piece, for comparing. */
export function sharedBy(server: Server, sockets: Sockets, project: NginxProject): unknown[] {
  const { unwritten } = sockets;
  if (listensUnwritten(server)) return [unwritten.known ? unwritten.value : unwritten.why];
  return server.listens.flatMap((listen) => {
    const socket = sockets.of(listen);
    if (socket === undefined) return [undefined];
    const { tls, defaultServer, taken } = socket;
    const place = tls.known ? writtenAt(tls.origin) : undefined;
    const lost = taken?.get(server);
    const shared: unknown[] = [
      defaultServer === undefined || defaultServer === server ? defaultServer : lentTo(server, defaultServer, project),
      socket.named,
      tls.known ? tls.value : tls.why,
      place?.file,
      place?.span.start,
      place?.span.end,
    ];
    return lost === undefined ? shared : shared.concat([...lost].flat());
  });
}

/** Whether a server speaks TLS on one of its sockets, for all that can be seen. */
export function speaksTls(server: Server, sockets: Sockets): boolean {
  return server.listens.some((listen) => {
    const tls = sockets.of(listen)?.tls;
    return tls?.known === true && tls.value;
  });
}

function lacksCertificate(scope: Scope): boolean {
  const has = hasCertificate(scope);
  return has.known && !has.value;
}

/** Whether a certificate is named for a server; undefined where that cannot be seen. */
function hasCertificate(scope: Scope): Fact<boolean> {
  const found = nearest(scope, 'ssl_certificate');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent')
    return known(false, { kind: 'default', versions: 'every version', source: `${SSL}#ssl_certificate` });
  const first = found.entries[0];
  return first === undefined ? unknown('it is empty') : known(true, originOf(scope, found.scope, first));
}

/** What a handshake gets where the server alone decides. */
function ownHandshake(scope: Scope): Fact<TlsHandshake> {
  const found = nearest(scope, 'ssl_reject_handshake');
  const entry = found.kind === 'found' ? found.entries[0] : undefined;
  if (found.kind === 'found' && entry !== undefined && value(entry) === 'on')
    return known('refused', originOf(scope, found.scope, entry));
  const certificate = hasCertificate(scope);
  if (!certificate.known) return certificate;
  if (certificate.value) return known('certificate', certificate.origin);
  return found.kind === 'hidden' ? unknown(found.hole.why) : known('nothing', certificate.origin);
}

/** A default server that refuses unknown names lends its certificate all the same, to names that are known. */
function lentBy(scope: Scope): Fact<TlsHandshake> {
  const certificate = hasCertificate(scope);
  if (!certificate.known) return certificate;
  return known(certificate.value ? 'certificate' : 'nothing', certificate.origin);
}

/**
 * What a handshake for a server's names gets. One without a certificate presents that of the socket's default server;
 * nginx does not start where that one has none either (ngx_http_ssl_init).
 */
export function handshakeOf(server: Server, sockets: Sockets): Fact<TlsHandshake> {
  const mine = ownHandshake(server.scope);
  if (!mine.known || mine.value !== 'nothing') return mine;
  let worst: Fact<TlsHandshake> = mine;
  for (const listen of server.listens) {
    const socket = sockets.of(listen);
    if (socket === undefined || (socket.tls.known && !socket.tls.value)) continue;
    const first = socket.defaultServer;
    if (first === server) return mine;
    const lent = first === undefined ? unknown('the default server of its socket is not known') : lentBy(first.scope);
    if (lent.known && lent.value === 'nothing') return mine;
    worst = lent;
  }
  return worst;
}

/** The default servers of a server's TLS sockets; the server itself where others may be there that cannot be seen. */
export function firstScopesOf(server: Server, sockets: Sockets): readonly Scope[] {
  const firsts: Scope[] = [];
  for (const listen of server.listens) {
    const socket = sockets.of(listen);
    if (socket === undefined || (socket.tls.known && !socket.tls.value)) continue;
    const { scope } = socket.defaultServer ?? server;
    if (!firsts.includes(scope)) firsts.push(scope);
  }
  return firsts;
}

/** What a server carries, by the block that it is in. */
export function trafficOf(scope: Scope): Fact<Traffic> {
  for (const name of ['http', 'stream', 'mail'] as const) {
    const block = enclosing(scope, name);
    if (block === undefined) continue;
    const { opener } = block;
    return opener === undefined
      ? unknown('it has no beginning')
      : known(name, { kind: 'written', place: placeOfWords(opener) });
  }
  return unknown('the block around it cannot be seen');
}
