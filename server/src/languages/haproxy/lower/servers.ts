/** Owns the `server` lines of a back end: their parameters with those of `default-server`, and the HTTP version towards them. */
import { DEFAULT_BACKEND_HTTP, SERVER_VALUES } from '../../../facts/haproxy.ts';
import type { OverHttp2 } from '../../../model/handshake.ts';
import type { Route } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { originOf, type ProxySection, sectionsOf } from '../proxies.ts';
import { alwaysIn, isServerLine, type Parameter, parametersOf } from '../syntax/query.ts';
import type { Section, Statement } from '../syntax/tree.ts';

export interface ServerParameter extends Parameter {
  readonly section: Section;
  readonly statement: Statement;
}

export interface Server {
  readonly name: string;
  /** As it is written; may be `host:port`, a socket, or anything from the environment. */
  readonly address: string;
  readonly statement: Statement;
  /** By name; its own over those of `default-server`. */
  readonly parameters: ReadonlyMap<string, ServerParameter>;
}

/** The words of a line before its first parameter: `server NAME ADDRESS`, `server-template NAME COUNT ADDRESS`. */
const WORDS_BEFORE: Readonly<Record<string, number>> = { server: 3, 'server-template': 4, 'default-server': 1 };

function add(into: Map<string, ServerParameter>, section: Section, statement: Statement): void {
  const { words } = statement;
  for (const parameter of parametersOf(words, WORDS_BEFORE[words[0]?.value ?? ''] ?? 1, SERVER_VALUES)) {
    into.set(parameter.name.value, { ...parameter, section, statement });
    if (parameter.name.value === 'no-ssl') into.delete('ssl');
  }
}

/** The servers of a back end; `default-server` lines count for the servers behind them. */
export function serversOf(backend: ProxySection): Server[] {
  const servers: Server[] = [];
  const defaults = new Map<string, ServerParameter>();
  for (const section of [...sectionsOf(backend)].reverse()) {
    for (const statement of section.statements) {
      if (statement.words[0]?.value === 'default-server') add(defaults, section, statement);
      if (section !== backend.section || !isServerLine(statement)) continue;
      const parameters = new Map(defaults);
      add(parameters, section, statement);
      const { words } = statement;
      servers.push({
        name: words[1]?.value ?? '',
        address: words[words[0]?.value === 'server' ? 2 : 3]?.value ?? '',
        statement,
        parameters,
      });
    }
  }
  return servers;
}

/** The parameter by which WebSockets go to a server over HTTP/2; undefined when they go over HTTP/1.1. */
export function http2Parameter(
  { parameters }: Pick<Server, 'parameters'>,
  target: Target,
): ServerParameter | undefined {
  const value = (name: string) => parameters.get(name)?.value?.value;
  // `ws` came with 2.5: it decides for WebSockets alone (src/server.c, srv_get_ws_proto).
  const ws = value('ws');
  if (ws === 'h2') return parameters.get('ws');
  if (ws === 'h1') return undefined;
  if (value('proto') === 'h2') return parameters.get('proto');
  const offered = value('alpn')?.split(',') ?? [];
  if (!parameters.has('ssl') || !offered.includes('h2')) return undefined;
  // With both on offer, `ws auto` asks for HTTP/1.1; 2.4 takes what the server prefers.
  const both = offered.some((protocol) => protocol.startsWith('http/1'));
  return both && atLeast(target, 'haproxy', '2.5') !== false ? undefined : parameters.get('alpn');
}

/** The HTTP version in which handshakes go to the servers of a back end. */
export function backendHttp(backend: ProxySection, http: boolean, target: Target): Route['backendHttp'] {
  if (!http) return unknown('`mode tcp` passes on what the client sends');
  const servers = serversOf(backend);
  const deciding = servers.map((server) => http2Parameter(server, target));
  if (deciding.every((parameter) => parameter === undefined)) {
    const variable = servers.some(({ parameters }) =>
      ['proto', 'alpn', 'ws'].some((name) => parameters.get(name)?.value?.variable),
    );
    return variable ? unknown('the protocol comes from the environment') : known('1.1', DEFAULT_BACKEND_HTTP);
  }
  const first = deciding.find((parameter) => parameter !== undefined);
  const certain =
    servers.every(({ statement }) => alwaysIn(backend.section, statement)) &&
    deciding.every((parameter) => parameter !== undefined && alwaysIn(parameter.section, parameter.statement));
  if (!certain || first === undefined)
    return unknown('the servers of this back end differ, or stand in an `.if` block');
  const end = first.value?.span.end ?? first.name.span.end;
  const fact: Fact<'2'> = known('2', originOf(backend, first.section, { start: first.name.span.start, end }));
  return fact;
}

/** HAProxy makes a handshake an extended CONNECT (RFC 8441) on its way to an HTTP/2 server. */
export function overHttp2(backend: ProxySection, version: Route['backendHttp'], target: Target): OverHttp2 | undefined {
  if (!version.known || version.value !== '2' || version.origin.kind === 'default') return undefined;
  const parameters = serversOf(backend).map((server) => http2Parameter(server, target));
  const deciding = parameters.find((parameter) => parameter !== undefined);
  if (deciding === undefined) return undefined;
  return {
    handshake: 'extended-connect',
    chosen: parameters.some((parameter) => parameter?.name.value === 'ws'),
    setting: [deciding.name.value, deciding.value?.value].join(' ').trim(),
    place: version.origin.place,
  };
}
