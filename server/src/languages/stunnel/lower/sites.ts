/** Owns sites: each service with its listeners, its TLS side where clients speak TLS to it, and the way on. */
import { isLocal } from '../../../model/addresses.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import type { Listener, Route, Site, SiteName, TlsEndpoint, WebSocketEvidence } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { suspectName } from '../../../model/websocket.ts';
import { entriesOf, lastOf, originOf, type Scope } from '../options.ts';
import { type Entry, placeOf, type StunnelProject } from '../project.ts';
import { connectsOf, listenAddress, peerAddress } from './addresses.ts';
import { certificatesOf } from './certificates.ts';
import { cipherSettingsOf } from './cipher-settings.ts';
import { clientCertificatesOf, revocationOf } from './client-certificates.ts';
import { idleOf } from './idle.ts';
import { offerOf } from './versions.ts';

/** What a site was made from, for realizers. */
export interface SourcedSite {
  readonly site: Site;
  readonly scope: Scope;
}

const OPAQUE = unknown('stunnel does not look into what it carries');

export const labelOf = ({ service }: Scope): string => `[${service.name}]`;

const placeOfHeader = ({ service }: Scope) => ({ file: service.file.id, span: service.header.span });

/** The service that a secondary one takes names from: `sni = primary:pattern` (manual, sni). */
function primaryOf(scope: Scope): Scope | undefined {
  const text = entriesOf(scope, 'sni').at(-1)?.option.value.value ?? '';
  const name = text.slice(0, Math.max(0, text.indexOf(':')));
  const service = name === '' ? undefined : scope.project.named(name);
  return service === undefined || service === scope.service ? undefined : { service, project: scope.project };
}

function namesOf(scope: Scope): SiteName[] {
  return entriesOf(scope, 'sni').flatMap((entry) => {
    const { value, span } = entry.option.value;
    const at = value.indexOf(':');
    if (at < 0 || at === value.length - 1) return [];
    return [
      {
        name: value.slice(at + 1),
        place: { file: entry.file.id, span: { start: span.start + at + 1, end: span.end } },
      },
    ];
  });
}

function listenerOf(entry: Entry, scope: Scope, tls: Fact<boolean>, secondary: boolean): Listener {
  const { name, value } = entry.option;
  const origin = originOf(entry, scope);
  const address = listenAddress(value.value);
  const port =
    address === undefined
      ? unknown('the address cannot be known')
      : address.host === 'unix'
        ? unknown('a local socket has no port')
        : known(Number(address.port), origin);
  return {
    place: placeOf(entry),
    label: `${name.value} = ${value.value}`,
    port,
    address,
    tls,
    direct: address === undefined ? unknown('the address cannot be known') : known(!isLocal(address), origin),
    answersUnknownNames: known(!secondary, origin),
  };
}

/** Whether there is a certificate for handshakes; without one a server does not start (seen with stunnel 5.68 and 5.82). */
function handshakeOf(scope: Scope): Fact<TlsHandshake> {
  const cert = lastOf(scope, 'cert');
  if (!cert.known) return cert;
  if (cert.value !== undefined && cert.value.option.value.value !== '') return known('certificate', cert.origin);
  const other = entriesOf(scope, 'psksecrets', 'engine', 'engineid', 'enginenum', 'provider', 'config').at(-1);
  if (other !== undefined) return unknown(`\`${other.option.name.value}\` may stand for a certificate`);
  return known('nothing', { kind: 'written', place: placeOfHeader(scope) });
}

function endpointOf(scope: Scope, names: readonly SiteName[]): TlsEndpoint {
  const offer = offerOf(scope);
  const label = labelOf(scope);
  return {
    side: 'server',
    place: placeOfHeader(scope),
    label,
    versionSetting: offer.setting,
    listed: offer.listed,
    versions: offer.versions,
    legacyAllowedByLibrary: offer.legacy,
    ciphers: cipherSettingsOf(scope),
    certificates: certificatesOf(scope, label, names),
    handshake: handshakeOf(scope),
    clientCertificates: clientCertificatesOf(scope),
    get revocation() {
      return revocationOf(scope);
    },
  };
}

/** A service or its peer may be named for what they carry; nothing else tells. */
function evidenceOf(scope: Scope, connects: readonly Entry[]): WebSocketEvidence {
  const hosts = connects.flatMap(({ option }) => peerAddress(option.value.value)?.host ?? []);
  const why = [scope.service.name, ...hosts].map(suspectName).find((one) => one !== undefined);
  return why === undefined ? { level: 'none' } : { level: 'suspected', why };
}

function routeOf(scope: Scope): Route[] {
  const connects = connectsOf(scope);
  const [first] = connects;
  if (first === undefined) return [];
  const origin: Origin = originOf(first, scope);
  return [
    {
      place: placeOf(first),
      label: labelOf(scope),
      path: undefined,
      upstream: connects.map(({ option }) => option.value.value).join(', '),
      webSocket: evidenceOf(scope, connects),
      // Bytes go through as they are.
      upgrade: known({ passes: true, losses: [] }, origin),
      backendHttp: OPAQUE,
      get idle() {
        return idleOf(scope);
      },
      earlyData: OPAQUE,
      handshake: { overHttp2: undefined, host: OPAQUE, alwaysAsks: OPAQUE, anyProtocol: OPAQUE },
    },
  ];
}

/** The site of a service; `client`: TLS begins here, and clients come in plain text. */
export function siteOf(scope: Scope, client: boolean): SourcedSite {
  const primary = client ? undefined : primaryOf(scope);
  const names = client ? [] : namesOf(scope);
  const from = primary ?? scope;
  const accepts = entriesOf(from, 'accept').filter((entry) => !scope.project.globals.includes(entry));
  const tls: Fact<boolean> = known(!client, { kind: 'written', place: placeOfHeader(scope) });
  const site: Site = {
    place: placeOfHeader(scope),
    label: labelOf(scope),
    names,
    listeners: accepts.map((entry) => listenerOf(entry, from, tls, primary !== undefined)),
    endpoint: client ? undefined : endpointOf(scope, names),
    routes: routeOf(scope),
    redirects: OPAQUE,
    traffic: known('stream', { kind: 'written', place: placeOfHeader(scope) }),
    plainAnswer: OPAQUE,
    hsts: OPAQUE,
  };
  return { site, scope };
}

/** The addresses that a service hands connections to; undefined where one cannot be known. */
export function addressesOf(scope: Scope) {
  const all = connectsOf(scope).map(({ option }) => peerAddress(option.value.value));
  const whole = all.every((address) => address !== undefined);
  return whole && scope.project.hidden === undefined ? all : undefined;
}

export function scopesOf(project: StunnelProject): Scope[] {
  return project.services.map((service) => ({ service, project }));
}
