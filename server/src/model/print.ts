/** Owns the effective model as text: what `wsslint show` and the editor's effective view print. */
import { dirname, relative } from '../files/paths.ts';
import type { SourceFile } from '../files/store.ts';
import type { CipherSettings } from './cipher-settings.ts';
import type { Handshake } from './handshake.ts';
import type { Hop } from './hops.ts';
import type { IdleLimit, Model, Route, Site, TlsEndpoint } from './model.ts';
import type { Fact, Origin, Place } from './origin.ts';
import { targetText } from './target.ts';

type Where = (place: Place) => string;

/** Where a value comes from, behind it or in a line of its own. */
function originLines(value: string, origin: Origin, where: Where): string[] {
  switch (origin.kind) {
    case 'written':
      return [value, `  from ${where(origin.place)}`];
    case 'inherited': {
      const through = origin.through.map(({ what, place }) => `${what} (${where(place)})`).join(', ');
      return [value, `  from ${where(origin.place)}, through ${through}`];
    }
    case 'default':
      return [
        `${value} (${origin.versions === 'every version' ? 'the default' : `the default of ${origin.versions}`})`,
      ];
  }
}

function fact<T>(name: string, value: Fact<T>, text: (value: T) => string, where: Where): string[] {
  if (!value.known) return [`${name}: unknown (${value.why})`];
  return originLines(`${name}: ${text(value.value)}`, value.origin, where);
}

function seconds(value: number): string {
  if (!Number.isFinite(value)) return 'no limit';
  if (value >= 3600 && value % 3600 === 0) return `${value / 3600} h`;
  return value > 60 && value % 60 === 0 ? `${value / 60} min` : `${value} s`;
}

/** The formula says where a default counts. */
function idleLines(idle: Route['idle'], where: Where): string[] {
  const name = 'silent tunnels close after';
  const told = (value: IdleLimit): string => `${seconds(value.seconds)}: ${value.formula}`;
  return idle.known && idle.origin.kind === 'default'
    ? [`${name}: ${told(idle.value)}`]
    : fact(name, idle, told, where);
}

/** Facts about WebSockets, of which nobody asks why they are not known where there is none. */
function asked(route: Route, lines: readonly string[], value: Fact<unknown>): readonly string[] {
  return value.known || route.webSocket.level !== 'none' ? lines : [];
}

function routeLines(route: Route, where: Where): string[] {
  const socket = route.webSocket.level === 'none' ? 'no' : `${route.webSocket.level} (${route.webSocket.why})`;
  const losses = route.upgrade.known
    ? route.upgrade.value.losses.map((loss) => `  lost: ${loss.message} (${where(loss.place)})`)
    : [];
  return onceUnknown([
    `WebSocket: ${socket}`,
    ...asked(
      route,
      fact('upgrade reaches the back end', route.upgrade, ({ passes }) => (passes ? 'yes' : 'no'), where),
      route.upgrade,
    ),
    ...losses,
    ...asked(route, idleLines(route.idle, where), route.idle),
    ...fact(
      'early data',
      route.earlyData,
      (early) => (early === 'none' ? 'none' : `the back end is ${early === 'told' ? '' : 'not '}told`),
      where,
    ),
    ...fact('HTTP version to the back end', route.backendHttp, (version) => version, where),
    ...handshakeLines(route.handshake, where),
  ]);
}

/** Facts that are unknown for the same reason, one after the other, share a line. */
function onceUnknown(lines: readonly string[]): string[] {
  const out: string[] = [];
  for (const line of lines) {
    const [, name, why] = UNKNOWN.exec(line) ?? [];
    const [, before, sameWhy] = UNKNOWN.exec(out.at(-1) ?? '') ?? [];
    if (why !== undefined && why === sameWhy) out[out.length - 1] = `${before}, ${name}: unknown (${why})`;
    else out.push(line);
  }
  return out;
}

const UNKNOWN = /^([^:]*): unknown \((.*)\)$/s;

function handshakeLines({ overHttp2, host, alwaysAsks, anyProtocol }: Handshake, where: Where): string[] {
  const sent = [
    ...fact('Host to the back end', host, ({ kind, text }) => `${text}${HOSTS[kind]}`, where),
    ...(alwaysAsks.known && alwaysAsks.value ? ['ordinary requests ask for an upgrade, too'] : []),
    ...(anyProtocol.known
      ? fact('upgrades to other protocols pass', anyProtocol, (passes) => (passes ? 'yes' : 'no'), where)
      : []),
  ];
  if (overHttp2 === undefined) return sent;
  const how = overHttp2.handshake === 'none' ? 'never' : 'as an extended CONNECT (RFC 8441)';
  return [...sent, `handshakes over HTTP/2: ${how}`, `  from ${overHttp2.setting} (${where(overHttp2.place)})`];
}

const HOSTS = {
  client: ', as the client sent it',
  'without-port': ", the client's without its port",
  upstream: ', the name of the back end',
  fixed: '',
} as const;

/** What nobody writes is left out: the library decides it. */
function cipherLines({ list, suites13, groups }: CipherSettings, where: Where): string[] {
  const named = { ciphers: list, 'TLS 1.3 suites': suites13, groups };
  return Object.entries(named).flatMap(([name, value]) =>
    value.known && value.value === undefined ? [] : fact(name, value, (one) => one?.text ?? '', where),
  );
}

function endpointLines(endpoint: TlsEndpoint, where: Where): string[] {
  const certificates = endpoint.certificates.flatMap(({ certificate, key }) => [
    `certificate: ${certificate.written} (${where(certificate.place)})${certificate.file.known ? '' : `, not seen: ${certificate.file.why}`}`,
    ...(key === undefined ? [] : [`  key: ${key.written} (${where(key.place)})`]),
  ]);
  const clients = endpoint.clientCertificates;
  const { overruled, dh, stapling } = endpoint;
  const dhFile = dh?.known === true ? dh.value.file : undefined;
  const staples = stapling?.known === true ? stapling.value : undefined;
  const ways = clients.known && clients.value.ways.known ? clients.value.ways.value : [];
  return [
    ...fact('handshakes get', endpoint.handshake, (gets) => HANDSHAKES[gets], where),
    ...fact('versions', endpoint.versions, (versions) => versions.join(' ') || 'none', where),
    ...(overruled?.known === true && overruled.value !== undefined
      ? [`  listed here (${where(overruled.value.place)}): ${overruled.value.message}`]
      : []),
    ...cipherLines(endpoint.ciphers, where),
    ...(dhFile === undefined ? [] : [`Diffie-Hellman parameters: ${dhFile.written} (${where(dhFile.place)})`]),
    ...certificates,
    ...(staples === undefined ? [] : [`stapling: ${staples.written} (${where(staples.place)})`]),
    ...fact('client certificates', clients, ({ demand }) => demand, where),
    ...ways.map(({ message, place }) => `  unchecked: ${message} (${where(place)})`),
  ];
}

const HANDSHAKES = { certificate: 'a certificate', refused: 'an alert', nothing: 'no certificate' } as const;

function redirectLines({ redirects }: Site, where: Where): string[] {
  if (!redirects.known) return [];
  return redirects.value.map(
    ({ path, status, to, place }) => `redirected: a handshake for ${path} to ${to} (${status}, ${where(place)})`,
  );
}

function hopLines(hop: Hop, where: Where): string[] {
  const yesNo = (yes: boolean) => (yes ? 'yes' : 'no');
  return [
    `TLS to the back end: ${hop.label} (${where(hop.place)})`,
    ...indent([
      ...fact('verified', hop.verified, yesNo, where),
      ...fact('server name sent', hop.nameSent, yesNo, where),
    ]),
  ];
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function siteLines(site: Site, where: Where): string[] {
  return [
    `${site.label} (${where(site.place)})`,
    ...indent([
      ...(site.names.length === 0
        ? []
        : [`names: ${site.names.map(({ name }) => (name === '' ? '""' : name)).join(' ')}`]),
      ...(site.unreached === undefined ? [] : [`no request comes here: ${site.unreached.message}`]),
      ...site.listeners.map(
        ({ label, tls, place }) =>
          `listens: ${label}${tls.known ? (tls.value ? ', TLS' : ', plain') : ', TLS or plain'} (${where(place)})`,
      ),
      ...(site.hsts.known ? site.hsts.value : []).map(({ message, place }) => `HSTS: ${message} (${where(place)})`),
      ...fact('without TLS', site.plainAnswer, (answer) => answer, where),
      ...(site.endpoint === undefined ? [] : ['TLS', ...indent(endpointLines(site.endpoint, where))]),
      ...redirectLines(site, where),
      ...site.routes.flatMap((route) => [
        `${route.label} → ${route.upstream} (${where(route.place)})`,
        ...indent(routeLines(route, where)),
      ]),
    ]),
  ];
}

/**
 * The model as indented lines, each fact with where it comes from; the same model gives the same text. `sources` are the
 * files of the project, for line numbers; they are named relative to the root's folder.
 */
export function printModel(model: Model, sources: readonly SourceFile[]): string {
  const folder = dirname(model.root);
  const files = new Map(sources.map((file) => [file.id, file]));
  const where: Where = ({ file, span }) => {
    const source = files.get(file);
    const name = relative(folder, file);
    return source === undefined ? name : `${name}:${source.lines.positionAt(span.start).line + 1}`;
  };
  return [
    `${model.product.name} ${model.role === 'root' ? 'configuration' : 'part of a configuration'} ${relative(folder, model.root)}`,
    `target: ${targetText(model.target, model.language) || 'not known'}`,
    ...model.spoofable.map(({ message, place }) => `spoofable: ${message} (${where(place)})`),
    ...model.unseen.map(({ what, place }) => `not seen: ${what} (${where(place)})`),
    ...model.sites.flatMap((site) => ['', ...siteLines(site, where)]),
    ...model.hops.filter(({ tls }) => tls).flatMap((hop) => ['', ...hopLines(hop, where)]),
    '',
  ].join('\n');
}
