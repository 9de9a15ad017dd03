/**
 * Owns names that several servers of a socket have: nginx gives each of them to the first server, and ignores it in the
 * others with a warning, "conflicting server name" (ngx_http_server_names, ngx_hash_add_key).
 */
import type { Unreached } from '../../../model/listening.ts';
import type { SiteName } from '../../../model/model.ts';
import type { Fact } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import type { NginxProject } from '../project.ts';
import { holeFor, own, value } from '../scope.ts';
import type { Listen } from './listen.ts';
import type { Server } from './servers.ts';

/** Which of its names a server lost on a socket, and to whom; servers that lost none are not in it. */
export type TakenNames = ReadonlyMap<Server, ReadonlyMap<string, Server>>;

interface NamedSocket {
  readonly servers: readonly Server[];
  readonly defaultServer: Server | undefined;
  readonly named: boolean;
  readonly tls: Fact<boolean>;
  readonly taken: TakenNames | undefined;
}

type SocketOf = (listen: Listen) => NamedSocket | undefined;

/** What a server without a name is called by nginx. */
const NAMELESS = '';

/**
 * The names that servers of one socket lost, in the order of the configuration; undefined where none did, as nearly always.
 * Of the servers in a template, only one may be written.
 */
export function takenNames(servers: readonly Server[], project: NginxProject): TakenNames | undefined {
  if (servers.length < 2) return undefined;
  const owners = new Map<string, Server>();
  let taken: Map<Server, Map<string, Server>> | undefined;
  const lose = (server: Server, name: string, owner: Server | undefined): void => {
    if (owner === undefined || isCopy(server, owner)) return;
    if (isInTemplate(server, project) || isInTemplate(owner, project)) return;
    taken ??= new Map();
    const lost = taken.get(server) ?? new Map<string, Server>();
    taken.set(server, lost.set(name, owner));
  };
  for (const server of servers) {
    const { names } = server;
    if (names.length === 0) lose(server, NAMELESS, claim(owners, NAMELESS, server));
    for (let at = 0; at < names.length; at++) {
      const { name } = names[at] as SiteName;
      lose(server, name, ownerOf(owners, name, server));
    }
  }
  return taken;
}

/**
 * Who keeps a server from having a name; undefined where it has it. A name for a domain with its subdomains is refused as a
 * whole where one of the two is taken, be it by the same server; a regular expression is kept apart.
 */
function ownerOf(owners: Map<string, Server>, name: string, server: Server): Server | undefined {
  if (name.startsWith('~')) return claim(owners, name, server);
  const lower = name.toLowerCase();
  if (!lower.startsWith('.')) return claim(owners, lower, server);
  const domain = lower.slice(1);
  const below = `*.${domain}`;
  if (owners.get(domain) === server && owners.get(below) !== server) return server;
  return claim(owners, domain, server) ?? claim(owners, below, server);
}

/** Who had a name before. */
function claim(owners: Map<string, Server>, name: string, server: Server): Server | undefined {
  const owner = owners.get(name);
  if (owner === undefined) owners.set(name, server);
  return owner === server ? undefined : owner;
}

/** A file that is included twice gives the same server twice. */
function isCopy(one: Server, other: Server): boolean {
  return one !== other && one.scope.opener?.directive === other.scope.opener?.directive;
}

function isInTemplate({ place }: Server, { files }: NginxProject): boolean {
  return files.get(place.file)?.template !== false;
}

/** Whether a server lost a name on one of its sockets; nearly none did. */
export function losesNames(server: Server, socketOf: SocketOf): boolean {
  for (const listen of server.listens) if (socketOf(listen)?.taken?.has(server) === true) return true;
  return false;
}

/** The names of a server for which it is presented over TLS: those that some socket does not give to another server. */
export function presentedNames(server: Server, socketOf: SocketOf): readonly SiteName[] {
  const sockets = server.listens.map(socketOf).filter((socket) => socket !== undefined && maySpeakTls(socket));
  if (sockets.length === 0) return server.names;
  return server.names.filter(({ name }) => sockets.some((socket) => socket?.taken?.get(server)?.has(name) !== true));
}

function maySpeakTls({ tls }: NamedSocket): boolean {
  return !tls.known || tls.value;
}

/** Why no request comes to a server, where others have all of its names on each of its sockets. */
export function unreachedOf(
  server: Server,
  socketOf: (listen: Listen) => NamedSocket | undefined,
): Unreached | undefined {
  let found: Unreached | undefined;
  for (const listen of server.listens) {
    const { taken, named, defaultServer, servers } = socketOf(listen) ?? {};
    const lost = taken?.get(server);
    if (lost === undefined || (named ? defaultServer : servers?.[0]) === server) return undefined;
    const names = server.names.length === 0 ? [NAMELESS] : server.names.map(({ name }) => name);
    if (!names.every((name) => lost.has(name))) return undefined;
    found ??= explained(names, listen, new Set(lost.values()));
  }
  return found === undefined || mayHaveMore(server) ? undefined : found;
}

function explained(names: readonly string[], { socket }: Listen, owners: Iterable<Server>): Unreached {
  const shown = names.map((name) => `\`${name}\``).join(', ');
  const why = names.includes(NAMELESS)
    ? `another server on \`${socket}\` comes first and has no name either`
    : names.length === 1
      ? `another server on \`${socket}\` comes first and has its name ${shown}`
      : `other servers on \`${socket}\` come first and have its names ${shown}`;
  return {
    message: `${why}, which nginx ignores here (“conflicting server name”)`,
    related: [...owners].map(({ place }) => ({ place, message: 'this server gets its requests' })),
  };
}

/** Whether names or sockets of a server may be where they cannot be seen. */
function mayHaveMore({ scope, listens }: Server): boolean {
  return (
    holeFor(scope, 'listen') !== undefined ||
    holeFor(scope, 'server_name') !== undefined ||
    listens.some(({ entry }) => isMasked(value(entry) ?? '')) ||
    own(scope, 'server_name').some(({ directive }) => directive.args.some((arg) => isMasked(arg.value)))
  );
}
