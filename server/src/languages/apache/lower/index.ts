/** Owns the lowering of an Apache configuration into the effective model. */
import type { FileUse, Model, Route, Site, TlsEndpoint } from '../../../model/model.ts';
import { PRODUCT } from '../product.ts';
import type { ApacheProject } from '../project.ts';
import type { RealizeContext } from '../realize/index.ts';
import { fileUsesOf } from './certificates.ts';
import { hopsOf } from './hops.ts';
import { obsoleteOf } from './obsolete.ts';
import { problemsOf } from './problems.ts';
import { missingLists } from './revocation.ts';
import type { RouteSource } from './routes.ts';
import { type Server, serversOf } from './servers.ts';
import { sitesOf } from './sites.ts';
import { spoofableOf } from './spoofable.ts';

export interface Lowered {
  readonly model: Model;
  readonly realizing: RealizeContext;
  readonly fileUses: readonly FileUse[];
}

export function lower(project: ApacheProject): Lowered {
  const siteServers = new Map<Site, Server>();
  const endpointServers = new Map<TlsEndpoint, Server>();
  const routeSources = new Map<Route, RouteSource>();
  const servers = serversOf(project);
  const sites = sitesOf(project, servers, {
    site: (site, server) => siteServers.set(site, server),
    endpoint: (endpoint, server) => endpointServers.set(endpoint, server),
    route: (route, source) => routeSources.set(route, source),
  });
  const model: Model = {
    language: 'apache',
    product: PRODUCT,
    root: project.root.id,
    role: project.role,
    target: project.paths.environment.target,
    sites,
    spoofable: spoofableOf(project, sites, (route) => routeSources.get(route)),
    hops: hopsOf(project, servers),
    obsolete: obsoleteOf(project),
    problems: [...project.problems, ...problemsOf(project), ...servers.flatMap(missingLists)],
    unseen: project.unseen,
  };
  return {
    model,
    realizing: {
      project,
      routeSource: (route) => routeSources.get(route),
      siteServer: (site) => siteServers.get(site),
      endpointServer: (endpoint) => endpointServers.get(endpoint),
    },
    fileUses: fileUsesOf(project),
  };
}
