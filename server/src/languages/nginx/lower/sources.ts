/** Owns the way back from the model to the text: which block a route or an endpoint was read from. */
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

export interface SiteSources {
  site(site: Site, server: Server, sockets: Sockets): void;
  route(route: Route, source: RouteSource): void;
  endpoint(endpoint: TlsEndpoint, scope: Scope): void;
}
