/** Owns lowering a read stunnel configuration into the model, with what realizers and hovers need of its making. */
import type { FileUse, Model, Route, TlsEndpoint, Unseen } from '../../../model/model.ts';
import { isClient, type Scope } from '../options.ts';
import { PRODUCT } from '../product.ts';
import type { StunnelProject } from '../project.ts';
import { fileUsesOf } from './certificates.ts';
import { hopOf } from './hops.ts';
import { problemsOf } from './problems.ts';
import { type SourcedSite, scopesOf, siteOf } from './sites.ts';

export interface Lowered {
  readonly model: Model;
  readonly project: StunnelProject;
  readonly sites: readonly SourcedSite[];
  /** The service that a route or an endpoint was made from. */
  readonly scopes: ReadonlyMap<Route | TlsEndpoint, Scope>;
  readonly files: readonly FileUse[];
}

export function lower(project: StunnelProject): Lowered {
  const scopes = scopesOf(project).map((scope) => ({ scope, client: isClient(scope) }));
  const unseen: Unseen[] = [...project.unseen];
  for (const { scope, client } of scopes) {
    if (client.known) continue;
    const { service } = scope;
    unseen.push({
      place: { file: service.file.id, span: service.header.span },
      what: `whether [${service.name}] is a client or a server: ${client.why}`,
    });
  }
  const sites = scopes.flatMap(({ scope, client }) => (client.known ? [siteOf(scope, client.value)] : []));
  const model: Model = {
    language: 'stunnel',
    product: PRODUCT,
    root: project.root.id,
    role: project.role,
    target: project.target,
    sites: sites.map(({ site }) => site),
    spoofable: [],
    hops: scopes.flatMap(({ scope, client }) => (client.known && client.value ? hopOf(scope) : [])),
    obsolete: [],
    problems: problemsOf(project),
    unseen,
  };
  const sources = new Map<Route | TlsEndpoint, Scope>();
  for (const { site, scope } of sites) {
    if (site.endpoint !== undefined) sources.set(site.endpoint, scope);
    for (const route of site.routes) sources.set(route, scope);
  }
  return { model, project, sites, scopes: sources, files: fileUsesOf(project) };
}
