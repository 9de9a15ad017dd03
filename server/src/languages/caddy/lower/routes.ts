/** Owns routes: what `reverse_proxy` lines of a site hand on. */
import { byDefault, DOCS, hasStreamOptions } from '../../../facts/caddy.ts';
import type { ReloadEnd, Route, WebSocketEvidence } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { namedPath, suspectName, suspectPath } from '../../../model/websocket.ts';
import type { CaddyProject } from '../project.ts';
import { byFile, insertInBlock, isOwn } from '../realize/layout.ts';
import { lastOwn, placeOf, value } from '../scope.ts';
import { asksForHandshake, handshakeOf } from './handshake.ts';
import { isFor, upLines } from './header-lines.ts';
import { idleOf } from './idle.ts';
import { covers } from './matchers.ts';
import type { ProxyLine } from './proxies.ts';
import { shadowOf } from './shadow.ts';
import { parseDuration } from './time.ts';
import { http2Of, upgradeOf } from './upgrade.ts';

const SOURCE = `${DOCS}/caddyfile/directives/reverse_proxy`;
const NO_WEBSOCKET = unknown('it is no WebSocket');

const certain = (why: string): WebSocketEvidence => ({ level: 'certain', why });

export function evidenceOf(proxy: ProxyLine, { paths: { environment } }: CaddyProject): WebSocketEvidence {
  if (asksForHandshake(proxy)) return certain('its matcher asks for a WebSocket handshake');
  const upgrade = upLines(proxy).find((line) => line.kind === 'set' && isFor(line, 'Upgrade'));
  if (upgrade !== undefined) return certain('`header_up Upgrade` is there for them');
  const option = ['stream_timeout', 'stream_close_delay'].find(
    (name) => lastOwn(proxy.entry.scope, name) !== undefined,
  );
  if (option !== undefined) return certain(`\`${option}\` is there for them`);
  if (proxy.paths?.some((path) => namedPath(path.replace(/\*$/, ''), environment.webSocketPaths)) === true)
    return certain('the settings name its path');
  const why =
    proxy.paths?.map((path) => suspectPath(path)).find((one) => one !== undefined) ??
    proxy.upstreams.map(({ host }) => suspectName(host)).find((one) => one !== undefined);
  return why === undefined ? { level: 'none' } : { level: 'suspected', why };
}

/** Every reload ends tunnels, at once or after `stream_close_delay` (since 2.7). */
function reloadOf(proxy: ProxyLine, { paths: { environment } }: CaddyProject): Fact<ReloadEnd | undefined> {
  const delay = lastOwn(proxy.entry.scope, 'stream_close_delay');
  const seconds = delay === undefined ? 0 : parseDuration(value(delay) ?? '');
  if (seconds === undefined || seconds > 0) return known(undefined, byDefault(SOURCE));
  const place = placeOf(proxy.entry);
  const can = hasStreamOptions(environment.target);
  const edits = () => {
    const edit =
      isOwn(proxy.entry) && delay === undefined ? insertInBlock(proxy.entry, ['stream_close_delay 5m']) : undefined;
    return edit === undefined ? undefined : byFile([edit]);
  };
  return known(
    {
      place,
      message:
        'each reload of the configuration closes all WebSocket connections at once (1001), and all clients come back together',
      offers:
        can === true
          ? [
              {
                title: 'Keep them for five minutes after a reload',
                safety: 'behaviour',
                remedy: { kind: 'edit', edits },
              },
            ]
          : [],
    },
    byDefault(SOURCE),
  );
}

/** Whether what a proxy's matcher leaves out goes to the same back ends by another line. */
function isSpared(proxy: ProxyLine, all: readonly ProxyLine[]): boolean {
  const of = ({ upstreams }: ProxyLine): string =>
    upstreams.map(({ arg }) => arg.value.replace(/^http:\/\//, '')).join(' ');
  return all.some(
    (other) => other !== proxy && of(other) === of(proxy) && other.matchers.every((one) => covers(one, proxy.paths)),
  );
}

/** `all`: the proxies of the site. */
export function routeOf(proxy: ProxyLine, all: readonly ProxyLine[], siteLabel: string, project: CaddyProject): Route {
  const { entry, upstreams, paths } = proxy;
  const { target } = project.paths.environment;
  const place = placeOf(entry);
  const webSocket = evidenceOf(proxy, project);
  const path = paths?.find((one) => suspectPath(one) !== undefined) ?? paths?.[0];
  const is = webSocket.level !== 'none';
  const shadow = is ? shadowOf(proxy) : undefined;
  // A redirect is told of as such.
  const told = is && proxy.shadow?.step.entry.name === 'redir' ? undefined : shadow;
  return {
    place,
    label: `reverse_proxy${path === undefined ? '' : ` ${path}`} of ${siteLabel}`,
    path,
    upstream: upstreams.map(({ arg }) => arg.value).join(' '),
    webSocket,
    upgrade: is ? (shadow === undefined ? upgradeOf(proxy) : unknown('another line takes its requests')) : NO_WEBSOCKET,
    backendHttp:
      http2Of(proxy) === undefined ? known('1.1', byDefault(SOURCE)) : known('2', { kind: 'written', place }),
    idle: !is
      ? NO_WEBSOCKET
      : shadow === undefined
        ? idleOf(proxy, target)
        : unknown('another line takes its requests'),
    earlyData: known('none', byDefault(SOURCE)),
    handshake: {
      ...handshakeOf(proxy, is, () => isSpared(proxy, all), target),
      ...(told === undefined ? {} : { shadow: told }),
    },
    ...(is ? { reload: reloadOf(proxy, project) } : {}),
  };
}
