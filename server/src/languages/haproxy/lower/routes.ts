/** Owns routes: each pair of a frontend and a back end that it hands requests to. */
import type { Route } from '../../../model/model.ts';
import { type Place, unknown } from '../../../model/origin.ts';
import type { PathContext } from '../paths.ts';
import { find, type ProxySection, placeOf } from '../proxies.ts';
import { alwaysIn, isServerLine, standsWith, statementsOf } from '../syntax/query.ts';
import type { Statement } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';
import { evidenceOf } from './evidence.ts';
import { earlyDataOf, handshakeOf } from './handshake.ts';
import { backendHttp, overHttp2 } from './servers.ts';
import { strictMatches } from './strict.ts';
import { idleLimit } from './timeouts.ts';
import { isHttp, upgradeOf } from './upgrade.ts';

/** What a route was made from, for realizers. */
export interface RouteSource {
  readonly frontend: ProxySection;
  /** Undefined when it is in none of the files seen. */
  readonly backend: ProxySection | undefined;
}

export interface SourcedRoute extends RouteSource {
  readonly route: Route;
}

/** A back end by name, with the lines that lead there. */
interface Way {
  readonly name: string;
  readonly lines: Statement[];
}

/** Names with `%` are made from each request; what they lead to cannot be seen. */
export function isDynamic(statement: Statement): boolean {
  const word = statement.words[1];
  return word !== undefined && (word.variable || word.value.includes('%'));
}

/** The lines of a frontend that choose a back end, `default_backend` from `defaults` too. */
export function choices(frontend: ProxySection): Statement[] {
  const own = statementsOf(frontend.section, 'use_backend').filter(({ words }) => words[1] !== undefined);
  const last = find(frontend, 'default_backend');
  return last.kind === 'found' ? [...own, last.statement] : own;
}

function waysOf(frontend: ProxySection): Way[] {
  const ways = new Map<string, Way>();
  for (const line of choices(frontend)) {
    const name = line.words[1]?.value;
    if (name === undefined || isDynamic(line)) continue;
    const way = ways.get(name) ?? { name, lines: [] };
    way.lines.push(line);
    ways.set(name, way);
  }
  return [...ways.values()];
}

function route(
  frontend: ProxySection,
  backend: ProxySection | undefined,
  name: string,
  lines: readonly Statement[],
  place: Place,
  earlyData: Route['earlyData'],
  { environment }: PathContext,
): Route {
  const http = isHttp(frontend) === true && (backend === undefined || isHttp(backend) === true);
  const { webSocket, path } = evidenceOf(frontend, lines, backend, http, environment.webSocketPaths);
  const elsewhere = unknown(`\`backend ${name}\` is in none of the files seen`);
  const version = backend === undefined ? elsewhere : backendHttp(backend, http, environment.target);
  const over = backend === undefined ? undefined : overHttp2(backend, version, environment.target);
  return {
    place,
    label: frontend === backend ? `listen ${name}` : `frontend ${frontend.name} to backend ${name}`,
    path,
    upstream: name,
    webSocket,
    // Over HTTP/2 a back end needs RFC 8441; which one speaks it is not in the configuration.
    upgrade:
      backend === undefined
        ? elsewhere
        : over !== undefined
          ? unknown('the back end is asked over HTTP/2')
          : upgradeOf(frontend, backend),
    backendHttp: version,
    idle: backend === undefined ? elsewhere : idleLimit(frontend, backend),
    handshake: {
      overHttp2: over,
      ...handshakeOf(frontend, backend, lines, environment.target),
      tooStrict: strictMatches(frontend, lines),
    },
    earlyData,
  };
}

/** The routes of a frontend or `listen` section, in the order of its lines; `backends` by name. */
export function routesOfProxy(
  frontend: ProxySection,
  backends: ReadonlyMap<string, ProxySection>,
  context: PathContext,
): SourcedRoute[] {
  const earlyData = earlyDataOf(frontend, context);
  const out = waysOf(frontend).map(({ name, lines }): SourcedRoute => {
    const found = backends.get(name);
    const always = found !== undefined && standsWith(found.section, frontend.section);
    const backend = always ? found : undefined;
    const line = lines[0] as Statement;
    const place = placeOf(line, spanOfWords(line.words, 0, 2));
    return { frontend, backend, route: route(frontend, backend, name, lines, place, earlyData, context) };
  });
  const server =
    frontend.kind === 'listen'
      ? frontend.section.statements.find((line) => isServerLine(line) && alwaysIn(frontend.section, line))
      : undefined;
  if (server === undefined) return out;
  const place = placeOf(server, spanOfWords(server.words, 0, 2));
  return [
    ...out,
    { frontend, backend: frontend, route: route(frontend, frontend, frontend.name, [], place, earlyData, context) },
  ];
}
