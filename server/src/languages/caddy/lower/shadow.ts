/** Owns lines that take a proxy's requests before it: Caddy's order of directives is not that of the text. */
import type { HandshakeRedirect, Shadow } from '../../../model/handshake.ts';
import type { WebSocketRoute } from '../../../model/model.ts';
import { byFile } from '../realize/layout.ts';
import { wrapBoth } from '../realize/wrap.ts';
import { placeOf, shownLine, values } from '../scope.ts';
import { argsOf, covers } from './matchers.ts';
import type { Before, ProxyLine } from './proxies.ts';

/** Whether the lines around both count in the order of the text. */
const inRoute = (before: Before, proxy: ProxyLine): boolean => {
  const group =
    proxy.groups[proxy.groups.indexOf(before.beside) - 1] ??
    (before.beside === proxy.step ? proxy.groups.at(-1) : undefined);
  return group?.entry.name === 'route';
};

/** Whether a `redir` answers the handshakes of a proxy. */
export function redirectOf(
  proxy: ProxyLine,
  path: string,
  webSocket: WebSocketRoute['webSocket'],
): HandshakeRedirect | undefined {
  const entry = proxy.shadow?.step.entry;
  if (proxy.shadow === undefined || entry?.name !== 'redir') return undefined;
  const [to, code] = argsOf(entry).map(({ value }) => value);
  if (to === undefined || code === 'html') return undefined;
  const status = code === 'permanent' ? 301 : code === undefined || code === 'temporary' ? 302 : Number(code);
  if (!(status >= 300 && status < 400)) return undefined;
  return {
    path,
    webSocket,
    status,
    to,
    why: inRoute(proxy.shadow, proxy)
      ? `${shownLine(entry)} stands before it`
      : '`redir` counts before `reverse_proxy`, whatever the order of the lines',
    place: placeOf(proxy.entry),
    related: [{ place: placeOf(entry), message: 'this redirects them' }],
    offers: [],
  };
}

/** Paths that are no files become another one before the proxy's path is compared. */
function rewrittenBefore(proxy: ProxyLine): Shadow | undefined {
  for (const before of proxy.before) {
    const { entry, matcher } = before.step;
    const { paths } = before.beside.matcher;
    if (entry.name !== 'try_files' || paths === undefined || !covers(matcher, proxy.paths)) continue;
    const last = values(entry).at(-1) ?? '';
    if (
      last.includes('{') ||
      !last.startsWith('/') ||
      paths.some((path) => covers({ ...matcher, paths: [path] }, [last]))
    )
      continue;
    const own = before.beside === proxy.step ? `\`reverse_proxy ${paths.join(' ')}\`` : shownLine(before.beside.entry);
    return {
      message: `${shownLine(entry)} counts before it, whatever the order of the lines: a path that is no file becomes \`${last}\`, for which ${own} is not`,
      related: [{ place: placeOf(entry), message: 'this rewrites the path' }],
      offers: [],
    };
  }
  return undefined;
}

export function shadowOf(proxy: ProxyLine): Shadow | undefined {
  const { shadow } = proxy;
  if (shadow === undefined) return rewrittenBefore(proxy);
  const { entry, exclusive } = shadow.step;
  const why = inRoute(shadow, proxy)
    ? `${shownLine(entry)} stands before it`
    : exclusive && shadow.beside.exclusive
      ? `of the \`handle\` blocks only the first that fits is gone into, and that is ${shownLine(entry)}`
      : `${shownLine(entry)} counts before \`${shadow.beside.entry.name}\`, whatever the order of the lines`;
  const taken =
    entry.name === 'respond' || entry.name === 'error' || entry.name === 'abort'
      ? ' and answers all requests'
      : ' and takes all of its requests';
  const edits = wrapBoth(shadow, proxy);
  return {
    message: `${why},${taken}`,
    related: [{ place: placeOf(entry), message: 'this takes them' }],
    offers:
      edits === undefined
        ? []
        : [
            {
              title: 'Put both into `handle` blocks, the WebSocket into one of its own',
              safety: 'behaviour',
              remedy: { kind: 'edit', edits: () => byFile(edits) },
            },
          ],
  };
}
