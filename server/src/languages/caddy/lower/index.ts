/** Owns the lowering of a Caddyfile into the effective model. */
import type { FileUse, Model, Route, Site, TlsEndpoint } from '../../../model/model.ts';
import { PRODUCT } from '../product.ts';
import type { CaddyProject } from '../project.ts';
import type { RealizeContext } from '../realize/index.ts';
import type { Entry, Scope } from '../scope.ts';
import { fileUsesOf } from './certificates.ts';
import { obsoleteOf } from './obsolete.ts';
import { optionsOf } from './options.ts';
import { problemsOf } from './problems.ts';
import type { ProxyLine } from './proxies.ts';
import { sitesOf } from './sites.ts';

export interface Lowered {
  readonly model: Model;
  readonly realizing: RealizeContext;
  readonly fileUses: readonly FileUse[];
}

export function lower(project: CaddyProject): Lowered {
  const options = optionsOf(project);
  const siteEntries = new Map<Site, Entry>();
  const endpointScopes = new Map<TlsEndpoint, Scope>();
  const proxies = new Map<Route, ProxyLine>();
  const { sites, hops } = sitesOf(project, options, {
    site: (site, entry) => siteEntries.set(site, entry),
    endpoint: (endpoint, scope) => endpointScopes.set(endpoint, scope),
    route: (route, proxy) => proxies.set(route, proxy),
  });
  const model: Model = {
    language: 'caddy',
    product: PRODUCT,
    root: project.root.id,
    role: project.role,
    target: project.paths.environment.target,
    sites,
    spoofable: [],
    hops,
    obsolete: obsoleteOf(project),
    problems: [...project.problems, ...problemsOf(project)],
    unseen: project.unseen,
  };
  return {
    model,
    realizing: {
      project,
      proxyOf: (route) => proxies.get(route),
      siteEntry: (site) => siteEntries.get(site),
      endpointScope: (endpoint) => endpointScopes.get(endpoint),
    },
    fileUses: fileUsesOf(project),
  };
}
