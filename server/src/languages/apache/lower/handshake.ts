/** Owns what back ends see of handshakes: the Host, and which upgrades get through. */
import { byDefault, MOD_PROXY } from '../../../facts/apache.ts';
import type { Handshake, SentHost } from '../../../model/handshake.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { holeFor, isOpen, nearest, originOf, own, type Scope, sectionsOf, value } from '../scope.ts';
import { locationMatcher, locationsIn, type Parameter } from './passes.ts';
import type { Server } from './servers.ts';
import { covers } from './shadow.ts';

/** The levels that count for a path, innermost first: later locations before earlier ones, then the server's. */
export function levelsFor(server: Server, path: string): Scope[] {
  const outer = server.levels.filter((level) => level !== server.scope && level.key === 'main');
  const located = [...outer, server.scope]
    .flatMap(locationsIn)
    .filter((location) => covers(locationMatcher(location), { kind: 'prefix', path }))
    .reverse();
  return [...located, ...server.levels];
}

/** Sections that count for some of the paths, or for requests that cannot be told beforehand. */
export function mayCount(server: Server, levels: readonly Scope[], key: string): boolean {
  const kinds = /^(location|locationmatch|proxy|proxymatch|if|elseif|else|files|filesmatch)$/;
  return server.levels.some((level) =>
    sectionsOf(level).some((scope) => own(scope, key).length > 0 && kinds.test(scope.key) && !levels.includes(scope)),
  );
}

/** Without a path nobody asks. */
function hostSent(server: Server, url: string, path: string | undefined): Fact<SentHost> {
  if (path === undefined) return unknown('it is no WebSocket');
  const host = /^\w+:\/\/([^/?]*)/.exec(url)?.[1] ?? '';
  if (host === '' || isOpen(host) || /[$%]/.test(host) || /^balancer:/i.test(url))
    return unknown('the address of the back end is not known before a request');
  const levels = levelsFor(server, path);
  if (mayCount(server, levels, 'proxypreservehost'))
    return unknown('`ProxyPreserveHost` stands in a section that counts for some requests');
  const found = nearest(levels, 'proxypreservehost');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const name = host.replace(/:\d+$/, '');
  const otherSite =
    /^[\w-]+(\.[\w-]+)*\.[a-z][\w-]*$/i.test(name) && !/\.(local|internal|lan|localdomain|localhost)$/i.test(name);
  const on = found.kind === 'found' && value(found.entry)?.toLowerCase() === 'on';
  const origin =
    found.kind === 'found'
      ? originOf(server.scope, found.scope, found.entry)
      : byDefault(`${MOD_PROXY}#proxypreservehost`);
  if (on) return known({ kind: 'client', text: 'ProxyPreserveHost On', otherSite }, origin);
  const sets = levels.some((level) =>
    own(level, 'requestheader').some((entry) => value(entry, 1)?.toLowerCase() === 'host'),
  );
  if (sets || levels.some((level) => holeFor(level, 'requestheader') !== undefined && level.key !== 'surroundings'))
    return unknown('`RequestHeader` may write it');
  return known({ kind: 'upstream', text: host, otherSite }, origin);
}

export function handshakeOf(
  server: Server,
  url: string,
  path: string | undefined,
  asked: Parameter | undefined,
  place: Place,
): Handshake {
  return {
    overHttp2: undefined,
    host: hostSent(server, url, path),
    alwaysAsks: known(false, { kind: 'written', place }),
    anyProtocol: known(asked !== undefined && /^any$/i.test(asked.value), { kind: 'written', place }),
  };
}
