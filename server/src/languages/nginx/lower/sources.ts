/** Owns the way back from the model to the text: which block a route or an endpoint was read from. */
import type { Route, TlsEndpoint } from '../../../model/model.ts';
import type { RouteSource } from '../realize/index.ts';
import type { Scope } from '../scope.ts';

export interface SiteSources {
  route(route: Route, source: RouteSource): void;
  endpoint(endpoint: TlsEndpoint, scope: Scope): void;
}
