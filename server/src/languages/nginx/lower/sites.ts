/** Owns sites: the servers of a configuration with their names, sockets, TLS and routes. */
import type { FileId } from '../../../files/host.ts';
import type { Site, SiteName } from '../../../model/model.ts';
import { known, type Place, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { enclosing, openerPlace, own, placeOf, type Scope } from '../scope.ts';
import { earlyDataOf, takesEarlyData } from './early-data.ts';
import { hstsOf } from './hsts.ts';
import { type Listen, listensOf } from './listen.ts';
import { plainAnswerOf } from './plain.ts';
import { redirectsOf } from './redirects.ts';
import { deadHeaderLevels, finishRoute, type RawRoute, type RouteContext, rawRoutes } from './routes.ts';
import { namesOf, serverLabel } from './server-names.ts';
import { firstScopesOf, handshakeOf, listenersOf, type Sockets, socketsOf, speaksTls, trafficOf } from './sockets.ts';
import type { SiteSources } from './sources.ts';
import { endpointOf } from './tls.ts';

/** A server block, or the outermost level of a fragment that has parts of one. */
export interface Server {
  readonly scope: Scope;
  readonly listens: readonly Listen[];
  readonly names: readonly SiteName[];
  readonly label: string;
  readonly place: Place;
}

function serverOf(scope: Scope): Server {
  const names = namesOf(scope);
  const listens = listensOf(scope);
  return { scope, listens, names, label: serverLabel(scope, names, listens), place: openerPlace(scope) };
}

/** Whether a `server` block is one that listens, not a line of an `upstream`. */
function isServer(scope: Scope): boolean {
  return scope.name === 'server' && scope.opener !== undefined;
}

/** Directives that make the outermost level of a fragment a part of a server. */
const SERVER_PARTS = ['location', 'if', 'proxy_pass', 'ssl_protocols', 'ssl_ciphers', 'ssl_certificate', 'listen'];

export function serversOf(project: NginxProject): Server[] {
  const servers = project.scopes.filter(isServer).map(serverOf);
  const { main, role } = project;
  if (role === 'fragment' && SERVER_PARTS.some((name) => own(main, name).length > 0)) servers.unshift(serverOf(main));
  return servers;
}

/** Whether a server has anything of TLS: a socket, a certificate, versions of its own. */
function hasTls(server: Server, sockets: Sockets): boolean {
  if (speaksTls(server, sockets)) return true;
  return ['ssl_certificate', 'ssl_protocols', 'ssl_ciphers'].some((name) => own(server.scope, name).length > 0);
}

export function sitesOf(
  project: NginxProject,
  servers: readonly Server[],
  context: RouteContext,
  sources: SiteSources,
): Site[] {
  const sockets = socketsOf(project, servers);
  const raw = new Map<Server, RawRoute[]>();
  for (const server of servers)
    if (enclosing(server.scope, 'stream') === undefined) raw.set(server, rawRoutes(server.scope, context));
  const dead = deadHeaderLevels([...raw.values()].flat());
  const sites = servers.map((server): Site => {
    const { names } = server;
    const endpoint = hasTls(server, sockets)
      ? endpointOf(
          server.scope,
          server.place,
          server.label,
          names,
          server.listens,
          handshakeOf(server, sockets),
          firstScopesOf(server, sockets),
          project,
        )
      : undefined;
    if (endpoint !== undefined) sources.endpoint(endpoint, server.scope);
    const taken = takesEarlyData(server, sockets, project);
    const routes = (raw.get(server) ?? []).map((one) => {
      const early = earlyDataOf(one.scope, taken, project);
      const route = finishRoute(one, server.label, dead, early, context);
      sources.route(route, one);
      return route;
    });
    const listeners = listenersOf(server, sockets);
    const redirects = redirectsOf(server.scope, routes, listeners, context.webSocketPaths);
    const site: Site = {
      place: server.place,
      label: server.label,
      names,
      listeners,
      endpoint,
      routes,
      redirects: known(redirects, { kind: 'written', place: server.place }),
      traffic: trafficOf(server.scope),
      plainAnswer: plainAnswerOf(server.scope),
      hsts: hstsOf(server, sockets, project.paths.environment.target),
    };
    sources.site(site, server, sockets);
    return site;
  });
  return sites.concat(levelEndpoints(project, sites, sources));
}

const NO_SITE = unknown('it is a level outside of servers');

/** `ssl_protocols` and `ssl_ciphers` outside of servers that no server inherits: still written, so they get an endpoint. */
function levelEndpoints(project: NginxProject, sites: readonly Site[], sources: SiteSources): Site[] {
  const out: Site[] = [];
  const isListed = (file: FileId, start: number): boolean =>
    sites.some(({ endpoint }) => {
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
    const endpoint = endpointOf(scope, place, label, [], [], NO_SITE, [], project);
    sources.endpoint(endpoint, scope);
    out.push({
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
    });
  }
  return out;
}
