/** Owns sites: a frontend with its listeners and its TLS side; a frontend with several TLS listeners becomes several. */
import { BIND_VALUES, MANUAL } from '../../../facts/haproxy.ts';
import type { TlsHandshake } from '../../../model/listening.ts';
import type { Listener, Site, TlsEndpoint } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { PathContext } from '../paths.ts';
import { type ProxySection, placeOf, titleOf } from '../proxies.ts';
import type { ListEntry } from '../syntax/crt-list.ts';
import { alwaysIn, type Parameter, parametersOf, statementsOf } from '../syntax/query.ts';
import type { Statement, Word } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';
import { addressOf } from './addresses.ts';
import { hstsOf, plainAnswerOf, trafficOf } from './answers.ts';
import { certificatesOf, filesOf, loadsOfBind, presentingOf, revocationOf } from './certificates.ts';
import { cipherSettingsOf } from './cipher-settings.ts';
import { clientCertificatesOf, type Surroundings } from './client-certificates.ts';
import { asksForVersions, isDefault, isOfItsOwn, listOf, type ReadList } from './crt-lists.ts';
import { dhOf } from './dh.ts';
import { legacyAllowed, seenVersions } from './library.ts';
import { endpointOfEntry } from './list-endpoints.ts';
import { isBehindProxy, isLocalBind } from './listeners.ts';
import { redirectsOf } from './redirects.ts';
import type { SourcedRoute } from './routes.ts';
import { staplingOf } from './stapling.ts';
import { type Offer, offerOf } from './versions.ts';

const NOT_LOOKED_AT = unknown('not looked at in HAProxy yet');

/** What a TLS endpoint was made from, for realizers. */
export interface SourcedEndpoint {
  readonly endpoint: TlsEndpoint;
  readonly proxy: ProxySection;
  readonly bind: Statement;
  /** The line of a `crt-list` whose settings it has. */
  readonly entry?: ListEntry;
}

export interface SourcedSite {
  readonly site: Site;
  readonly proxy: ProxySection;
  readonly endpoint: SourcedEndpoint | undefined;
}

/** The `ssl` word of a `bind` line, if it is there. */
export function sslWord(bind: Statement): Word | undefined {
  return parametersOf(bind.words, 2, BIND_VALUES).find(({ name }) => name.value === 'ssl')?.name;
}

/** `:443`, `192.0.2.1:443`, `[::]:443`, `ipv4@*:443`; sockets and descriptors have no port. */
function portOf(address: string, origin: Origin, variable: boolean): Fact<number> {
  if (variable) return unknown('the address comes from the environment');
  const port = /:(\d+)$/.exec(address)?.[1];
  return port === undefined ? unknown(`\`${address}\` has no single port`) : known(Number(port), origin);
}

const certificateWords = (bind: Statement): Parameter[] =>
  parametersOf(bind.words, 2, BIND_VALUES).filter(({ name }) => /^(?:crt|default-crt|crt-list)$/.test(name.value));

/** Without `strict-sni`, the first certificate is for whoever asks for no name, or for one that no certificate has. */
function answersUnknownNames(bind: Statement, origin: Origin, lists: readonly ReadList[]): Fact<boolean> {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  const strict = parameters.find(({ name }) => name.value === 'strict-sni');
  if (strict !== undefined) return known(false, origin);
  if (parameters.some(({ name }) => name.variable)) return unknown('the environment decides a part of this line');
  // A default that is named is one that somebody chose.
  return parameters.some(({ name }) => name.value === 'default-crt') ||
    lists.some((list) => list.entries.some(isDefault))
    ? known(true, origin)
    : known(true, { kind: 'default', versions: 'every version', source: `${MANUAL}#5.1-strict-sni` });
}

/** Whether certificates are of several hosts; those of one may be of several kinds of key, which their names tell. */
function ofSeveralHosts({ certificates }: TlsEndpoint): boolean {
  const names = certificates.map(({ certificate }) =>
    (certificate.file.known ? certificate.file.value : certificate.written).replace(
      /[._-]?\b(?:rsa|ecdsa|ecc?|dsa)\b/gi,
      '',
    ),
  );
  return new Set(names).size > 1;
}

/** Whether there is a certificate for handshakes; without one HAProxy does not start, unless `strict-sni` refuses them all. */
function handshakeOf(proxy: ProxySection, bind: Statement): Fact<TlsHandshake> {
  const parameters = parametersOf(bind.words, 2, BIND_VALUES);
  const [first] = certificateWords(bind);
  if (first !== undefined) return known('certificate', { kind: 'written', place: placeOf(bind, first.name.span) });
  if (parameters.some(({ name }) => name.variable)) return unknown('the environment decides a part of this line');
  const other = parameters.find(({ name }) => /^(?:strict-sni|generate-certificates|ca-sign-file)$/.test(name.value));
  if (other !== undefined) return unknown(`\`${other.name.value}\` decides what handshakes get`);
  if (statementsOf(proxy.section, 'ssl-f-use').length > 0) return unknown('`ssl-f-use` brings the certificates');
  return known('nothing', { kind: 'written', place: placeOf(bind) });
}

function listenersOf(bind: Statement, endpoint: TlsEndpoint | undefined, context: PathContext): Listener[] {
  const lists = readLists(bind, context);
  const word = bind.words[1] as Word;
  const place = placeOf(bind, word.span);
  const origin: Origin = { kind: 'written', place };
  const ssl = sslWord(bind);
  const tls = known(
    ssl !== undefined,
    ssl === undefined ? origin : { kind: 'written', place: placeOf(bind, ssl.span) },
  );
  return word.value.split(',').map((address) => ({
    place,
    label: `bind ${address}`,
    port: portOf(address, origin, word.variable),
    address: word.variable ? undefined : addressOf(address),
    tls,
    direct: word.variable
      ? unknown('the address comes from the environment')
      : known(!isLocalBind(bind) && !isBehindProxy(bind), origin),
    answersUnknownNames: answersUnknownNames(bind, origin, lists),
    severalHosts: ssl !== undefined && endpoint !== undefined && ofSeveralHosts(endpoint),
  }));
}

/** The lists of a `bind` line that can be read. */
function readLists(bind: Statement, context: PathContext): ReadList[] {
  return filesOf(bind, context).flatMap((named) => listOf(named, context) ?? []);
}

/** What a `bind` line offers by itself: not known where each certificate of a list may have versions of its own. */
function listedOffer(bind: Statement, offer: Offer, context: PathContext): Offer {
  const words = certificateWords(bind);
  const isOpen =
    words.length === 0 ||
    words.some(({ name }) => name.value !== 'crt-list') ||
    readLists(bind, context).some(({ entries }) => entries.some((entry) => !asksForVersions(entry)));
  return isOpen ? offer : { ...offer, versions: unknown('`crt-list` may set versions for each certificate') };
}

/** The endpoints of a `bind` line: its own, and those of the lines in its lists that have settings of their own. */
function endpointsOf(
  proxy: ProxySection,
  bind: Statement,
  context: PathContext,
  part: boolean,
  surroundings: Surroundings,
): readonly SourcedEndpoint[] {
  // Certificates that nobody is shown are certificates all the same.
  if (sslWord(bind) === undefined && certificateWords(bind).length === 0) return [];
  const { whole, environment } = context;
  const label = `bind ${bind.words[1]?.value ?? ''} of ${proxy.kind} ${proxy.name}`;
  const presenting = presentingOf(label, context, part);
  const offer = listedOffer(bind, offerOf(bind, whole, environment.target, part), context);
  const legacy = legacyAllowed(bind, whole, environment.target, part);
  const endpoint: TlsEndpoint = {
    side: 'server',
    place: placeOf(bind, spanOfWords(bind.words, 0, 2)),
    label,
    versionSetting: offer.setting,
    listed: offer.listed,
    versions: seenVersions(offer.versions, legacy, environment.target),
    legacyAllowedByLibrary: legacy,
    ciphers: cipherSettingsOf(bind, whole, part),
    certificates: certificatesOf(bind, presenting, context),
    handshake: handshakeOf(proxy, bind),
    clientCertificates: clientCertificatesOf(proxy, bind, surroundings),
    get revocation() {
      return revocationOf(bind, context);
    },
    get dh() {
      return dhOf(this.certificates, context, part);
    },
    get stapling() {
      return staplingOf(this.certificates, context, part, undefined, loadsOfBind(bind, context));
    },
  };
  const owner = { proxy, surroundings, bind, endpoint, offer, presenting, part };
  const ofEntries = readLists(bind, context).flatMap((list) =>
    list.entries
      .filter(isOfItsOwn)
      .map((entry) => ({ endpoint: endpointOfEntry(entry, list, owner, context), proxy, bind, entry })),
  );
  return [{ endpoint, proxy, bind }, ...ofEntries];
}

/** The sites of one frontend or `listen` section. The first has its routes and all its plain listeners. */
export function sitesOf(
  proxy: ProxySection,
  routes: readonly SourcedRoute[],
  context: PathContext,
  part: boolean,
  surroundings: Surroundings,
): SourcedSite[] {
  const binds = statementsOf(proxy.section, 'bind').filter(
    (statement) => statement.words[1] !== undefined && alwaysIn(proxy.section, statement),
  );
  const all = binds.flatMap((bind) => endpointsOf(proxy, bind, context, part, surroundings));
  const place = placeOf(proxy.section.header, spanOfWords(proxy.section.header.words, 0, 2));
  const [first, ...more] = all.filter(({ entry }) => entry === undefined);
  const site = (
    endpoint: SourcedEndpoint | undefined,
    listeners: Listener[],
    own: readonly SourcedRoute[],
  ): SourcedSite => ({
    proxy,
    endpoint,
    site: {
      place,
      label: titleOf(proxy.section),
      names: [],
      listeners,
      endpoint: endpoint?.endpoint,
      routes: own.map(({ route }) => route),
      redirects: endpoint === first ? redirectsOf(proxy, routes, context.environment.webSocketPaths) : NOT_LOOKED_AT,
      traffic: trafficOf(proxy),
      plainAnswer: plainAnswerOf(proxy, routes.length),
      hsts: endpoint === first ? hstsOf(proxy) : NOT_LOOKED_AT,
    },
  });
  const main = binds.filter((bind) => !more.some((other) => other.bind === bind));
  return [
    site(
      first,
      main.flatMap((bind) => listenersOf(bind, bind === first?.bind ? first.endpoint : undefined, context)),
      routes,
    ),
    ...more.map((endpoint) => site(endpoint, listenersOf(endpoint.bind, endpoint.endpoint, context), [])),
    ...all.filter(({ entry }) => entry !== undefined).map((endpoint) => site(endpoint, [], [])),
  ];
}
