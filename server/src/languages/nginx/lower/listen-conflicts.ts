/** Owns `listen` lines that nginx refuses because of others of the same socket (ngx_http_add_listen, ngx_http_add_addresses). */
import type { ConfigProblem } from '../../../model/model.ts';
import { enclosing } from '../scope.ts';
import { conflict } from './conflicts.ts';
import type { Listen } from './listen.ts';
import { isCountCertain } from './plain-values.ts';
import type { Server } from './servers.ts';

/** Parameters that are for a socket as a whole, so that one line sets them for all. */
const OPTION =
  /^(?:bind|deferred|reuseport|multipath|(?:setfib|fastopen|backlog|rcvbuf|sndbuf|accept_filter|ipv6only|so_keepalive)=.*)$/;

interface Seen {
  readonly server: Server;
  readonly listen: Listen;
}

/** A name may be of several addresses, and a range is several sockets. */
function socketOf({ socket, quic, entry }: Listen): string | undefined {
  const words = entry.directive.args.map(({ value }) => value);
  return isCountCertain(words) && !/:\d+-\d+$/.test(words[0] ?? '')
    ? `${socket}${quic ? ' quic' : words.includes('udp') ? ' udp' : ''}`
    : undefined;
}

function optionOf({ entry }: Listen): string | undefined {
  return entry.directive.args.slice(1).find(({ value }) => OPTION.test(value))?.value;
}

/** The lines that contradict another one, in the order of the configuration. */
export function listenConflicts(servers: readonly Server[]): ConfigProblem[] {
  const out: ConfigProblem[] = [];
  const defaults = new Map<string, Seen>();
  const options = new Map<string, Seen>();
  for (const server of servers) {
    if (server.scope.name !== 'server' || server.listens.length === 0) continue;
    // A socket of stream or mail has rules of its own, which changed with the versions.
    if (enclosing(server.scope, 'stream') !== undefined || enclosing(server.scope, 'mail') !== undefined) continue;
    const own = new Map<string, Listen>();
    for (const listen of server.listens) {
      const socket = socketOf(listen);
      if (socket === undefined) continue;
      const again = own.get(socket);
      if (again !== undefined) {
        out.push(conflict(listen.entry, `${server.label} listens twice on \`${socket}\``, again.entry));
        continue;
      }
      own.set(socket, listen);
      if (listen.defaultServer) {
        const first = defaults.get(socket);
        if (first === undefined) defaults.set(socket, { server, listen });
        else
          out.push(
            conflict(
              listen.entry,
              `\`${socket}\` has a default server already: ${first.server.label}`,
              first.listen.entry,
            ),
          );
      }
      const option = optionOf(listen);
      if (option === undefined) continue;
      const first = options.get(socket);
      if (first === undefined) options.set(socket, { server, listen });
      else
        out.push(
          conflict(
            listen.entry,
            `\`${option}\` is for the whole socket \`${socket}\`, whose options ${first.server.label} has set already`,
            first.listen.entry,
          ),
        );
    }
  }
  return out;
}
