/** Owns the way back from the model to the text: which block a site, a route or an endpoint was read from. */
import type { Route, Site, TlsEndpoint } from '../../../model/model.ts';
import type { RouteSource } from '../realize/index.ts';
import type { Scope } from '../scope.ts';
import type { Server } from './servers.ts';
import type { Sockets } from './sockets.ts';

/** The server that a site was read from, among the sockets that it shares with others. */
export interface SiteSource {
  readonly server: Server;
  readonly sockets: Sockets;
}

/** A part of the model with what it was read from. */
export interface Sourced {
  readonly site: Site;
  /** None for a level outside of servers. */
  readonly server: Server | undefined;
  readonly scope: Scope;
  readonly routes: readonly (readonly [route: Route, source: RouteSource])[];
}

export interface Sources {
  site(site: Site): SiteSource | undefined;
  route(route: Route): RouteSource | undefined;
  endpoint(endpoint: TlsEndpoint): Scope | undefined;
}

/** Looks sources up; the index of them is made when somebody asks first, which most runs do not. */
export function sourcesOf(all: readonly Sourced[], sockets: Sockets): Sources {
  const sites = new Map<Site, SiteSource>();
  const routes = new Map<Route, RouteSource>();
  const endpoints = new Map<TlsEndpoint, Scope>();
  let filled = false;
  const fill = (): void => {
    if (filled) return;
    filled = true;
    for (const one of all) {
      if (one.server !== undefined) sites.set(one.site, { server: one.server, sockets });
      for (const made of one.routes) routes.set(made[0], made[1]);
      if (one.site.endpoint !== undefined) endpoints.set(one.site.endpoint, one.scope);
    }
  };
  const asked = <K, V>(map: ReadonlyMap<K, V>, key: K): V | undefined => {
    fill();
    return map.get(key);
  };
  return {
    site: (site) => asked(sites, site),
    route: (route) => asked(routes, route),
    endpoint: (endpoint) => asked(endpoints, endpoint),
  };
}
