/** Owns `listen` lines that nginx refuses because of others of the same socket (ngx_http_add_listen, ngx_http_add_addresses). */
import type { ConfigProblem } from '../../../model/model.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { rememberedTest } from '../../../text/names.ts';
import { enclosing, holeFor, type Scope } from '../scope.ts';
import { conflict } from './conflicts.ts';
import type { Listen } from './listen.ts';
import { isCountCertain } from './plain-values.ts';
import type { Server } from './servers.ts';

/** Parameters that are for a socket as a whole, so that one line sets them for all. */
const OPTION =
  /^(?:bind|deferred|reuseport|multipath|(?:setfib|fastopen|backlog|rcvbuf|sndbuf|accept_filter|ipv6only|so_keepalive)=.*)$/;

const isOption = rememberedTest(OPTION);

interface Seen {
  readonly server: Server;
  readonly listen: Listen;
}

/** A name may be of several addresses, and a range is several sockets. */
function socketOf({ socket, quic, entry }: Listen): string | undefined {
  const words = entry.directive.wording.values;
  return isCountCertain(words) && !/:\d+-\d+$/.test(words[0] ?? '')
    ? `${socket}${quic ? ' quic' : words.includes('udp') ? ' udp' : ''}`
    : undefined;
}

function optionOf({ entry }: Listen): string | undefined {
  const { values } = entry.directive.wording;
  for (let at = 1; at < values.length; at++) if (isOption(values[at] ?? '')) return values[at];
  return undefined;
}

/** Whether a line is that of no default server and sets nothing for its socket. */
function isUnremarkable(listen: Listen): boolean {
  return !listen.defaultServer && optionOf(listen) === undefined;
}

type Block = 'http' | 'stream' | 'mail';

function blockOf(scope: Scope): Block {
  if (enclosing(scope, 'stream') !== undefined) return 'stream';
  return enclosing(scope, 'mail') === undefined ? 'http' : 'mail';
}

/**
 * Whether a socket is for one server only: always in `mail` (ngx_mail_core_listen), in `stream` until it learned to choose
 * by name. Undefined where the version decides and is not known.
 */
function forOneServer(block: Block, target: Target): boolean | undefined {
  if (block !== 'stream') return block === 'mail';
  const chooses = atLeast(target, 'nginx', '1.25.5');
  return chooses === undefined ? undefined : !chooses;
}

/** `http` gives servers without `listen` one by itself, the others do not start ("no listen is defined"). */
function lacksListen({ scope, listens, place, label }: Server, block: Block): ConfigProblem[] {
  if (block === 'http' || listens.length > 0 || holeFor(scope, 'listen') !== undefined) return [];
  const message = `nginx does not start: ${label} in \`${block}\` has no \`listen\``;
  return [{ rule: 'config-directive-misplaced', place, message }];
}

/** The lines that contradict another one, in the order of the configuration. */
export function listenConflicts(servers: readonly Server[], target: Target): ConfigProblem[] {
  const out: ConfigProblem[] = [];
  const defaults = new Map<string, Seen>();
  const options = new Map<string, Seen>();
  const owners = new Map<string, Seen>();
  for (const server of servers) {
    if (server.scope.name !== 'server') continue;
    const block = blockOf(server.scope);
    // Large configurations have many thousands of lines that nothing can contradict.
    if (block === 'http' && server.listens.length === 1 && isUnremarkable(server.listens[0] as Listen)) continue;
    out.push(...lacksListen(server, block));
    const alone = forOneServer(block, target);
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
      const key = `${block} ${socket}`;
      if (alone === true) {
        const first = owners.get(key);
        if (first === undefined) owners.set(key, { server, listen });
        else out.push(conflict(listen.entry, taken(block, socket, first), first.listen.entry));
        continue;
      }
      if (listen.defaultServer) {
        const first = defaults.get(key);
        if (first === undefined) defaults.set(key, { server, listen });
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
      const first = options.get(key);
      if (first === undefined) options.set(key, { server, listen });
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

function taken(block: Block, socket: string, { server }: Seen): string {
  const since = block === 'stream' ? ' before nginx 1.25.5' : '';
  return `in \`${block}\` a socket is for one server only${since}, and \`${socket}\` is that of ${server.label}`;
}
