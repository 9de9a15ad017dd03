/** Owns the effective model: what a configuration does, in terms of what can be observed on the wire. */
import type { FileId } from '../files/host.ts';
import type { Address } from './addresses.ts';
import type { CipherSettings } from './cipher-settings.ts';
import type { ClientCertificates, SpoofableIdentity } from './client-certificates.ts';
import type { DhSource } from './dh.ts';
import type { Handshake, HandshakeRedirect } from './handshake.ts';
import type { Hop } from './hops.ts';
import type { HstsGap } from './hsts.ts';
import type { InsecurePage, InsecureUrl } from './insecure-urls.ts';
import type { ExtensionSection } from './issuing.ts';
import type { EarlyData, PlainAnswer, TlsHandshake, Traffic, Unreached } from './listening.ts';
import type { NamedSuite } from './named-suites.ts';
import type { Fact, Known, Place } from './origin.ts';
import type { OverruledVersions } from './overruled-versions.ts';
import type { ProductFacts } from './product.ts';
import type { Remedy } from './remedy.ts';
import type { RevocationCheck } from './revocation.ts';
import type { Stapling } from './stapling.ts';
import type { Target } from './target.ts';
import type { UnitlessTime } from './times.ts';

/** The languages that lower into the model; `pem` files have certificates only, `openssl` what they are made from. */
export type LanguageId = 'nginx' | 'haproxy' | 'apache' | 'caddy' | 'stunnel' | 'pem' | 'openssl';

export const TLS_VERSIONS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** A version that the configuration names, and where. */
export interface ListedVersion {
  readonly version: TlsVersion;
  readonly place: Place;
}

/** One side of TLS: what a server (or a client towards an upstream) offers. */
export interface TlsEndpoint {
  readonly side: 'server' | 'client';
  /** Where the endpoint is declared, for findings that have no written value. */
  readonly place: Place;
  /** What it is called in its language: `server example.com`, `bind :443`. */
  readonly label: string;
  /** The setting that lists versions, in the language's words: `ssl_protocols`, `ssl-min-ver`. */
  readonly versionSetting: string;
  /** Versions that are switched on by name, each at its place. Empty when nothing is written. */
  readonly listed: readonly ListedVersion[];
  /** What a client that offers only this version can complete. Observed by: a scan with a permissive client. */
  readonly versions: Fact<readonly TlsVersion[]>;
  /** What it lists, where that does not count; left out where each endpoint decides for itself. */
  readonly overruled?: Fact<OverruledVersions | undefined>;
  /** Whether the TLS library's security level lets TLS 1.0 and 1.1 through. */
  readonly legacyAllowedByLibrary: Fact<boolean>;
  /** What the product does with versions before TLS 1.2 where it does not merely keep them closed, without a full stop. */
  readonly legacyRefused?: string;
  readonly ciphers: CipherSettings;
  /** Suites that are named one by one; left out where a cipher string does it. */
  readonly namedSuites?: readonly NamedSuite[];
  readonly certificates: readonly CertificateUse[];
  /** What a handshake with one of the site's names gets. Observed by: a TLS client that sends such a name. */
  readonly handshake: Fact<TlsHandshake>;
  readonly clientCertificates: Fact<ClientCertificates>;
  /** How certificates of clients are looked up in revocation lists, where they are; left out where it is not looked at. */
  readonly revocation?: RevocationCheck | undefined;
  /** Where the parameters of DHE suites come from; left out where it is not looked at. */
  readonly dh?: Fact<DhSource>;
  /** Stapling, where it is switched on; left out where it is not looked at. */
  readonly stapling?: Fact<Stapling | undefined>;
}

/** A file that the configuration names: the path as written, and where it is. */
export interface FileUse {
  readonly place: Place;
  /** The setting in the language's words: `ssl_certificate`, `crt`. */
  readonly setting: string;
  readonly written: string;
  /** The file, or why it cannot be known. A known file may be missing. */
  readonly file: Fact<FileId>;
}

/** A certificate with its key, as one endpoint uses them. */
export interface CertificateUse {
  readonly certificate: FileUse;
  /** The key's file; undefined when nothing names one. The same file as the certificate's in a bundle. */
  readonly key: FileUse | undefined;
  /** That nothing names a key, in the language's words, where the product does not start because of that. */
  readonly keyless?: string | undefined;
  /** The product starts with a key that does not fit, and handshakes fail. Absent where that is as `Model.product` says. */
  readonly keyUncompared?: boolean;
  /** The names for which the certificate is presented, each at its place. */
  readonly names: readonly SiteName[];
  /** Who presents it, in the language's words: `server example.com`. */
  readonly label: string;
  /** Another file whose certificates are sent along, in the place of those behind the certificate in its own. */
  readonly chain?: FileUse;
  /** Whether certificates of the chain that the files lack may come from elsewhere (HAProxy's `issuers-chain-path`, Apache's files of authorities). */
  readonly chainElsewhere?: boolean;
  /** Whether the product is told the passwords of encrypted keys. Absent where the language does not look at that. */
  readonly passwords?: Fact<boolean>;
}

/** A name of a site as it is written: `example.com`, `*.example.com`, `.example.com`, `~^www\d`. */
export interface SiteName {
  readonly name: string;
  readonly place: Place;
}

/** A virtual host. */
export interface Site {
  readonly place: Place;
  readonly label: string;
  readonly names: readonly SiteName[];
  /** Why no request comes to it, where that is certain. Observed by: requests for all of its names on all of its listeners. */
  readonly unreached?: Unreached | undefined;
  readonly listeners: readonly Listener[];
  readonly endpoint: TlsEndpoint | undefined;
  readonly routes: readonly Route[];
  /** Paths of WebSockets whose handshakes are redirected. */
  readonly redirects: Fact<readonly HandshakeRedirect[]>;
  /** What its connections carry, inside of TLS where there is TLS. Observed by: which protocol gets an answer. */
  readonly traffic: Fact<Traffic>;
  /** What requests for its names get where they come without TLS. Observed by: requests for some paths in plain text. */
  readonly plainAnswer: Fact<PlainAnswer>;
  /** Answers over TLS without `Strict-Transport-Security`. Observed by: requests for a page, and for what is not there. */
  readonly hsts: Fact<readonly HstsGap[]>;
  /** `ws://` addresses in what it sends to browsers over TLS; left out where it is not looked at. */
  readonly insecureUrls?: Fact<readonly InsecureUrl[]>;
}

export interface Listener {
  readonly place: Place;
  readonly label: string;
  readonly port: Fact<number>;
  /** Undefined where it cannot be known, or is several. */
  readonly address?: Address | undefined;
  readonly tls: Fact<boolean>;
  /** Whether clients reach it themselves: no local address, and no proxy before it that announces them. Observed by: a client from outside. */
  readonly direct: Fact<boolean>;
  /** Whether this site answers here for names that no site has. Observed by: a request for such a name. */
  readonly answersUnknownNames: Fact<boolean>;
  /** Whether one listener presents certificates of several hosts by itself, by the name that is asked for. */
  readonly severalHosts?: boolean;
}

/** Why a route is taken for a WebSocket. `certain`: it passes some of the upgrade on, or the settings name it. */
export type WebSocketEvidence =
  | { readonly level: 'certain' | 'suspected'; readonly why: string }
  | { readonly level: 'none' };

/** A reason why the back end's 101 does not reach the client. */
export interface UpgradeLoss {
  readonly kind:
    | 'missing'
    | 'wrong-value'
    | 'cleared'
    | 'inheritance-cut'
    | 'deleted'
    | 'http2'
    | 'refused'
    | 'replaced';
  /** Whether the back end never sees the handshake, or the client never sees a right answer to it. */
  readonly lost: 'request' | 'answer';
  /** One sentence in the language's own words, without a full stop. */
  readonly message: string;
  readonly place: Place;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
}

export interface Upgrade {
  readonly passes: boolean;
  readonly losses: readonly UpgradeLoss[];
  /** How safe it is to forward the upgrade, where that could change more than this route. */
  readonly safety?: Safety;
}

/** How long a tunnel may be silent. `formula` is what the product computes from `parts`. */
export interface IdleLimit {
  /** Seconds of silence until the tunnel closes; Infinity when it never does. */
  readonly seconds: number;
  /** What has to be missing so long, after the number: `without data from the back end`, `of silence`. */
  readonly silence: string;
  readonly formula: string;
  readonly parts: readonly { readonly setting: string; readonly seconds: Known<number> }[];
}

/** Requests that go to one upstream: a location, a back end. */
export interface Route {
  /** Where requests are handed on: the `proxy_pass`, the `use_backend`'s section. */
  readonly place: Place;
  readonly label: string;
  /** The path as written (`/ws/`, `~ ^/chat`), if it has one. */
  readonly path: string | undefined;
  readonly upstream: string;
  readonly webSocket: WebSocketEvidence;
  /** Whether the back end's 101 reaches the client. Observed by: a WebSocket probe. */
  readonly upgrade: Fact<Upgrade>;
  /**
   * Where nothing in a part of a configuration lets the upgrade through, and only what is around it could: that, in the
   * language's own words, without a full stop.
   */
  readonly upgradeNeeds?: string | undefined;
  /** The HTTP version of requests to the back end. Observed by: the back end. */
  readonly backendHttp: Fact<'1.0' | '1.1' | '2'>;
  /** Silence until the tunnel closes. Observed by: a probe, scaled to seconds. */
  readonly idle: Fact<IdleLimit>;
  /** What the back end learns of requests sent as early data. Observed by: the back end, with a client that resumes a session. */
  readonly earlyData: Fact<EarlyData>;
  readonly handshake: Handshake;
  /** What a reload does to tunnels, where it closes them; left out where it does not, or is not looked at. */
  readonly reload?: Fact<ReloadEnd | undefined>;
}

/** Observed by: a tunnel that is open while the configuration is loaded anew. */
export interface ReloadEnd {
  readonly place: Place;
  /** In the language's own words, without a full stop. */
  readonly message: string;
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** Something written that newer versions deprecate or refuse. */
export interface Obsolete {
  readonly place: Place;
  /** What is written, in the language's words: `ssl on`, `listen … http2`. */
  readonly what: string;
  readonly deprecatedIn: string | undefined;
  readonly removedIn: string | undefined;
  /** One sentence: what the product does with it, and what takes its place. */
  readonly advice: string;
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** What the product itself would refuse, or what could not be seen. */
export interface ConfigProblem {
  readonly rule:
    | 'config-syntax'
    | 'config-undefined-variable'
    | 'config-include-missing'
    | 'config-include-cycle'
    | 'config-directive-misplaced';
  readonly place: Place;
  readonly message: string;
  /** Where it is less than the product's refusal. */
  readonly severity?: 'warning' | 'info';
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
  readonly offers?: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}

/** What could not be seen, and so was not judged. */
export interface Unseen {
  readonly place: Place;
  readonly what: string;
}

/**
 * safe: cannot change who may connect or what they get, beyond the stated defect.
 * behaviour: does what its title says, may lock clients out or change timing.
 * sketch: the user must fill something in.
 */
export type Safety = 'safe' | 'behaviour' | 'sketch';

export interface Model {
  readonly language: LanguageId;
  /** What is special to the product that reads it, so that rules need no language's name. */
  readonly product: ProductFacts;
  readonly root: FileId;
  /** A whole configuration, or a part whose surroundings are not known. */
  readonly role: 'root' | 'fragment';
  readonly target: Target;
  readonly sites: readonly Site[];
  readonly spoofable: readonly SpoofableIdentity[];
  readonly hops: readonly Hop[];
  readonly obsolete: readonly Obsolete[];
  /** Numbers that are clearly meant in another unit; left out where the product has no such trap. */
  readonly unitlessTimes?: readonly UnitlessTime[];
  readonly problems: readonly ConfigProblem[];
  readonly unseen: readonly Unseen[];
  /** `ws://` addresses in files of the workspace that only come over TLS, worked out when asked; left out where it is not looked at. */
  readonly insecurePages?: () => readonly InsecurePage[];
  /** What certificates are made from here; left out where a language makes none. */
  readonly extensions?: readonly ExtensionSection[];
}

/** All routes of a model, in the order of the configuration. */
export function routesOf(model: Model): Route[] {
  return model.sites.flatMap((site) => site.routes);
}

export type WebSocketRoute = Route & { readonly webSocket: Exclude<WebSocketEvidence, { level: 'none' }> };

export function isWebSocket(route: Route): route is WebSocketRoute {
  return route.webSocket.level !== 'none';
}

/** The routes of a model that are WebSockets, or may be; many rules ask, so they are listed once. */
export function webSocketsOf(model: Model): readonly WebSocketRoute[] {
  let known = webSockets.get(model);
  if (known === undefined) {
    const found: WebSocketRoute[] = [];
    for (const { routes } of model.sites) for (const route of routes) if (isWebSocket(route)) found.push(route);
    known = found;
    webSockets.set(model, known);
  }
  return known;
}

const webSockets = new WeakMap<Model, readonly WebSocketRoute[]>();

const endpoints = new WeakMap<Model, readonly TlsEndpoint[]>();

/** All TLS endpoints of a model; many rules ask, so they are listed once. */
export function endpointsOf(model: Model): readonly TlsEndpoint[] {
  let known = endpoints.get(model);
  if (known === undefined) {
    known = model.sites.flatMap((site) => site.endpoint ?? []);
    endpoints.set(model, known);
  }
  return known;
}
