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

function segmentReason(segment: string): string | undefined {
  const lower = segment.toLowerCase();
  const user = SEGMENTS.get(lower);
  if (user !== undefined)
    return user === '' ? `its path contains \`${segment}\`` : `\`${segment}\` is a path of ${user}`;
  return /[a-z]Hub$/.test(segment) ? `\`${segment}\` looks like a SignalR hub` : undefined;
}

/**
 * Why a path (`/ws/`, `/api/socket.io`, `^/(chat|cable)$`) looks like that of a WebSocket; undefined when it does not.
 * Regular expressions are read for their literal segments.
 */
export const suspectPath = remembered((path): string | undefined => {
  const plain = path.replaceAll('\\.', '.').replaceAll('\\-', '-');
  for (const [known, user] of PATHS) {
    const at = plain.indexOf(known);
    if (at >= 0 && !/[\w-]/.test(plain[at + known.length] ?? '')) return `\`${known}\` is a path of ${user}`;
  }
  for (const segment of plain.split(/[/()|^$?*+@\\:\s]+/)) {
    const reason = segmentReason(segment);
    if (reason !== undefined) return reason;
  }
  return undefined;
});

/** Why the name of an upstream, a back end or a server looks like that of a WebSocket server. */
export function suspectName(name: string): string | undefined {
  const found = TELLING_NAME.exec(name)?.[2];
  return found === undefined
    ? undefined
    : `\`${name}\` is named for ${found.toLowerCase().startsWith('ws') ? 'WebSockets' : found}`;
}

/** Whether the settings name a path: `/feed` covers `/feed` and what lies below it. */
export function namedPath(path: string, webSocketPaths: readonly string[]): boolean {
  const bare = path.replace(/\/+$/, '');
  return webSocketPaths.some((named) => {
    const want = named.replace(/\/+$/, '');
    return bare === want || bare.startsWith(`${want}/`);
  });
}
