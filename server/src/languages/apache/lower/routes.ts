/** Owns routes: what `ProxyPass` lines and `RewriteRule`s with `[P]` hand on to back ends. */
import type { Route, UpgradeLoss, WebSocketEvidence } from '../../../model/model.ts';
import { known, type Place, unknown } from '../../../model/origin.ts';
import { namedPath, suspectName, suspectPath } from '../../../model/websocket.ts';
import type { ApacheProject } from '../project.ts';
import { moveBefore } from '../realize/layout.ts';
import { isOpen, placeOf, placeOfArgs, type Scope } from '../scope.ts';
import { membersOf } from './balancers.ts';
import { handshakeOf } from './handshake.ts';
import { idleOf } from './idle.ts';
import { type Pass, type Passes, parameter, passesOf } from './passes.ts';
import {
  asksForUpgrade,
  engineOf,
  handsOn,
  inheritsRules,
  leavesOutUpgrades,
  type Rewrite,
  rewritesIn,
  strictMatches,
} from './rewrites.ts';
import type { Server } from './servers.ts';
import { shadowOf } from './shadow.ts';
import { rewriteUpgrade, upgradeOf } from './upgrade.ts';
import { isBalancer } from './worker-lines.ts';
import { type Worker, workerFor, workerOf, workersOf } from './workers.ts';

/** The text behind a route. */
export interface RouteSource {
  readonly server: Server;
  readonly pass: Pass | undefined;
  readonly rewrite: Rewrite | undefined;
  readonly worker: Worker | undefined;
}

export interface RouteContext {
  readonly project: ApacheProject;
  source(route: Route, source: RouteSource): void;
}

/** What only WebSockets are asked for; most routes are none. */
const NO_WEBSOCKET = unknown('it is no WebSocket');

const certain = (why: string): WebSocketEvidence => ({ level: 'certain', why });

const hostOf = (url: string): string => /^\w+:\/\/([^/?]*)/.exec(url)?.[1] ?? url;

function evidenceOf(path: string, url: string, project: ApacheProject, sign: string | undefined): WebSocketEvidence {
  if (/^wss?:/i.test(url)) return certain('its scheme is that of WebSockets');
  if (sign !== undefined) return certain(sign);
  if (namedPath(path, project.paths.environment.webSocketPaths)) return certain('the settings name its path');
  const why = suspectPath(path) ?? suspectName(hostOf(url));
  return why === undefined ? { level: 'none' } : { level: 'suspected', why };
}

/** Other protocols than HTTP have no WebSockets. */
const isHttp = (url: string): boolean => /^(https?|wss?|h2c?|balancer):/i.test(url);

/** A rule that takes handshakes before any `ProxyPass` is looked at. */
function takesHandshakes(server: Server): boolean {
  if (engineOf(server) === false) return false;
  const isForSockets = ({ target }: Rewrite): boolean =>
    /^wss?:/i.test(target) ||
    (isBalancer(target) && membersOf(target, server)?.some(({ url }) => /^wss?:/i.test(url)) === true);
  return rewritesIn(server.scope).some((rule) => handsOn(rule) && (isForSockets(rule) || asksForUpgrade(rule)));
}

function ofPass(pass: Pass, passes: Passes, workers: readonly Worker[], server: Server, context: RouteContext): Route {
  const { project } = context;
  const { entry, matcher, url } = pass;
  const path = matcher.kind === 'prefix' ? matcher.path : matcher.source;
  const worker = workerOf(pass, workers);
  // What `ProxySet` says of the line's own worker is said of the line.
  const asked = parameter(pass, 'upgrade') ?? (worker?.url === url ? parameter(worker, 'upgrade') : undefined);
  const counts = worker === undefined ? asked : worker.unsure ? undefined : parameter(worker, 'upgrade');
  const sign =
    asked !== undefined && !/^none$/i.test(asked.value) ? `\`upgrade=${asked.value}\` is there for them` : undefined;
  const webSocket = evidenceOf(path, url, project, sign);
  const place = placeOf(entry);
  const shadow = webSocket.level === 'none' ? undefined : shadowOf(pass, passes);
  const lost = shadow !== undefined && !shadow.same;
  const upgrade =
    webSocket.level === 'none'
      ? NO_WEBSOCKET
      : lost
        ? unknown('another line takes its requests')
        : !/^wss?:/i.test(url) && takesHandshakes(server)
          ? unknown('a `RewriteRule` takes handshakes')
          : upgradeOf(pass, worker, workers, server, project);
  const route: Route = {
    place,
    label: `${entry.directive.name.value} ${path} of ${server.label}`,
    path,
    upstream: url,
    webSocket,
    upgrade,
    backendHttp: known(/^h2c?:/i.test(url) ? '2' : '1.1', { kind: 'written', place }),
    idle:
      webSocket.level === 'none'
        ? NO_WEBSOCKET
        : lost
          ? unknown('another line takes its requests')
          : idleOf(server, url, worker),
    earlyData: known('none', { kind: 'written', place }),
    handshake: {
      ...handshakeOf(
        server,
        url,
        path,
        counts,
        counts === undefined ? place : placeOfArgs(counts.entry, counts.index, counts.index),
      ),
      ...(lost && shadow !== undefined
        ? { shadow: { message: shadow.message, related: shadow.related, offers: movesFor(pass, shadow.by) } }
        : {}),
    },
  };
  context.source(route, { server, pass, rewrite: undefined, worker });
  return route;
}

/** A line can go before the one that takes its requests, where both stand side by side. */
function movesFor(pass: Pass, by: Pass): NonNullable<Route['handshake']['shadow']>['offers'] {
  if (pass.scope !== by.scope || pass.entry.file !== by.entry.file || pass.entry.directive.section !== undefined)
    return [];
  if (pass.scope.key !== 'main' && pass.scope.key !== 'virtualhost') return [];
  return [
    {
      title: 'Put it before the line that takes its requests',
      safety: 'behaviour',
      remedy: { kind: 'edit', edits: () => moveBefore(pass.entry, by.entry) },
    },
  ];
}

function ofRewrite(
  rule: Rewrite,
  read: UpgradeLoss | undefined,
  server: Server,
  workers: readonly Worker[],
  context: RouteContext,
): Route {
  const { project } = context;
  const { entry, pattern, target } = rule;
  // Patterns of `.htaccess` get the path without the folder of the file.
  const path = `${rule.scope.key === 'htaccess' ? '/' : ''}${pattern.replace(/^\^/, '')}`;
  const sign = asksForUpgrade(rule) ? 'its condition asks for a WebSocket handshake' : undefined;
  const webSocket: WebSocketEvidence = leavesOutUpgrades(rule)
    ? { level: 'none' }
    : evidenceOf(path, target, project, sign);
  const place = placeOf(entry);
  const worker = workerFor(target, workers);
  const strict = strictMatches(rule);
  const route: Route = {
    place,
    label: `RewriteRule ${pattern} of ${server.label}`,
    path: pattern,
    upstream: target,
    webSocket,
    upgrade: webSocket.level === 'none' ? NO_WEBSOCKET : rewriteUpgrade(rule, read, worker, server, project),
    backendHttp: known('1.1', { kind: 'written', place }),
    idle: read?.kind === 'inheritance-cut' ? unknown('no host takes the rule') : idleOf(server, target, worker),
    earlyData: known('none', { kind: 'written', place }),
    handshake: {
      ...handshakeOf(server, target, webSocket.level === 'none' ? undefined : path, undefined, place),
      ...(strict.length > 0 && webSocket.level !== 'none' ? { tooStrict: strict } : {}),
    },
  };
  context.source(route, { server, pass: undefined, rewrite: rule, worker });
  return route;
}

/** The routes of a server. Those of the main server's lines that hosts take are judged where they stand. */
export function routesOf(server: Server, context: RouteContext): Route[] {
  const passes = passesOf(server);
  const workers = workersOf(server);
  const isMine = ({ scope }: { readonly scope: Scope }): boolean =>
    scope === server.scope || scope.parent === server.scope;
  const mine = [...passes.lines, ...passes.located].filter(
    (pass) => isMine(pass) && !isOpen(pass.url) && isHttp(pass.url),
  );
  const rules = rewritesIn(server.scope).filter((rule) => handsOn(rule) && isHttp(rule.target));
  const engine = engineOf(server);
  const unread = (rule: Rewrite): UpgradeLoss | undefined =>
    engine === false ? engineOff(placeOf(rule.entry), server) : undefined;
  return [
    ...mine.map((pass) => ofPass(pass, passes, workers, server, context)),
    ...rules.map((rule) => ofRewrite(rule, unread(rule), server, workers, context)),
  ];
}

function engineOff(place: Place, { label }: Server): UpgradeLoss {
  return {
    kind: 'missing',
    lost: 'request',
    message: `there is no \`RewriteEngine On\` for ${label}, so its \`RewriteRule\`s are not read`,
    place,
    related: [],
  };
}

/**
 * Rules of the main server that hand handshakes on, where hosts answer: none of these takes them (docs, RewriteOptions;
 * seen with 2.4.69 and 2.4.71).
 */
export function lostRules(main: Server, hosts: readonly Server[], context: RouteContext): Route[] {
  if (hosts.length === 0 || main.addresses.length > 0 || [main, ...hosts].some(inheritsRules)) return [];
  const rules = rewritesIn(main.scope).filter(
    (rule) => handsOn(rule) && isHttp(rule.target) && (/^wss?:/i.test(rule.target) || asksForUpgrade(rule)),
  );
  return rules.map((rule) => {
    const read: UpgradeLoss = {
      kind: 'inheritance-cut',
      lost: 'request',
      message: 'virtual hosts take no `RewriteRule` from the main server, so this one is read for none of them',
      place: placeOf(rule.entry),
      related: hosts.slice(0, 3).map(({ place }) => ({ place, message: 'requests are answered here' })),
    };
    return ofRewrite(rule, read, main, [], context);
  });
}
