/** Owns how the effective model is told in a hover: values with the chain they came through, routes, sites, endpoints. */
import type { Route, Site, TlsEndpoint, UpgradeLoss } from '../model/model.ts';
import type { Fact, Origin } from '../model/origin.ts';
import { secondsWord } from './duration.ts';
import type { HoverSource } from './hover-source.ts';
import { code, list, sentence } from './markdown.ts';

export function settingHover(source: HoverSource, name: string, fact: Fact<string>): string {
  return `${code(name)}: ${factWord(source, fact, code)}`;
}

export function routeHover(source: HoverSource, route: Route): string {
  const { webSocket, upgrade, idle, backendHttp } = route;
  // Of what is no WebSocket, nobody asks why it is not known.
  const isAsked = webSocket.level !== 'none';
  const rows = list([
    ['WebSocket', isAsked ? `${webSocket.level}: ${sentence(webSocket.why)}` : 'nothing says so'],
    [
      'Upgrade',
      upgrade.known || isAsked
        ? factWord(source, upgrade, ({ passes }) =>
            passes ? 'reaches the back end' : '**does not reach the back end**',
          )
        : undefined,
    ],
    ...(upgrade.known ? upgrade.value.losses.map((loss): [string, string] => ['Why', lossWord(source, loss)]) : []),
    [
      'Idle tunnels close',
      idle.known ? idleWord(source, idle.value) : isAsked ? `not known: ${sentence(idle.why)}` : undefined,
    ],
    ['To the back end', factWord(source, backendHttp, (version) => `HTTP/${version}`)],
  ]);
  return `${code(route.label)} → ${code(route.upstream)}\n\n${rows}`;
}

export function siteHover(source: HoverSource, site: Site): string {
  const rows = list([
    ['Names', site.names.length > 0 ? site.names.map(({ name }) => code(name)).join(', ') : undefined],
    ['Listens on', site.listeners.length > 0 ? site.listeners.map(({ label }) => code(label)).join(', ') : undefined],
    ['Routes', site.routes.length > 0 ? String(site.routes.length) : undefined],
  ]);
  const endpoint = site.endpoint === undefined ? '' : `\n${endpointRows(source, site.endpoint)}`;
  return `${code(site.label)}\n\n${rows}${endpoint}`;
}

export function endpointHover(source: HoverSource, endpoint: TlsEndpoint): string {
  return `${code(endpoint.label)}\n\n${endpointRows(source, endpoint)}`;
}

function endpointRows(source: HoverSource, { versions, certificates }: TlsEndpoint): string {
  const written = certificates.map(({ certificate }) => code(certificate.written)).join(', ');
  return list([
    ['TLS versions', factWord(source, versions, (all) => all.map(code).join(', ') || 'none')],
    ['Certificates', written === '' ? undefined : written],
  ]);
}

/** A value and where it comes from, or why it cannot be known. */
function factWord<T>(source: HoverSource, fact: Fact<T>, show: (value: T) => string): string {
  return fact.known ? `${show(fact.value)} — ${originWord(source, fact.origin)}` : `not known: ${sentence(fact.why)}`;
}

function originWord({ placeLink }: HoverSource, origin: Origin): string {
  switch (origin.kind) {
    case 'written':
      return `written in ${placeLink(origin.place)}`;
    case 'inherited': {
      const through = origin.through.map(({ what, place }) => `${code(what)} (${placeLink(place)})`);
      return [`inherited from ${placeLink(origin.place)}`, ...through].join(', through ');
    }
    case 'default':
      return `the default (${sentence(origin.versions)}; ${origin.source.startsWith('https://') ? `[source](${origin.source})` : sentence(origin.source)})`;
  }
}

function lossWord({ placeLink }: HoverSource, { message, place }: UpgradeLoss): string {
  return `${sentence(message)} (${placeLink(place)})`;
}

function idleWord(
  source: HoverSource,
  { seconds, formula, parts }: Extract<Route['idle'], { known: true }>['value'],
): string {
  const limit = seconds === Number.POSITIVE_INFINITY ? 'never' : `after ${secondsWord(seconds)}`;
  // The formula tells of defaults.
  const origins = parts
    .filter(({ seconds: part }) => part.origin.kind !== 'default')
    .map(
      ({ setting, seconds: part }) =>
        `\n  - ${code(setting)} ${secondsWord(part.value)} — ${originWord(source, part.origin)}`,
    );
  return `${limit}: ${sentence(formula)}${origins.join('')}`;
}
