/** Owns sites: site blocks with their addresses, TLS and routes. */
import type { Address } from '../../../model/addresses.ts';
import type { Hop } from '../../../model/hops.ts';
import {
  type CertificateUse,
  isWebSocket,
  type Listener,
  type Route,
  type Site,
  type SiteName,
} from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { CaddyProject } from '../project.ts';
import { isLine } from '../realize/layout.ts';
import { type Entry, isUnknown, own, placeOf, type Scope, values, written } from '../scope.ts';
import { isSite } from '../syntax/parser.ts';
import { addressesOf, type SiteAddress, speaksTls } from './addresses.ts';
import { looseCertificates } from './certificates.ts';
import { hopsOf } from './hops.ts';
import { hstsOf } from './hsts.ts';
import { insecureUrlsOf } from './insecure-urls.ts';
import type { Options } from './options.ts';
import { plainAnswerOf } from './plain.ts';
import { type ProxyLine, proxiesOf } from './proxies.ts';
import { routeOf } from './routes.ts';
import { redirectOf } from './shadow.ts';
import { hiddenIn, stepsOf } from './steps.ts';
import { endpointOf } from './tls.ts';

export interface SiteSources {
  site(site: Site, entry: Entry): void;
  endpoint(endpoint: NonNullable<Site['endpoint']>, scope: Scope): void;
  route(route: Route, proxy: ProxyLine): void;
}

/** What the sites of a project are lowered with. */
interface Lowering {
  readonly options: Options;
  readonly project: CaddyProject;
  readonly sources: SiteSources;
  readonly hops: Hop[];
  /** Certificates that no site chooses; the first site with TLS stands for all of those that may present them. */
  loose: readonly CertificateUse[];
}

const LOCAL = /^(127\.[\d.]+|localhost|\[?::1\]?|unix\/.*)$/i;

/** The addresses of the machine that a site listens at: its `bind`, or the option `default_bind`. */
function boundTo(scope: Scope, options: Options): readonly string[] {
  const mine = own(scope, 'bind').flatMap(values);
  return mine.length > 0 ? mine : own(options.scope, 'default_bind').flatMap(values);
}

function listenerOf(address: SiteAddress, entry: Entry, bound: readonly string[], tls: Fact<boolean>): Listener {
  const place = { file: entry.file.id, span: address.span };
  const origin = written(place);
  const [host] = bound;
  const where: Address | undefined =
    address.port === undefined || bound.length > 1 || (host !== undefined && isUnknown(host))
      ? undefined
      : { host: host ?? '*', port: `${address.port}` };
  return {
    place,
    label: address.text,
    port: address.port === undefined ? unknown('the environment decides its port') : known(address.port, origin),
    address: where,
    tls,
    direct: bound.some(isUnknown)
      ? unknown('the environment decides what it is bound to')
      : known(bound.length === 0 || bound.some((one) => !LOCAL.test(one)), origin),
    answersUnknownNames: known(address.host === '', origin),
    severalHosts: true,
  };
}

/** One site block; what stands in a part by itself is the inside of one that cannot be seen. */
function siteOf(entry: Entry, at: Lowering): Site {
  const { options } = at;
  const scope: Scope = entry.scope ?? { opener: entry, parent: undefined, entries: [], holes: [] };
  const addresses = addressesOf(entry, options);
  const place = placeOf(entry);
  // In JSON the addresses are put together from several places.
  const label = addresses.map(({ text, host }) => (isLine(entry) || host === '' ? text : host)).join(', ');
  const hidden = options.hidden ?? hiddenIn(scope);
  const named = own(scope, 'tls').length > 0;
  const bound = boundTo(scope, options);
  const tlsAt = (address: SiteAddress): Fact<boolean> => {
    const speaks = speaksTls(address, named, options);
    const sure = address.scheme !== undefined || named || (address.host !== '' && address.port === 443);
    if (speaks === undefined) return unknown('the environment decides its address');
    return options.hidden !== undefined && !sure ? unknown(options.hidden) : known(speaks, written(place));
  };
  const listeners = addresses.map((address) => listenerOf(address, entry, bound, tlsAt(address)));
  const all = addresses.flatMap(({ host, span }): SiteName[] =>
    host === '' || host.startsWith('[') || /^[\d.]+$/.test(host)
      ? []
      : [{ name: host, place: { file: entry.file.id, span } }],
  );
  // `http://` and `https://` of one name.
  const names = all.filter(({ name }, i) => all.findIndex((other) => other.name === name) === i);
  return finished(
    { entry, scope, label, listeners, names, hidden, plain: listeners.some(({ tls }) => tls.known && !tls.value) },
    at,
  );
}

interface Parts {
  readonly entry: Entry | undefined;
  readonly scope: Scope;
  readonly label: string;
  readonly listeners: readonly Listener[];
  readonly names: readonly SiteName[];
  readonly hidden: string | undefined;
  readonly plain: boolean;
}

/** Proxies in blocks for errors and for answers: what comes there is no handshake of a client's, but it goes to back ends. */
function laterProxies(scope: Scope, proxies: readonly ProxyLine[], options: Options): ProxyLine[] {
  const blocks = [
    ...own(scope, 'handle_errors'),
    ...proxies.flatMap(({ entry }) => own(entry.scope, 'handle_response')),
  ];
  return blocks.flatMap((block) => (block.scope === undefined ? [] : proxiesOf(stepsOf(block.scope, true, options))));
}

function finished(parts: Parts, at: Lowering): Site {
  const { options, project, sources } = at;
  const { entry, scope, label, listeners, names, hidden } = parts;
  const place = entry === undefined ? { file: project.root.id, span: { start: 0, end: 0 } } : placeOf(entry);
  const steps = stepsOf(scope, true, options);
  const proxies = proxiesOf(steps);
  at.hops.push(...hopsOf([...proxies, ...laterProxies(scope, proxies, options)]));
  const routes = proxies.map((proxy) => {
    const route = routeOf(proxy, proxies, label, project);
    sources.route(route, proxy);
    return route;
  });
  const redirects = routes.flatMap((route, i) => {
    const proxy = proxies[i];
    if (proxy === undefined || !isWebSocket(route)) return [];
    return redirectOf(proxy, route.path ?? '/', route.webSocket) ?? [];
  });
  const hasTls =
    entry === undefined ? own(scope, 'tls').length > 0 : listeners.some(({ tls }) => !tls.known || tls.value);
  const endpoint = hasTls
    ? endpointOf({ scope, label, place, names, loose: at.loose }, hidden, options, project)
    : undefined;
  if (hasTls) at.loose = [];
  const secure = listeners.length > 0 && listeners.every(({ tls }) => tls.known && tls.value);
  const site: Site = {
    place,
    label,
    names,
    listeners,
    endpoint,
    routes,
    redirects: known(redirects, written(place)),
    traffic: known('http', written(place)),
    plainAnswer: plainAnswerOf(parts.plain, steps, place, hidden, options),
    hsts: endpoint === undefined ? unknown('it has no TLS') : hstsOf(scope, place, label, endpoint.handshake),
    insecureUrls: insecureUrlsOf(scope, place, secure),
  };
  if (entry !== undefined) sources.site(site, entry);
  if (endpoint !== undefined) sources.endpoint(endpoint, scope);
  return site;
}

export function sitesOf(project: CaddyProject, options: Options, sources: SiteSources): { sites: Site[]; hops: Hop[] } {
  const hops: Hop[] = [];
  const at: Lowering = { options, project, sources, hops, loose: looseCertificates(project) };
  const { main } = project;
  if (project.inner) {
    const parts: Parts = {
      entry: undefined,
      scope: main,
      label: 'this file',
      listeners: [],
      names: [],
      hidden: main.holes[0]?.why,
      plain: false,
    };
    return { sites: [finished(parts, at)], hops };
  }
  const sites = main.entries.filter(({ directive }) => isSite(directive)).map((entry) => siteOf(entry, at));
  return { sites, hops };
}
