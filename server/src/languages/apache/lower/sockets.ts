/** Owns which host answers at an address for names that none there has: the first one (docs, vhosts/details). */
import { DOCS } from '../../../facts/apache.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { holeFor, nearest, value } from '../scope.ts';
import type { Address, Server } from './servers.ts';

/** Hosts with the same address; Apache looks among them for the name. */
interface Socket {
  readonly first: Server;
  /** Why it is not known who answers, beside what cannot be seen. */
  doubt: string | undefined;
}

export interface Sockets {
  /** The first host of an address. */
  firstAt(address: Address): Server | undefined;
  answersUnknownNames(server: Server, address: Address): Fact<boolean>;
}

const FIRST: Origin = { kind: 'default', versions: 'every version', source: `${DOCS}/vhosts/details.html` };

/** `_default_` is another word for `*` (docs, VirtualHost). */
const keyOf = ({ host, port }: Address): string =>
  `${/^(_default_)?$/i.test(host) ? '*' : host.toLowerCase()}:${port ?? '*'}`;

/** Names of machines stand for addresses that only the name service knows. */
const isNumeric = ({ host }: Address): boolean => /^(\*|_default_|[\d.]+|\[[^\]]*\])?$/i.test(host);

function doubtOf({ scope, names, levels }: Server): string | undefined {
  if (scope.opener?.conditional === true) return 'whether it is there is decided only when the server starts';
  if (names.some(({ name }) => name === '*')) return 'a host here has all names';
  const check = nearest(levels, 'sslstrictsnivhostcheck');
  return check.kind === 'found' && value(check.entry)?.toLowerCase() === 'on'
    ? '`SSLStrictSNIVHostCheck` refuses some of them'
    : undefined;
}

/** `servers` in the order of the text. */
export function socketsOf({ main, role }: ApacheProject, servers: readonly Server[]): Sockets {
  const sockets = new Map<string, Socket>();
  for (const server of servers) {
    const doubt = server.scope.opener === undefined ? undefined : doubtOf(server);
    for (const address of server.addresses) {
      const key = keyOf(address);
      const socket = sockets.get(key);
      const why = doubt ?? (address.open || !isNumeric(address) ? 'its address is not known' : undefined);
      if (socket === undefined) sockets.set(key, { first: server, doubt: why });
      else socket.doubt ??= why;
    }
  }
  const hidden = role === 'fragment' ? 'other hosts may be at this address' : holeFor(main, 'virtualhost')?.why;
  return {
    firstAt: (address) => sockets.get(keyOf(address))?.first,
    answersUnknownNames(server, address) {
      // The main server has only those ports that no host has.
      if (server.scope.opener === undefined) return known(true, { kind: 'written', place: address.place });
      const socket = sockets.get(keyOf(address));
      const why = hidden ?? socket?.doubt;
      if (socket === undefined || why !== undefined) return unknown(why ?? 'other hosts may be at this address');
      const meant = socket.first === server && /^_default_$/i.test(address.host);
      return known(socket.first === server, meant ? { kind: 'written', place: address.place } : FIRST);
    },
  };
}
