/** Owns the vocabulary by which a route is suspected to be a WebSocket: well-known paths and telling names. */

import { remembered } from '../text/names.ts';

/** Path segments that are WebSockets wherever they stand, with who uses them where that is not plain. */
const SEGMENTS: ReadonlyMap<string, string> = new Map([
  ['ws', ''],
  ['wss', ''],
  ['websocket', ''],
  ['websockets', ''],
  ['web-socket', ''],
  ['socket.io', 'Socket.IO'],
  ['engine.io', 'Engine.IO'],
  ['sockjs', 'SockJS'],
  ['sockjs-node', 'webpack-dev-server'],
  ['cable', 'Rails Action Cable'],
  ['hub', 'SignalR'],
  ['hubs', 'SignalR'],
  ['signalr', 'SignalR'],
  ['_blazor', 'Blazor'],
  ['websockify', 'noVNC'],
  ['xmpp-websocket', 'XMPP'],
  ['wsproxy', ''],
  ['webssh', ''],
]);

/** Longer paths of known applications. */
const PATHS: readonly (readonly [string, string])[] = [
  ['/live/websocket', 'Phoenix LiveView'],
  ['/api/live', 'Grafana Live'],
  ['/notifications/hub', 'Vaultwarden'],
  ['/_stcore/stream', 'Streamlit'],
  ['/api/kernels', 'Jupyter'],
  ['/_next/webpack-hmr', 'Next.js'],
];

const TELLING_NAME = /(^|[-_.])(ws|wss|websockets?|socket[-_.]?io|sockjs|signalr|action[-_]?cable)(?=$|[-_.:\d])/i;

/**
 * Seconds after which the servers of an application have sent something again, as they come: pings of their own, or answers
 * to those of its clients (Phoenix).
 */
const PINGS: ReadonlyMap<string, number> = new Map([
  // https://socket.io/docs/v4/server-options/#pinginterval
  ['Socket.IO', 25],
  ['Engine.IO', 25],
  // https://github.com/sockjs/sockjs-node#server-options (heartbeat_delay)
  ['SockJS', 25],
  // https://api.rubyonrails.org/classes/ActionCable/Server/Connections.html (BEAT_INTERVAL)
  ['Rails Action Cable', 3],
  // https://learn.microsoft.com/en-us/aspnet/core/signalr/configuration (KeepAliveInterval)
  ['SignalR', 15],
  ['Blazor', 15],
  // https://hexdocs.pm/phoenix/js/index.html (heartbeatIntervalMs)
  ['Phoenix LiveView', 30],
  // https://github.com/dani-garcia/vaultwarden, src/api/notifications.rs (interval)
  ['Vaultwarden', 15],
  // https://github.com/centrifugal/centrifuge, PingPongConfig.PingInterval, which Grafana leaves as it is
  ['Grafana Live', 25],
  // https://github.com/jupyter-server/jupyter_server, jupyter_server/base/websocket.py (WS_PING_INTERVAL)
  ['Jupyter', 30],
  // https://github.com/nextcloud/notify_push, src/connection.rs (ping_interval)
  ['Nextcloud notify_push', 30],
  // https://github.com/jellyfin/jellyfin, SessionWebSocketListener.cs (WebSocketLostTimeout, of which clients take half)
  ['Jellyfin', 30],
  // https://github.com/meteor/meteor, packages/ddp-server (heartbeatInterval)
  ['Rocket.Chat', 18],
  // https://github.com/home-assistant/core, homeassistant/components/websocket_api/http.py (heartbeat)
  ['Home Assistant', 55],
]);

/** Applications that are mostly proxied as a whole, by the host, the name or the port that their documentation gives them. */
const UPSTREAMS: readonly (readonly [RegExp, string])[] = [
  [/(?<![a-z])(?:home[-_]?assistant|hass)(?![a-z])|:8123(?!\d)/i, 'Home Assistant'],
  [/(?<![a-z])(?:vaultwarden|bitwarden_?rs)(?![a-z])/i, 'Vaultwarden'],
  [/(?<![a-z])grafana(?![a-z])/i, 'Grafana Live'],
  [/(?<![a-z])jupyter(?:hub|lab)?(?![a-z])/i, 'Jupyter'],
  [/(?<![a-z])uptime[-_]?kuma(?![a-z])/i, 'Socket.IO'],
  [/(?<![a-z])notify[-_]?push(?![a-z])|:7867(?!\d)/i, 'Nextcloud notify_push'],
  [/(?<![a-z])jellyfin(?![a-z])|:8096(?!\d)/i, 'Jellyfin'],
  [/(?<![a-z])rocket[-_.]?chat(?![a-z])/i, 'Rocket.Chat'],
];

/** A place in a path that says which application it is for; no user where any could have it. */
interface Telling {
  readonly user: string;
  readonly why: string;
}

function tellingSegment(segment: string): Telling | undefined {
  const user = SEGMENTS.get(segment.toLowerCase());
  if (user !== undefined)
    return { user, why: user === '' ? `its path contains \`${segment}\`` : `\`${segment}\` is a path of ${user}` };
  return /[a-z]Hub$/.test(segment) ? { user: 'SignalR', why: `\`${segment}\` looks like a SignalR hub` } : undefined;
}

/** SignalR's clients ask for a connection by an ordinary POST first (aspnetcore, TransportProtocols.md). */
const NEGOTIATION = /\/negotiate\/?$/;

const telling = remembered((path): Telling | undefined => {
  if (NEGOTIATION.test(path)) return undefined;
  // `\.(js|css|ws)$` is about endings of file names.
  const plain = path
    .replace(/\\\.\((?:\?:)?[^()]*\)/g, '')
    .replaceAll('\\.', '.')
    .replaceAll('\\-', '-');
  for (const [known, user] of PATHS) {
    const at = plain.indexOf(known);
    if (at >= 0 && !/[\w-]/.test(plain[at + known.length] ?? ''))
      return { user, why: `\`${known}\` is a path of ${user}` };
  }
  for (const segment of plain.split(/[/()|^$?*+@\\:\s]+/)) {
    const found = tellingSegment(segment);
    if (found !== undefined) return found;
  }
  return undefined;
});

/**
 * Why a path (`/ws/`, `/api/socket.io`, `^/(chat|cable)$`) looks like that of a WebSocket; undefined when it does not.
 * Regular expressions are read for their literal segments.
 */
export const suspectPath = (path: string): string | undefined => telling(path)?.why;

/** Seconds between what the back end sends by itself, where its path or its name is that of an application that is known for it. */
export function pingsOf(path: string, upstream: string): number | undefined {
  const byPath = PINGS.get(telling(path)?.user ?? '');
  if (byPath !== undefined) return byPath;
  const user = UPSTREAMS.find(([pattern]) => pattern.test(upstream))?.[1];
  return user === undefined ? undefined : PINGS.get(user);
}

/** Why the name of an upstream, a back end or a server looks like that of a WebSocket server. */
export function suspectName(name: string): string | undefined {
  const found = TELLING_NAME.exec(name)?.[2];
  return found === undefined
    ? undefined
    : `\`${name}\` is named for ${/^(?:ws|websocket)/i.test(found) ? 'WebSockets' : found}`;
}

/** Whether the settings name a path: `/feed` covers `/feed` and what lies below it. */
export function namedPath(path: string, webSocketPaths: readonly string[]): boolean {
  const bare = path.replace(/\/+$/, '');
  return webSocketPaths.some((named) => {
    const want = named.replace(/\/+$/, '');
    return bare === want || bare.startsWith(`${want}/`);
  });
}
