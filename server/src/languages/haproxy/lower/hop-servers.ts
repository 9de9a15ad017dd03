/** Owns the servers that hops lead to: those whose lines leave nothing open, with the parts of their addresses. */
import { isAddress } from '../../../model/hops.ts';
import type { ProxySection } from '../proxies.ts';
import { alwaysIn } from '../syntax/query.ts';
import { addressOf } from './addresses.ts';
import { type Server, serversOf } from './servers.ts';

/** A server of a back end, at an address that is known. */
export interface HopServer extends Server {
  readonly proxy: ProxySection;
  /** In lower case; `unix:` and its path for a local socket. */
  readonly host: string;
  readonly port: string | undefined;
}

/** The servers whose lines leave nothing to the environment or to an `.if` block. */
export function plainServers(proxy: ProxySection): HopServer[] {
  const isPlain = ({ statement, parameters }: Server) =>
    alwaysIn(proxy.section, statement) &&
    statement.words[0]?.value === 'server' &&
    statement.words[2]?.variable === false &&
    [...parameters.values()].every(({ name, section, statement: line }) => !name.variable && alwaysIn(section, line));
  return serversOf(proxy).flatMap((server): HopServer[] => {
    const address = isPlain(server) ? addressOf(server.address) : undefined;
    if (address !== undefined) {
      const host = address.host === 'unix' ? `unix:${address.port}` : address.host;
      return [{ ...server, proxy, host, port: address.port }];
    }
    // Without a port, that of the client's connection is used.
    const host = /^[\w.-]+$/.test(server.address) ? server.address.toLowerCase() : undefined;
    return isPlain(server) && host !== undefined ? [{ ...server, proxy, host, port: undefined }] : [];
  });
}

/** The name that a server is known by; undefined where it is an address only. */
export function nameOf({ host }: HopServer): string | undefined {
  return isAddress(host) || host === '*' ? undefined : host;
}
