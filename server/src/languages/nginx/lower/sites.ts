/** Owns sites: the servers of a configuration with their names, sockets, TLS and routes. */
import type { FileId } from '../../../files/host.ts';
import type { Unreached } from '../../../model/listening.ts';
import { unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { enclosing, own, placeOf } from '../scope.ts';
import { keepFor, lastOf, ofUnit, sameList } from '../units.ts';
import { earlyDataIn, takesEarlyData } from './early-data.ts';
import { type MadeRoute, otherRoutes } from './other-routes.ts';
import { deadHeaderLevels, finishRoute, type RawRoute, type RouteContext, rawRoutes } from './routes.ts';
import type { Server } from './servers.ts';
import { ServerSite } from './site.ts';
import { firstScopesOf, handshakeOf, listenersOf, type Sockets, sharedBy, socketsOf, speaksTls } from './sockets.ts';
import type { Sourced } from './sources.ts';
import { losesNames, presentedNames, unreachedOf } from './taken-names.ts';
import { type EndpointParts, ServerEndpoint } from './tls.ts';
import { UnreachedRoute } from './unreached-route.ts';

/** Whether a server has something of TLS, although none of its sockets speaks it: a certificate, versions of its own. */
function setsTls({ scope }: Server): boolean {
  return ['ssl_certificate', 'ssl_protocols', 'ssl_ciphers'].some((name) => own(scope, name).length > 0);
}

/** A site as it was made, and what of other servers it was made with. */
interface Made extends Sourced {
  readonly others: readonly unknown[];
}

const ALONE: readonly unknown[] = [];

/** The sites of a project with what they were read from, and the sockets of its servers. */
export function sitesOf(
  project: NginxProject,
  servers: readonly Server[],
  context: RouteContext,
): { readonly sites: readonly Sourced[]; readonly sockets: Sockets } {
  const sockets = socketsOf(project, servers);
  const raw = servers.map(({ scope, unit }): readonly RawRoute[] => {
    if (enclosing(scope, 'stream') !== undefined) return [];
    return unit === undefined
      ? rawRoutes(scope, context)
      : ofUnit(project, unit, 'routes', () => rawRoutes(scope, context));
  });
  const dead = deadHeaderLevels(raw);
  const sites: Sourced[] = servers.map((server, i): Made => {
    const mine = raw[i] ?? [];
    const { unit } = server;
    if (unit === undefined) return make(server, mine, ALONE);
    const others = [
      ...sharedBy(server, sockets, project),
      ...mine.map(({ headers: { cutFrom } }) => cutFrom && dead.has(cutFrom)),
    ];
    const before = lastOf<Made>(project, unit, 'site');
    if (before !== undefined && sameList(before.others, others)) return before;
    const made = make(server, mine, others);
    keepFor(project, unit, 'site', made);
    return made;
  });

  function make(server: Server, mine: readonly RawRoute[], others: readonly unknown[]): Made {
    const { scope, label } = server;
    const speaks = speaksTls(server, sockets);
    const isLess = losesNames(server, sockets.of);
    const unreached = isLess ? unreachedOf(server, sockets.of) : undefined;
    const endpoint =
      speaks || setsTls(server)
        ? new ServerEndpoint(
            isLess ? lessThan(server, sockets, unreached) : server,
            handshakeOf(server, sockets),
            firstScopesOf(server, sockets),
            project,
          )
        : undefined;
    const earlyData = earlyDataIn(takesEarlyData(server, sockets, project), project, context.variables);
    const proxied = mine.map((one): MadeRoute => [finishRoute(one, label, dead, earlyData(one.scope), context), one]);
    const more = otherRoutes(scope, label, context.webSocketPaths);
    const all = more.length === 0 ? proxied : [...proxied, ...more];
    const routes =
      unreached === undefined
        ? all
        : all.map(([route, source]): MadeRoute => [new UnreachedRoute(route, unreached), source]);
    const site = new ServerSite(server, listenersOf(server, sockets), endpoint, routes, speaks, project, unreached);
    return { site, server, scope, routes, others };
  }

  return { sites: sites.concat(levelEndpoints(project, sites)), sockets };
}

/** What a server presents and asks of clients over TLS, where others have some of its names, or all. */
function lessThan(server: Server, sockets: Sockets, unreached: Unreached | undefined): EndpointParts {
  const { scope, place, label, listens } = server;
  const names = presentedNames(server, sockets.of);
  return { scope, place, label, listens, names, isUnreached: unreached !== undefined };
}

const NO_SITE = unknown('it is a level outside of servers');

/** `ssl_protocols` and `ssl_ciphers` outside of servers that no server inherits: still written, so they get an endpoint. */
function levelEndpoints(project: NginxProject, sites: readonly Sourced[]): Sourced[] {
  const out: Sourced[] = [];
  const isListed = (file: FileId, start: number): boolean =>
    sites.some(({ site: { endpoint } }) => {
      const list = endpoint?.ciphers.list;
      const places = endpoint?.listed.map(({ place }) => place) ?? [];
      if (list?.known && list.value !== undefined) places.push(list.value.place);
      return places.some((place) => place.span.start === start && place.file === file);
    });
  for (const scope of project.scopes) {
    if (scope.name !== 'http' && scope.name !== 'stream' && scope.name !== 'mail') continue;
    const entry = ['ssl_protocols', 'ssl_ciphers']
      .flatMap((name) => own(scope, name).slice(0, 1))
      .find(({ directive: { args }, file }) => args[0] !== undefined && !isListed(file.id, args[0].span.start));
    if (entry === undefined) continue;
    const label = `${scope.name} level`;
    const place = placeOf(entry);
    const endpoint = new ServerEndpoint({ scope, place, label, names: [], listens: [] }, NO_SITE, [], project);
    const site = {
      place,
      label,
      names: [],
      listeners: [],
      endpoint,
      routes: [],
      redirects: NO_SITE,
      traffic: NO_SITE,
      plainAnswer: NO_SITE,
      hsts: NO_SITE,
    };
    out.push({ site, server: undefined, scope, routes: [] });
  }
  return out;
}
