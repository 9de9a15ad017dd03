/** Owns the routes of a JSON configuration: matchers and handlers, as the lines that Caddy's adapter would have made them from. */
import type { Node } from 'jsonc-parser';
import type { Scope } from '../scope.ts';
import { elements, type Made, type Maker, member, members, path, spanOf, time, word, words } from './made.ts';

const named = (value: string, { span }: Pick<Made, 'span'>): Made => ({ value, span });

/** `{"set": {"Connection": ["x"]}, "delete": ["Upgrade"]}`, each a line of its own. */
function headerLines(ops: Node | undefined, name: string, into: Scope, maker: Maker): void {
  for (const [sign, group] of [
    ['', member(ops, 'set')],
    ['+', member(ops, 'add')],
  ] as const) {
    for (const [field, values] of members(group)) {
      const at = { span: spanOf(values) };
      const value = words(values)
        .map((made) => made.value)
        .join(',');
      maker.line(into, named(name, at), [named(sign + field, at), named(value, at)]);
    }
  }
  for (const field of words(member(ops, 'delete')))
    maker.line(into, named(name, field), [named(`-${field.value}`, field)]);
}

const TLS_FLAGS: ReadonlyMap<string, string> = new Map([
  ['insecure_skip_verify', 'tls_insecure_skip_verify'],
  ['server_name', 'tls_server_name'],
]);

function transportLines(transport: Node, into: Scope, maker: Maker): void {
  const at = { span: spanOf(transport) };
  const protocol = word(member(transport, 'protocol'));
  maker.line(into, named('transport', at), [named(protocol?.value ?? 'http', at)], (scope) => {
    const tls = member(transport, 'tls');
    if (tls !== undefined) maker.line(scope, named('tls', { span: spanOf(tls) }), []);
    for (const [name, value] of members(tls)) {
      const line = TLS_FLAGS.get(name);
      if (line === undefined || value.value === false) continue;
      maker.line(
        scope,
        named(line, { span: spanOf(value) }),
        line === 'tls_server_name' ? [word(value) ?? named('', at)] : [],
      );
    }
    const versions = member(transport, 'versions');
    if (versions !== undefined) maker.line(scope, named('versions', { span: spanOf(versions) }), words(versions));
    for (const name of ['read_timeout', 'write_timeout']) {
      const value = time(member(transport, name));
      if (value !== undefined) maker.line(scope, named(name, value), [value]);
    }
  });
}

function proxyLine(handler: Node, matcher: readonly Made[], into: Scope, maker: Maker): void {
  const at = { span: spanOf(member(handler, 'handler') ?? handler) };
  const dials = elements(member(handler, 'upstreams')).flatMap((upstream) => word(member(upstream, 'dial')) ?? []);
  maker.line(into, named('reverse_proxy', at), [...matcher, ...dials], (scope) => {
    headerLines(path(handler, 'headers', 'request'), 'header_up', scope, maker);
    const transport = member(handler, 'transport');
    if (transport !== undefined) transportLines(transport, scope, maker);
    for (const name of ['stream_timeout', 'stream_close_delay']) {
      const value = time(member(handler, name));
      if (value !== undefined) maker.line(scope, named(name, value), [value]);
    }
  });
}

/** `static_response`: a redirect where it has a `Location`. */
function answerLine(handler: Node, matcher: readonly Made[], into: Scope, maker: Maker): void {
  const at = { span: spanOf(member(handler, 'handler') ?? handler) };
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
    case 'subroute':
      maker.line(into, named('route', kind), matcher, (scope) => routeLines(member(handler, 'routes'), scope, maker));
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
  const at = { span: spanOf(set) };
  const name = named(`@${set.offset}`, at);
  maker.line(into, name, [], (scope) => {
    if (sets.length > 1) maker.line(scope, named('alternatives', at), []);
    for (const [kind, value] of tests) {
      const place = { span: spanOf(value) };
      if (kind === 'path') maker.line(scope, named('path', place), words(value));
      else if (kind === 'header')
        for (const [field, values] of members(value)) {
          const [only, ...more] = words(values);
          const args = only === undefined || more.length > 0 ? [] : [named(field, place), only];
          maker.line(scope, named('header', { span: spanOf(values) }), args);
        }
      else maker.line(scope, named(kind, place), []);
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
  if (group !== undefined) maker.line(into, named('handle', group), matcher, (scope) => add(scope, []));
  else add(into, matcher);
}
