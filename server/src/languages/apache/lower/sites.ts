/** Owns sites: the servers of a configuration with their addresses, TLS and routes. */
import type { Route, Site } from '../../../model/model.ts';
import { known, type Place, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { openerPlace, own, placeOf, type Scope } from '../scope.ts';
import { hstsOf } from './hsts.ts';
import { insecureUrlsOf } from './insecure-urls.ts';
import { plainAnswerOf, redirectsOf } from './plain.ts';
import { lostRules, type RouteContext, type RouteSource, routesOf } from './routes.ts';
import { type Listen, listenersOf, listensOf, type Server } from './servers.ts';
import { socketsOf } from './sockets.ts';
import { endpointOf, hasTls } from './tls.ts';

/** What realizers need to find the text behind the model. */
export interface SiteSources {
  site(site: Site, server: Server): void;
  endpoint(endpoint: NonNullable<Site['endpoint']>, server: Server): void;
  route(route: Route, source: RouteSource): void;
}

const NOT_YET = unknown('not looked at in Apache yet');

export function sitesOf(project: ApacheProject, servers: readonly Server[], sources: SiteSources): Site[] {
  const listens: readonly Listen[] = listensOf(project);
  const sockets = socketsOf(project, servers);
  const context: RouteContext = { project, source: sources.route };
  const sites = servers.map((server): Site => {
    const listeners = listenersOf(server, project, listens, sockets);
    const first = server.addresses.map(sockets.firstAt).find((one) => one !== undefined && one !== server);
    const endpoint = hasTls(server, listeners) ? endpointOf(server, first, project) : undefined;
    const routes = routesOf(server, context);
    const site: Site = {
      place: server.place,
      label: server.label,
      names: server.names,
      listeners,
      endpoint,
      routes,
      redirects: redirectsOf(server, listeners, routes),
      traffic: known('http', { kind: 'written', place: server.place }),
      plainAnswer: plainAnswerOf(server, project),
      hsts: endpoint === undefined ? unknown('it has no TLS') : hstsOf(server, endpoint.handshake, project),
      insecureUrls: insecureUrlsOf(server, listeners),
    };
    sources.site(site, server);
    if (endpoint !== undefined) sources.endpoint(endpoint, server);
    return site;
  });
  const level = levelSite(project, sites, sources);
  const lost = lostSite(project, servers, context);
  return [...sites, ...(level === undefined ? [] : [level]), ...(lost === undefined ? [] : [lost])];
}

/** The main server where it answers nobody by itself. */
function outside(main: Scope, place: Place): Server {
  const levels = main.parent === undefined ? [main] : [main, main.parent];
  return { scope: main, levels, names: [], addresses: [], label: 'the main server', place };
}

function siteOutside({ place, label }: Server, endpoint: Site['endpoint'], routes: readonly Route[]): Site {
  return {
    place,
    label,
    names: [],
    listeners: [],
    endpoint,
    routes,
    redirects: NOT_YET,
    traffic: unknown('it is a level outside of hosts'),
    plainAnswer: NOT_YET,
    hsts: NOT_YET,
  };
}

/** `SSLProtocol` and `SSLCipherSuite` of the main server that no host takes: still written, so they get an endpoint. */
function levelSite(project: ApacheProject, sites: readonly Site[], sources: SiteSources): Site | undefined {
  const { main } = project;
  const taken = new Set(
    sites.flatMap(({ endpoint }) => {
      const list = endpoint?.ciphers.list;
      return [
        ...(endpoint?.listed ?? []).map(({ place }) => place.span.start),
        ...(list?.known && list.value !== undefined ? [list.value.place.span.start] : []),
      ];
    }),
  );
  const entry = ['sslprotocol', 'sslciphersuite']
    .flatMap((key) => own(main, key).slice(-1))
    .find(({ directive: { args } }) => args.length > 0 && args.every(({ span }) => !taken.has(span.start)));
  if (entry === undefined) return undefined;
  const server = outside(main, placeOf(entry));
  const endpoint = { ...endpointOf(server, undefined, project), handshake: unknown('it is a level outside of hosts') };
  sources.endpoint(endpoint, server);
  return siteOutside(server, endpoint, []);
}

/** What stands in the main server for hosts that do not take it. */
function lostSite(project: ApacheProject, servers: readonly Server[], context: RouteContext): Site | undefined {
  const { main } = project;
  if (servers.some(({ scope }) => scope === main)) return undefined;
  const place = openerPlace(main);
  const server = outside(main, place);
  const routes = lostRules(server, servers, context);
  if (routes.length === 0) return undefined;
  return siteOutside(server, undefined, routes);
}
