/** Owns nginx's answer to each remedy: the smallest edit of the text that makes it true. */
import type { Route, Site, TlsEndpoint } from '../../../model/model.ts';
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import { nameFile } from '../../blocks/edits.ts';
import type { SiteSource } from '../lower/sources.ts';
import type { Variables } from '../lower/variables.ts';
import type { NginxProject } from '../project.ts';
import { type Entry, enclosing, nearest, type Scope, settingLevel } from '../scope.ts';
import { tellEarlyData } from './early-data.ts';
import { forwardHost } from './host.ts';
import { byFile, removal, replaceArgs } from './layout.ts';
import { redirectToTls, refuseHandshakes, refuseUnknownNames, speakTls } from './listening.ts';
import { setScalar, tlsAnchor } from './scalar.ts';
import { askWhenAsked, forwardUpgrade, onlyWebSocket } from './upgrade.ts';

export interface RouteSource {
  readonly scope: Scope;
  readonly pass: Entry;
}

/** What realizers need to find the text behind the model. */
export interface RealizeContext {
  readonly project: NginxProject;
  readonly variables: Variables;
  routeSource(route: Route): RouteSource | undefined;
  siteSource(site: Site): SiteSource | undefined;
  endpointScope(endpoint: TlsEndpoint): Scope | undefined;
}

/** Seconds as a person writes them: `1h`, `90s`. */
function timeText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

function setForRoute(route: Route, context: RealizeContext, name: string, text: string): FileEdits[] | undefined {
  const source = context.routeSource(route);
  if (source === undefined) return undefined;
  const level = settingLevel(source.scope);
  const anchor = level === source.scope && source.pass.via.length === 0 ? source.pass : undefined;
  return setScalar(level, name, text, anchor);
}

/** Whether a route is one of `proxy_pass` in `http`; gRPC, uwsgi and SCGI have no version of HTTP and no headers to set. */
function isProxied(route: Route, context: RealizeContext): boolean {
  const source = context.routeSource(route);
  return source?.pass.directive.name.value === 'proxy_pass' && enclosing(source.scope, 'stream') === undefined;
}

/** Whether a setting beside the headers keeps the handshake from the back end, too. */
function losesMore({ upgrade }: Route): boolean {
  return upgrade.known && upgrade.value.losses.some(({ kind }) => kind === 'deleted');
}

/** The setting that ends a silent tunnel of a route. */
function idleSetting(route: Route, context: RealizeContext): string {
  const source = context.routeSource(route);
  if (source === undefined) return 'proxy_read_timeout';
  if (enclosing(source.scope, 'stream') !== undefined) return 'proxy_timeout';
  return source.pass.directive.name.value.replace(/_pass$/, '_read_timeout');
}

function setVersions(
  remedy: Extract<Remedy, { kind: 'set-tls-versions' }>,
  context: RealizeContext,
): FileEdits[] | undefined {
  const scope = context.endpointScope(remedy.endpoint);
  if (scope === undefined) return undefined;
  const text = remedy.versions.join(' ');
  const found = nearest(scope, 'ssl_protocols');
  if (found.kind === 'hidden') return undefined;
  if (found.kind === 'absent') {
    return setScalar(scope, 'ssl_protocols', text, tlsAnchor(scope));
  }
  const [first, ...more] = found.entries;
  if (first === undefined) return undefined;
  // Two lines at one level are a union, so the others have to go.
  return byFile([
    { file: first.file, edit: replaceArgs(first.directive, 0, text) },
    ...more.map((entry) => ({ file: entry.file, edit: removal(entry.file, entry.directive) })),
  ]);
}

/** White space, and signs that end a word. */
const QUOTED_PATH = /[\s;{}"'\\#]/;

export function realize(remedy: Remedy, context: RealizeContext): readonly FileEdits[] | undefined {
  switch (remedy.kind) {
    case 'forward-upgrade':
      return isProxied(remedy.route, context) && !losesMore(remedy.route)
        ? forwardUpgrade(remedy.route, context, remedy.only === true)
        : undefined;
    case 'ask-when-asked':
      return askWhenAsked(remedy.route, context);
    case 'only-websocket':
      return onlyWebSocket(remedy.route, context);
    case 'forward-host':
      return forwardHost(remedy.route, remedy.port, context);
    case 'set-idle-limit':
      return setForRoute(remedy.route, context, idleSetting(remedy.route, context), timeText(remedy.seconds));
    case 'use-http-1-1':
      return isProxied(remedy.route, context)
        ? setForRoute(remedy.route, context, 'proxy_http_version', '1.1')
        : undefined;
    case 'set-tls-versions':
      return setVersions(remedy, context);
    case 'name-file':
      return nameFile(remedy, QUOTED_PATH);
    case 'speak-tls':
      return speakTls(remedy.site, remedy.listener, context);
    case 'redirect-to-tls':
      return redirectToTls(remedy.site, context);
    case 'refuse-unknown-names':
      return refuseUnknownNames(remedy.site, context);
    case 'refuse-handshakes':
      return refuseHandshakes(remedy.site, context);
    case 'tell-early-data':
      return tellEarlyData(remedy.routes, context);
    case 'edit':
      return remedy.edits();
  }
}
