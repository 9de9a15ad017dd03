/** Owns sites: the servers of a configuration with their names, sockets, TLS and routes. */
import type { FileId } from '../../../files/host.ts';
import type { Site } from '../../../model/model.ts';
import { known, unknown } from '../../../model/origin.ts';
import type { NginxProject } from '../project.ts';
import { enclosing, own, placeOf } from '../scope.ts';
import { keepFor, lastOf, ofUnit, sameList } from '../units.ts';
import { earlyDataOf, takesEarlyData } from './early-data.ts';
import { hstsOf } from './hsts.ts';
import { insecureUrlsOf } from './insecure-urls.ts';
import { once } from './once.ts';
import { type MadeRoute, otherRoutes } from './other-routes.ts';
import { plainAnswerOf } from './plain.ts';
import { redirectsOf } from './redirects.ts';
import { deadHeaderLevels, finishRoute, type RawRoute, type RouteContext, rawRoutes } from './routes.ts';
import type { Server } from './servers.ts';
import {
  firstScopesOf,
  handshakeOf,
  listenersOf,
  type Sockets,
  sharedBy,
  socketsOf,
  speaksTls,
  trafficOf,
} from './sockets.ts';
import type { SiteSources } from './sources.ts';
import { endpointOf } from './tls.ts';

/** Whether a server has anything of TLS: a socket, a certificate, versions of its own. */
function hasTls(server: Server, sockets: Sockets): boolean {
  if (speaksTls(server, sockets)) return true;
  return ['ssl_certificate', 'ssl_protocols', 'ssl_ciphers'].some((name) => own(server.scope, name).length > 0);
}

/** A site as it was made, and what of other servers it was made with. */
interface Made {
  readonly site: Site;
  readonly routes: readonly MadeRoute[];
  readonly others: readonly unknown[];
}

export function sitesOf(
  project: NginxProject,
  servers: readonly Server[],
  context: RouteContext,
  sources: SiteSources,
): Site[] {
  const sockets = socketsOf(project, servers);
  const raw = servers.map(({ scope, unit }): readonly RawRoute[] => {
    if (enclosing(scope, 'stream') !== undefined) return [];
    return unit === undefined
      ? rawRoutes(scope, context)
      : ofUnit(project, unit, 'routes', () => rawRoutes(scope, context));
  });
  const dead = deadHeaderLevels(raw.flat());
  const sites = servers.map((server, i): Site => {
    const mine = raw[i] ?? [];
    const others = [
      ...sharedBy(server, sockets, project),
      ...mine.map(({ headers: { cutFrom } }) => cutFrom && dead.has(cutFrom)),
    ];
    const { unit } = server;
    const before = unit === undefined ? undefined : lastOf<Made>(project, unit, 'site');
    const made = before !== undefined && sameList(before.others, others) ? before : make(server, mine, others);
    if (unit !== undefined) keepFor(project, unit, 'site', made);
    for (const [route, source] of made.routes) sources.route(route, source);
    if (made.site.endpoint !== undefined) sources.endpoint(made.site.endpoint, server.scope);
    sources.site(made.site, server, sockets);
    return made.site;
  });

  function make(server: Server, mine: readonly RawRoute[], others: readonly unknown[]): Made {
    const { names, scope, place, label } = server;
    const handshake = handshakeOf(server, sockets);
    const endpoint = hasTls(server, sockets)
      ? endpointOf(scope, place, label, names, server.listens, handshake, firstScopesOf(server, sockets), project)
      : undefined;
    const taken = takesEarlyData(server, sockets, project);
    const proxied = mine.map((one): MadeRoute => {
      const early = earlyDataOf(one.scope, taken, project);
      return [finishRoute(one, label, dead, early, context), one];
    });
    const routes = [...proxied, ...otherRoutes(scope, label, context.webSocketPaths)];
    const listeners = listenersOf(server, sockets);
    const ways = routes.map(([route]) => route);
    const redirects = redirectsOf(scope, ways, listeners, context.webSocketPaths);
    const insecureUrls = once(() => insecureUrlsOf(server, sockets, project));
    const site: Site = {
      place,
      label,
      names,
      listeners,
      endpoint,
      routes: ways,
      redirects: known(redirects, { kind: 'written', place }),
      traffic: trafficOf(scope),
      plainAnswer: plainAnswerOf(scope),
      hsts: hstsOf(server, sockets, project.paths.environment.target),
      get insecureUrls() {
        return insecureUrls();
      },
    };
    return { site, routes, others };
  }

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
