/** Owns routes: every block that hands requests to a back end by `proxy_pass`, with what becomes of a WebSocket there. */
import { PROXY_READ_TIMEOUT } from '../../../facts/nginx.ts';
import type { Handshake, OverHttp2 } from '../../../model/handshake.ts';
import type { EarlyData } from '../../../model/listening.ts';
import type { IdleLimit, Route, Upgrade, WebSocketEvidence } from '../../../model/model.ts';
import { type Fact, type Known, known, type Place, unknown } from '../../../model/origin.ts';
import { namedPath, suspectName, suspectPath } from '../../../model/websocket.ts';
import {
  type Entry,
  nearest,
  originOf,
  own,
  placeOfWords,
  type Scope,
  scopesBelow,
  scopeWord,
  value,
} from '../scope.ts';
import { alwaysAsks, anyProtocol } from './asking.ts';
import { type HeaderVerdict, judgeHeaders } from './headers.ts';
import { sentHost } from './sent-host.ts';
import { subRequestsOf } from './sub-requests.ts';
import { parseTime } from './time.ts';
import type { Variables } from './variables.ts';

export interface RouteContext {
  readonly variables: Variables;
  /** The HTTP version towards back ends where nothing sets it. */
  readonly defaultHttp: Fact<'1.0' | '1.1'>;
  readonly webSocketPaths: readonly string[];
}

/** A route while the headers that reach no route at all are being looked for. */
export interface RawRoute {
  readonly scope: Scope;
  readonly pass: Entry;
  readonly path: string | undefined;
  readonly headers: HeaderVerdict;
  /** Whether only nginx itself asks for it, so that no tunnel can come about. */
  readonly isSubRequest: boolean;
}

/** The location that a block belongs to: `if` and `limit_except` are parts of one. */
export function locationOf(scope: Scope): Scope | undefined {
  let at: Scope | undefined = scope;
  while (at !== undefined && (at.name === 'if' || at.name === 'limit_except')) at = at.parent;
  return at?.name === 'location' ? at : undefined;
}

/** The path of a location as written, without its modifier. */
export function locationPath(location: Scope): string | undefined {
  return location.opener?.directive.wording.values.at(-1);
}

/** The host or the upstream name in `proxy_pass`: `http://chat_ws/x` gives `chat_ws`. */
export function passedTo(pass: Entry): string {
  const text = value(pass) ?? '';
  return /^https?:\/\/(unix:[^:]*|[^/:?]*)/i.exec(text)?.[1] ?? text;
}

/** The scheme, host and port in `proxy_pass`, whatever the path. */
export function backEndOf(pass: Entry): string {
  const text = value(pass) ?? '';
  return (/^(https?:\/\/(?:unix:[^:]*|[^/?]*))/i.exec(text)?.[1] ?? text).toLowerCase();
}

/** The routes of a block and of all blocks in it. */
export function rawRoutes(server: Scope, context: RouteContext): RawRoute[] {
  const out: RawRoute[] = [];
  const isForSubRequests = subRequestsOf(server);
  for (const scope of scopesBelow(server)) {
    if (scope !== server && scope.name === 'server') continue;
    const pass = own(scope, 'proxy_pass')[0];
    if (pass === undefined) continue;
    const location = locationOf(scope);
    out.push({
      scope,
      pass,
      path: location === undefined ? undefined : locationPath(location),
      headers: judgeHeaders(scope, pass, context.variables),
      isSubRequest: location !== undefined && isForSubRequests?.(location) === true,
    });
  }
  return out;
}

function evidenceOf(raw: RawRoute, deadLevels: ReadonlySet<Scope>, context: RouteContext): WebSocketEvidence {
  const { headers, path, pass } = raw;
  if (headers.evidence.level === 'certain' && !raw.isSubRequest) return headers.evidence;
  if (path !== undefined && namedPath(path, context.webSocketPaths))
    return { level: 'certain', why: 'the settings name its path' };
  if (raw.isSubRequest) return { level: 'none' };
  const suspicion =
    (path === undefined ? undefined : suspectPath(path.replace(/^@/, ''))) ?? suspectName(passedTo(pass));
  if (suspicion !== undefined) return { level: 'suspected', why: suspicion };
  if (headers.cutFrom !== undefined && deadLevels.has(headers.cutFrom)) {
    return {
      level: 'suspected',
      why: `the WebSocket headers in \`${scopeWord(headers.cutFrom)}\` are there for a route, and reach none`,
    };
  }
  return { level: 'none' };
}

/**
 * The levels whose WebSocket headers are cut off for every route below them. Where a route has such headers all the same,
 * inherited or repeated, it may be the one that they were meant for.
 */
export function deadHeaderLevels(servers: readonly (readonly RawRoute[])[]): Set<Scope> {
  const dead = new Set<Scope>();
  for (const routes of servers)
    for (const { headers, isSubRequest } of routes)
      if (headers.cutFrom !== undefined && !isSubRequest) dead.add(headers.cutFrom);
  if (dead.size === 0) return dead;
  for (const routes of servers) {
    for (const { headers, scope, isSubRequest } of routes) {
      if (headers.evidence.level === 'none' || isSubRequest) continue;
      for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) dead.delete(at);
    }
  }
  return dead;
}

/** A setting with one value, read from the level that counts. */
export function scalar<T>(
  scope: Scope,
  name: string,
  read: (text: string) => T | undefined,
  fallback: Fact<T>,
): Fact<T> {
  const found = nearest(scope, name);
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent') return fallback;
  const entry = found.entries[0] as Entry;
  const read1 = read(entry.directive.wording.values.join(' '));
  if (read1 === undefined) return unknown(`\`${name}\` has a value that is not known`);
  return known(read1, originOf(scope, found.scope, entry));
}

function idleOf(scope: Scope): Fact<IdleLimit> {
  const limit = scalar(scope, 'proxy_read_timeout', parseTime, PROXY_READ_TIMEOUT);
  if (!limit.known) return limit;
  const part = { setting: 'proxy_read_timeout', seconds: limit as Known<number> };
  const word =
    limit.origin.kind === 'default'
      ? `\`proxy_read_timeout\` is not set, and its default is ${limit.value}s`
      : `\`proxy_read_timeout\` is ${limit.value}s`;
  return known(
    { seconds: limit.value, silence: 'without data from the back end', formula: word, parts: [part] },
    limit.origin,
  );
}

function readVersion(text: string): '1.0' | '1.1' | '2' | undefined {
  return text === '1.0' || text === '1.1' || text === '2' ? text : undefined;
}

/** `proxy_http_version 2` has no upgrade at all (nginx: ngx_http_proxy_v2_module.c), whatever the headers say. */
function withHttp2(
  upgrade: Fact<Upgrade>,
  http: Fact<'1.0' | '1.1' | '2'>,
  over: OverHttp2 | undefined,
): Fact<Upgrade> {
  if (over === undefined || !http.known) return upgrade;
  const loss = {
    kind: 'http2' as const,
    lost: 'request' as const,
    message: `\`${over.setting}\` has no upgrade`,
    place: over.place,
    related: [],
  };
  const others = upgrade.known ? upgrade.value.losses : [];
  return known({ passes: false, losses: [loss, ...others] }, http.origin);
}

/**
 * `limit_except` without GET, in which nobody is let in: every handshake is a GET (RFC 6455, 4.1). It counts for its own
 * location only.
 */
function withRefusal(upgrade: Fact<Upgrade>, scope: Scope): Fact<Upgrade> {
  const limit = own(scope, 'limit_except')[0];
  const inside = limit?.scope;
  if (limit === undefined || inside === undefined || inside.holes.length > 0) return upgrade;
  const methods = limit.directive.wording.values.map((method) => method.toUpperCase());
  const [denies] = own(inside, 'deny').filter((entry) => value(entry) === 'all');
  if (methods.includes('GET') || denies === undefined || own(inside, 'allow').length > 0) return upgrade;
  // With `satisfy any`, a password or another check may let them in all the same.
  if (nearest(scope, 'satisfy').kind !== 'absent') return upgrade;
  const loss = {
    kind: 'refused' as const,
    lost: 'request' as const,
    message: `\`${scopeWord(inside)}\` lets no GET through, and every handshake is one`,
    place: placeOfWords(limit),
    related: [],
  };
  const others = upgrade.known ? upgrade.value.losses : [];
  return known({ passes: false, losses: [loss, ...others] }, { kind: 'written', place: loss.place });
}

/** Settings that keep from the back end what a handshake needs, whatever its two headers are. */
function withoutRequest(upgrade: Fact<Upgrade>, scope: Scope): Fact<Upgrade> {
  const kept = withheld(scope) ?? methodSent(scope);
  if (kept === undefined) return upgrade;
  const [entry, what] = kept;
  const place = placeOfWords(entry);
  const loss = { kind: 'deleted' as const, lost: 'request' as const, message: what, place, related: [] };
  const others = upgrade.known ? upgrade.value.losses : [];
  return known({ passes: false, losses: [loss, ...others] }, { kind: 'written', place });
}

type Withheld = readonly [entry: Entry, what: string];

/** `proxy_pass_request_headers off` takes `Sec-WebSocket-Key` and the others away; lines of `proxy_set_header` bring them back. */
function withheld(scope: Scope): Withheld | undefined {
  const found = nearest(scope, 'proxy_pass_request_headers');
  const entry = found.kind === 'found' ? found.entries[0] : undefined;
  if (entry === undefined || value(entry)?.toLowerCase() !== 'off') return undefined;
  const headers = nearest(scope, 'proxy_set_header');
  if (headers.kind === 'hidden') return undefined;
  const lines = headers.kind === 'found' ? headers.entries : [];
  if (lines.some((line) => /^sec-websocket-key$/i.test(value(line) ?? ''))) return undefined;
  return [entry, '`proxy_pass_request_headers off` keeps all other headers of the handshake from the back end'];
}

/** Every handshake is a GET (RFC 6455, 4.1). */
function methodSent(scope: Scope): Withheld | undefined {
  const found = nearest(scope, 'proxy_method');
  const entry = found.kind === 'found' ? found.entries[0] : undefined;
  const method = entry === undefined ? undefined : value(entry);
  if (entry === undefined || method === undefined || !/^(POST|PUT|HEAD|DELETE|PATCH|OPTIONS)$/i.test(method))
    return undefined;
  return [entry, `\`proxy_method ${method}\` makes another request of the handshake, which is a GET`];
}

function overHttp2(http: Fact<'1.0' | '1.1' | '2'>): OverHttp2 | undefined {
  if (!http.known || http.value !== '2' || http.origin.kind === 'default') return undefined;
  return { handshake: 'none', chosen: false, setting: 'proxy_http_version 2', place: http.origin.place };
}

/** Each of its facts is asked for by a rule of its own, and of some routes only. */
class LazyHandshake implements Handshake {
  constructor(
    private readonly raw: RawRoute,
    readonly overHttp2: OverHttp2 | undefined,
    private readonly variables: Variables,
  ) {}

  get host(): Handshake['host'] {
    return sentHost(this.raw.scope, this.raw.pass);
  }

  get alwaysAsks(): Handshake['alwaysAsks'] {
    return alwaysAsks(this.raw.scope);
  }

  get anyProtocol(): Handshake['anyProtocol'] {
    return anyProtocol(this.raw.scope, this.variables);
  }
}

/**
 * A route of the model. What only WebSockets are asked for is worked out when it is: most routes are none, and large
 * configurations have many thousands.
 */
class LazyRoute implements Route {
  private knownUpgrade: Fact<Upgrade> | undefined;
  private knownHttp: Fact<'1.0' | '1.1' | '2'> | undefined;
  private knownHandshake: Handshake | undefined;

  constructor(
    private readonly raw: RawRoute,
    private readonly siteWord: string,
    readonly webSocket: WebSocketEvidence,
    readonly earlyData: Fact<EarlyData>,
    private readonly context: RouteContext,
  ) {}

  get place(): Place {
    return placeOfWords(this.raw.pass);
  }

  get path(): string | undefined {
    return this.raw.path;
  }

  get upstream(): string {
    return value(this.raw.pass) ?? '';
  }

  get label(): string {
    const location = locationOf(this.raw.scope);
    return location === undefined ? this.siteWord : `${scopeWord(location)} of ${this.siteWord}`;
  }

  get upgrade(): Fact<Upgrade> {
    const { scope, headers } = this.raw;
    this.knownUpgrade ??= withRefusal(
      withoutRequest(withHttp2(headers.upgrade(), this.backendHttp, overHttp2(this.backendHttp)), scope),
      scope,
    );
    return this.knownUpgrade;
  }

  get upgradeNeeds(): string | undefined {
    return this.raw.headers.needs;
  }

  get backendHttp(): Fact<'1.0' | '1.1' | '2'> {
    this.knownHttp ??= scalar(this.raw.scope, 'proxy_http_version', readVersion, this.context.defaultHttp);
    return this.knownHttp;
  }

  get idle(): Fact<IdleLimit> {
    return idleOf(this.raw.scope);
  }

  get handshake(): Handshake {
    this.knownHandshake ??= new LazyHandshake(this.raw, overHttp2(this.backendHttp), this.context.variables);
    return this.knownHandshake;
  }
}

/** Turns a raw route into one of the model. */
export function finishRoute(
  raw: RawRoute,
  siteWord: string,
  deadLevels: ReadonlySet<Scope>,
  earlyData: Fact<EarlyData>,
  context: RouteContext,
): Route {
  return new LazyRoute(raw, siteWord, evidenceOf(raw, deadLevels, context), earlyData, context);
}
