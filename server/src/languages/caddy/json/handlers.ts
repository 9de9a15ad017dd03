/** Owns the routes of a JSON configuration: matchers and handlers, as the lines that Caddy's adapter would have made them from. */
import type { Node } from 'jsonc-parser';
import type { Scope } from '../scope.ts';
import { elements, type Made, type Maker, member, members, named, path, spanOf, time, word, words } from './made.ts';

/** `{"set": {"Connection": ["x"]}, "delete": ["Upgrade"]}`, each a line of its own. */
function headerLines(ops: Node | undefined, name: string, into: Scope, maker: Maker): void {
  for (const [sign, group] of [
    ['', member(ops, 'set')],
    ['+', member(ops, 'add')],
  ] as const) {
    for (const [field, values] of members(group)) {
      const all = words(values);
      const value: Made = {
        value: all.map((made) => made.value).join(','),
        span: spanOf(values),
        node: all.length === 1 ? all[0]?.node : undefined,
      };
      maker.line(into, named(name, values), [named(sign + field, values), value]);
    }
  }
  for (const field of elements(member(ops, 'delete')).flatMap((node) => word(node) ?? []))
    maker.line(into, { ...field, value: name }, [{ ...field, value: `-${field.value}` }]);
}

/** What a transport says of TLS: the line for it, and whether its words are those of a list. */
const TLS_LINES: ReadonlyMap<string, string> = new Map([
  ['insecure_skip_verify', 'tls_insecure_skip_verify'],
  ['server_name', 'tls_server_name'],
  ['root_ca_pem_files', 'tls_trusted_ca_certs'],
]);

function transportTls(tls: Node | undefined, into: Scope, maker: Maker): void {
  if (tls === undefined) return;
  maker.line(into, named('tls', tls), []);
  for (const [name, value] of members(tls)) {
    const line = TLS_LINES.get(name);
    if (line === undefined || value.value === false) continue;
    const args = name === 'insecure_skip_verify' ? [] : value.type === 'array' ? words(value) : [word(value)];
    maker.line(
      into,
      named(line, value),
      args.flatMap((made) => made ?? []),
    );
  }
  poolLine(member(tls, 'ca'), 'tls_trust_pool', into, maker);
  const [certificate, key] = ['client_certificate_file', 'client_certificate_key_file'].map((name) =>
    word(member(tls, name)),
  );
  if (certificate !== undefined && key !== undefined)
    maker.line(into, { ...certificate, value: 'tls_client_auth' }, [certificate, key]);
}

/** `{"provider": "file", "pem_files": ["ca.pem"]}`, as `trust_pool file ca.pem`. */
export function poolLine(pool: Node | undefined, name: string, into: Scope, maker: Maker): void {
  const provider = word(member(pool, 'provider'));
  if (pool === undefined) return;
  maker.line(
    into,
    named(name, pool),
    provider === undefined ? [] : [provider, ...(provider.value === 'file' ? words(member(pool, 'pem_files')) : [])],
  );
}

function transportLines(transport: Node, into: Scope, maker: Maker): void {
  const protocol = word(member(transport, 'protocol')) ?? named('http', transport);
  maker.line(into, named('transport', transport), [protocol], (scope) => {
    transportTls(member(transport, 'tls'), scope, maker);
    const versions = member(transport, 'versions');
    if (versions !== undefined) maker.line(scope, named('versions', versions), words(versions));
    for (const name of ['read_timeout', 'write_timeout']) {
      const value = time(member(transport, name));
      if (value !== undefined) maker.line(scope, { ...value, value: name }, [value]);
    }
  });
}

/** What is done with some answers: other routes, or another status. */
function responseLine(response: Node, into: Scope, maker: Maker): void {
  const match = member(response, 'match');
  const matcher = match === undefined ? [] : [named(`@${match.offset}`, match)];
  if (match !== undefined)
    maker.line(into, named(`@${match.offset}`, match), [], (scope) => {
      for (const [name, value] of members(match)) {
        // A digit stands for all of its hundred.
        const statuses = words(value).map((made) => ({ ...made, value: made.value.replace(/^\d$/, '$&xx') }));
        if (name === 'status_code') maker.line(scope, named('status', value), statuses);
        else maker.line(scope, named(name, value), []);
      }
    });
  const status = word(member(response, 'status_code'));
  if (status !== undefined) maker.line(into, { ...status, value: 'replace_status' }, [...matcher, status]);
  else
    maker.line(into, named('handle_response', response), matcher, (scope) =>
      routeLines(member(response, 'routes'), scope, maker),
    );
}

function proxyLine(handler: Node, matcher: readonly Made[], into: Scope, maker: Maker): void {
  const at = { ...named('reverse_proxy', member(handler, 'handler') ?? handler), node: handler };
  const dials = elements(member(handler, 'upstreams')).flatMap((upstream) => word(member(upstream, 'dial')) ?? []);
  maker.line(into, at, [...matcher, ...dials], (scope) => {
    const dynamic = member(handler, 'dynamic_upstreams');
    if (dynamic !== undefined)
      maker.line(
        scope,
        named('dynamic', dynamic),
        ['source', 'name', 'port'].flatMap((name) => word(member(dynamic, name)) ?? []),
      );
    for (const one of elements(member(handler, 'handle_response'))) responseLine(one, scope, maker);
    headerLines(path(handler, 'headers', 'request'), 'header_up', scope, maker);
    const transport = member(handler, 'transport');
    if (transport !== undefined) transportLines(transport, scope, maker);
    for (const name of ['stream_timeout', 'stream_close_delay']) {
      const value = time(member(handler, name));
      if (value !== undefined) maker.line(scope, { ...value, value: name }, [value]);
    }
  });
}

/** `static_response`: a redirect where it has a `Location`. */
function answerLine(handler: Node, matcher: readonly Made[], into: Scope, maker: Maker): void {
  const at = member(handler, 'handler') ?? handler;
  const status = word(member(handler, 'status_code'));
  const to = words(path(handler, 'headers', 'Location'))[0];
  const redirects = to !== undefined && /^3\d\d$/.test(status?.value ?? '');
  if (redirects) maker.line(into, named('redir', at), [...matcher, to, ...(status === undefined ? [] : [status])]);
  else maker.line(into, named('respond', at), [...matcher, ...(status === undefined ? [] : [status])]);
}

function handlerLine(handler: Node, matcher: readonly Made[], into: Scope, maker: Maker): void {
  const kind = word(member(handler, 'handler'));
  if (kind === undefined) return;
  switch (kind.value) {
    case 'reverse_proxy':
      proxyLine(handler, matcher, into, maker);
      return;
    case 'static_response':
      answerLine(handler, matcher, into, maker);
      return;
    case 'invoke':
      maker.line(into, kind, [...matcher, word(member(handler, 'name')) ?? kind]);
      return;
    case 'subroute':
      maker.line(into, { ...kind, value: 'route' }, matcher, (scope) =>
        routeLines(member(handler, 'routes'), scope, maker),
      );
      return;
    case 'headers':
      headerLines(member(handler, 'request'), 'request_header', into, maker);
      headerLines(member(handler, 'response'), 'header', into, maker);
      return;
    default:
      maker.line(into, kind, matcher);
  }
}

/** Sets of matchers are alternatives; what is in one has to fit together. */
function matcherOf(match: Node | undefined, into: Scope, maker: Maker, skipHost: boolean): Made[] {
  const sets = elements(match);
  const [set] = sets;
  if (set === undefined) return [];
  const tests = members(set).filter(([name]) => !(skipHost && name === 'host'));
  if (tests.length === 0 && sets.length === 1) return [];
  const name = named(`@${set.offset}`, set);
  maker.line(into, name, [], (scope) => {
    if (sets.length > 1) maker.line(scope, named('alternatives', set), []);
    for (const [kind, value] of tests) {
      if (kind === 'path') maker.line(scope, named('path', value), words(value));
      else if (kind === 'header')
        for (const [field, values] of members(value)) {
          const [only, ...more] = words(values);
          const args = only === undefined || more.length > 0 ? [] : [named(field, values), only];
          maker.line(scope, named('header', values), args);
        }
      else maker.line(scope, named(kind, value), []);
    }
  });
  return [name];
}

export function routeLines(routes: Node | undefined, into: Scope, maker: Maker): void {
  for (const route of elements(routes)) routeLine(route, into, maker, false);
}

/** `skipHost`: the site says it already. */
export function routeLine(route: Node, into: Scope, maker: Maker, skipHost: boolean): void {
  const matcher = matcherOf(member(route, 'match'), into, maker, skipHost);
  const handlers = elements(member(route, 'handle'));
  const add = (scope: Scope, words_: readonly Made[]): void => {
    for (const handler of handlers) handlerLine(handler, words_, scope, maker);
  };
  // Of a group only the first route that fits is gone into.
  const group = word(member(route, 'group'));
  if (group !== undefined) maker.line(into, { ...group, value: 'handle' }, matcher, (scope) => add(scope, []));
  else add(into, matcher);
}
