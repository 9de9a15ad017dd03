/**
 * Owns routes that no `proxy_pass` of `http` makes: uwsgi and SCGI, which pass upgrades on by themselves (changes 1.3.14),
 * gRPC, which has none, and `stream`, which does not look into what it carries.
 */
import { STREAM_TIMEOUT, UWSGI_READ_TIMEOUT } from '../../../facts/nginx.ts';
import type { Handshake } from '../../../model/handshake.ts';
import type { IdleLimit, Route, Upgrade, WebSocketEvidence } from '../../../model/model.ts';
import { type Fact, type Known, known, type Origin, unknown } from '../../../model/origin.ts';
import { namedPath, suspectName, suspectPath } from '../../../model/websocket.ts';
import { isMasked } from '../mask.ts';
import type { RouteSource } from '../realize/index.ts';
import {
  enclosing,
  firstOf,
  nearest,
  originOf,
  own,
  placeOfWords,
  present,
  type Scope,
  scopesBelow,
  scopeWord,
  value,
} from '../scope.ts';
import { locationOf, locationPath, scalar } from './routes.ts';
import { parseTime } from './time.ts';

export type MadeRoute = readonly [route: Route, source: RouteSource];

const CHANGES = 'https://nginx.org/en/CHANGES';
const PARAMETERS = /^(uwsgi|scgi)_pass$/;
const PASSES = ['uwsgi_pass', 'scgi_pass', 'grpc_pass'] as const;
const NO_ROUTES: readonly MadeRoute[] = [];

/** The routes of a server beside those of `proxy_pass`. */
export function otherRoutes(server: Scope, label: string, webSocketPaths: readonly string[]): readonly MadeRoute[] {
  if (enclosing(server, 'stream') !== undefined) return streamRoute(server, label);
  const passes = present(server, PASSES);
  if (passes.length === 0) return NO_ROUTES;
  const out: MadeRoute[] = [];
  for (const scope of scopesBelow(server)) {
    if (scope !== server && scope.name === 'server') continue;
    for (const name of passes) {
      const pass = own(scope, name)[0];
      if (pass === undefined) continue;
      const location = locationOf(scope);
      const path = location === undefined ? undefined : locationPath(location);
      const upstream = value(pass) ?? '';
      const route: Route = {
        place: placeOfWords(pass),
        label: location === undefined ? label : `${scopeWord(location)} of ${label}`,
        path,
        upstream,
        webSocket: evidenceOf(path, upstream, webSocketPaths),
        ...(PARAMETERS.test(name) ? withParameters(scope, name) : overGrpc({ scope, pass })),
        earlyData: unknown('only `proxy_pass` is looked at'),
      };
      out.push([route, { scope, pass }]);
    }
  }
  return out;
}

function evidenceOf(path: string | undefined, upstream: string, paths: readonly string[]): WebSocketEvidence {
  if (path !== undefined && namedPath(path, paths)) return { level: 'certain', why: 'the settings name its path' };
  const why = (path === undefined ? undefined : suspectPath(path.replace(/^@/, ''))) ?? suspectName(hostOf(upstream));
  return why === undefined ? { level: 'none' } : { level: 'suspected', why };
}

function hostOf(upstream: string): string {
  return /^(?:\w+:\/\/)?(unix:[^:]*|[^/:?]*)/i.exec(upstream)?.[1] ?? upstream;
}

type Way = Pick<Route, 'upgrade' | 'backendHttp' | 'idle' | 'handshake'>;

const UNTOLD: Handshake = {
  overHttp2: undefined,
  host: unknown('the back end is told by parameters'),
  alwaysAsks: unknown('the headers are the client’s'),
  anyProtocol: unknown('the headers are the client’s'),
};

/** All headers of a request are parameters of their own, those of one hop among them. */
function withParameters(scope: Scope, pass: 'uwsgi_pass' | 'scgi_pass' | 'grpc_pass'): Way {
  const family = pass.slice(0, -'_pass'.length);
  return {
    upgrade: upgradeBehind(scope, family),
    backendHttp: unknown('the back end is not asked over HTTP'),
    idle: idleOf(scope, `${family}_read_timeout`, UWSGI_READ_TIMEOUT, 'without data from the back end'),
    handshake: UNTOLD,
  };
}

function upgradeBehind(scope: Scope, family: string): Fact<Upgrade> {
  const always: Origin = { kind: 'default', versions: 'nginx 1.3.14 and newer', source: CHANGES };
  const params = nearest(scope, `${family}_param`);
  if (params.kind === 'hidden') return unknown(params.hole.why);
  if (params.kind === 'found' && params.entries.some((entry) => /^HTTP_(UPGRADE|CONNECTION)$/.test(value(entry) ?? '')))
    return unknown('a parameter takes the place of a header');
  const setting = `${family}_pass_request_headers`;
  const headers = nearest(scope, setting);
  if (headers.kind === 'hidden') return unknown(headers.hole.why);
  const entry = firstOf(headers);
  if (headers.kind !== 'found' || entry === undefined || value(entry)?.toLowerCase() !== 'off')
    return known({ passes: true, losses: [] }, always);
  const loss = {
    kind: 'deleted' as const,
    lost: 'request' as const,
    message: `\`${setting} off\` keeps all headers of the client from the back end`,
    place: placeOfWords(entry),
    related: [],
  };
  return known({ passes: false, losses: [loss] }, originOf(scope, headers.scope, entry));
}

/** HTTP/2 to the back end, without anything for upgrades (ngx_http_grpc_module.c). */
function overGrpc({ pass }: RouteSource): Way {
  const place = placeOfWords(pass);
  const origin: Origin = { kind: 'written', place };
  const loss = {
    kind: 'http2' as const,
    lost: 'request' as const,
    message: '`grpc_pass` has no upgrade',
    place,
    related: [],
  };
  return {
    upgrade: known({ passes: false, losses: [loss] }, origin),
    backendHttp: known('2', origin),
    idle: unknown('there is no tunnel'),
    handshake: { ...UNTOLD, overHttp2: { handshake: 'none', chosen: false, setting: 'grpc_pass', place } },
  };
}

function idleOf(scope: Scope, setting: string, usual: Fact<number>, silence: string): Fact<IdleLimit> {
  const limit = scalar(scope, setting, parseTime, usual);
  if (!limit.known) return limit;
  const formula =
    limit.origin.kind === 'default'
      ? `\`${setting}\` is not set, and its default is ${limit.value}s`
      : `\`${setting}\` is ${limit.value}s`;
  const parts = [{ setting, seconds: limit as Known<number> }];
  return known({ seconds: limit.value, silence, formula, parts }, limit.origin);
}

/** The bytes of both sides, whatever they are: an upgrade passes, and either side's data keep the connection (docs, proxy_timeout). */
function streamRoute(server: Scope, label: string): MadeRoute[] {
  const pass = own(server, 'proxy_pass')[0];
  const isUdp = own(server, 'listen').some(({ directive }) => directive.wording.values.includes('udp'));
  if (pass === undefined || isUdp) return [];
  const upstream = value(pass) ?? '';
  const why = isMasked(upstream) || upstream.includes('$') ? undefined : suspectName(hostOf(upstream));
  const origin: Origin = {
    kind: 'default',
    versions: 'every version',
    source: 'https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html',
  };
  const route: Route = {
    place: placeOfWords(pass),
    label,
    path: undefined,
    upstream,
    webSocket: why === undefined ? { level: 'none' } : { level: 'suspected', why },
    upgrade: known({ passes: true, losses: [] }, origin),
    backendHttp: unknown('`stream` does not look into what it carries'),
    idle: idleOf(server, 'proxy_timeout', STREAM_TIMEOUT, 'of silence'),
    earlyData: unknown('only `proxy_pass` of `http` is looked at'),
    handshake: {
      overHttp2: undefined,
      host: known({ kind: 'client', text: 'what the client sent', otherSite: false }, origin),
      alwaysAsks: unknown('the headers are the client’s'),
      anyProtocol: unknown('the headers are the client’s'),
    },
  };
  return [[route, { scope: server, pass }]];
}
