/** Owns why a route is taken for a WebSocket. */
import type { WebSocketEvidence } from '../../../model/model.ts';
import { namedPath, suspectName, suspectPath } from '../../../model/websocket.ts';
import type { ProxySection } from '../proxies.ts';
import { statementsOf } from '../syntax/query.ts';
import type { Statement } from '../syntax/tree.ts';
import { asksForWebSocket, hostsOf, pathsOf, type Test, testsOf } from './acl.ts';
import { serversOf } from './servers.ts';

export interface Evidence {
  readonly webSocket: WebSocketEvidence;
  /** The first path that the route's conditions ask for, as it is written; undefined where one asks for none. */
  readonly path: string | undefined;
}

const certain = (why: string): WebSocketEvidence => ({ level: 'certain', why });
const suspected = (why: string): WebSocketEvidence => ({ level: 'suspected', why });

/** The path as people read it: bare where it is a prefix or the whole, with the fetch's ending otherwise. */
const written = ({ path, how }: { readonly path: string; readonly how: string }) =>
  how === '' || how === 'beg' || how === 'dir' ? path : `path_${how} ${path}`;

/** What the back end itself says, most certain first. */
function ofBackend(backend: ProxySection, http: boolean): WebSocketEvidence | undefined {
  // In mode http only upgraded connections and CONNECT use it, so whoever sets it for one back end has them in mind.
  if (http && statementsOf(backend.section, 'timeout').some(({ words }) => words[1]?.value === 'tunnel')) {
    return certain(`\`${backend.kind} ${backend.name}\` has a \`timeout tunnel\` of its own`);
  }
  const servers = serversOf(backend);
  if (http && servers.some(({ parameters }) => parameters.has('ws')))
    return certain('`ws` on its `server` line says how to pass WebSockets on');
  const names = [backend.name, ...servers.flatMap(({ name, address }) => [name, address])];
  const reason = names.map(suspectName).find((why) => why !== undefined);
  return reason === undefined ? undefined : suspected(reason);
}

function ofTests(tests: readonly Test[], webSocketPaths: readonly string[]): WebSocketEvidence | undefined {
  if (tests.some(asksForWebSocket)) return certain('its condition asks for a WebSocket handshake');
  const paths = tests.flatMap(pathsOf);
  const named = paths.find(({ path }) => namedPath(path, webSocketPaths));
  if (named !== undefined) return certain(`the settings name \`${named.path}\``);
  const reason =
    paths.map(({ path }) => suspectPath(path)).find((why) => why !== undefined) ??
    tests
      .flatMap(hostsOf)
      .map(suspectName)
      .find((why) => why !== undefined);
  return reason === undefined ? undefined : suspected(reason);
}

/** Judges the route over `lines` (`use_backend`, `default_backend`) of `frontend` to `backend`. */
export function evidenceOf(
  frontend: ProxySection,
  lines: readonly Statement[],
  backend: ProxySection | undefined,
  http: boolean,
  webSocketPaths: readonly string[],
): Evidence {
  const tests = lines.flatMap((line) => testsOf(frontend, line));
  const found = [ofTests(tests, webSocketPaths), backend === undefined ? undefined : ofBackend(backend, http)].filter(
    (one) => one !== undefined,
  );
  const paths = lines.map((line) => testsOf(frontend, line).flatMap(pathsOf)[0]);
  // A line without a path takes requests for any.
  const first = paths.includes(undefined) ? undefined : paths[0];
  return {
    webSocket: found.find(({ level }) => level === 'certain') ?? found[0] ?? { level: 'none' },
    path: first === undefined ? undefined : written(first),
  };
}
