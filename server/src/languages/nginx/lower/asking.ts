/** Owns what requests beside the handshakes of browsers ask the back end of a WebSocket for. */
import { type Fact, known, unknown } from '../../../model/origin.ts';
import { isMasked } from '../mask.ts';
import { type Entry, enclosing, nearest, originOf, own, type Scope, scopesBelow, value } from '../scope.ts';
import { entriesFor, type HeaderName, lets } from './headers.ts';
import type { Variables } from './variables.ts';

/** The only line that sets a header for a block, and its level; undefined where there are several, or where one may be hidden. */
export function onlyLine(scope: Scope, name: HeaderName): { readonly line: Entry; readonly level: Scope } | undefined {
  const level = nearest(scope, 'proxy_set_header');
  if (level.kind !== 'found' || level.hole !== undefined) return undefined;
  const [line, ...more] = entriesFor(level.entries, name);
  return line === undefined || more.length > 0 ? undefined : { line, level: level.scope };
}

/** Whether an `if` looks at what a handshake asks for. */
function looksAtUpgrade({ name, opener }: Scope): boolean {
  return name === 'if' && opener?.directive.args.some((arg) => /upgrade|connection/i.test(arg.value)) === true;
}

/** Whether handshakes are led to a block alone: it is in such an `if`, or one returns a code that `error_page` sends here. */
function isForUpgrades(scope: Scope): boolean {
  if (looksAtUpgrade(scope)) return true;
  const server = enclosing(scope, 'server');
  const name =
    scope.opener === undefined || scope.name !== 'location' ? undefined : scope.opener.directive.args[0]?.value;
  if (server === undefined || name?.startsWith('@') !== true) return false;
  const all = scopesBelow(server);
  const codes = new Set(
    all.flatMap((one) => (looksAtUpgrade(one) ? own(one, 'return').map((entry) => value(entry) ?? '') : [])),
  );
  return all.some((one) =>
    own(one, 'error_page').some(
      ({ directive: { args } }) => args.at(-1)?.value === name && args.some((arg) => codes.has(arg.value)),
    ),
  );
}

/** Whether `Connection` is one text for all requests that asks for an upgrade. A variable may tell them apart. */
export function alwaysAsks(scope: Scope): Fact<boolean> {
  const found = onlyLine(scope, 'Connection');
  if (found === undefined) return unknown('no line or several set `Connection`');
  const text = value(found.line, 1) ?? '';
  if (text.includes('$') || isMasked(text)) return unknown('its value depends on the request');
  if (lets('Connection', text) && isForUpgrades(scope)) return unknown('only requests for an upgrade may come here');
  return known(lets('Connection', text), originOf(scope, found.level, found.line));
}

/** Whether a request for HTTP/2 in clear text gets through with both of its headers. */
export function anyProtocol(scope: Scope, variables: Variables): Fact<boolean> {
  const upgrade = onlyLine(scope, 'Upgrade');
  const connection = onlyLine(scope, 'Connection');
  if (upgrade === undefined || connection === undefined) return unknown('no line or several set `Upgrade`');
  const sent = variables.evaluateH2c(value(upgrade.line, 1) ?? '', scope);
  const asked = variables.evaluateH2c(value(connection.line, 1) ?? '', scope);
  const origin = originOf(scope, upgrade.level, upgrade.line);
  if (sent.known && !sent.values.includes('h2c')) return known(false, origin);
  if (asked.known && !asked.values.some((one) => lets('Connection', one))) return known(false, origin);
  if (!sent.known || !asked.known) return unknown('its value depends on the request');
  const always = sent.values.length === 1 && asked.values.every((one) => lets('Connection', one));
  return always ? known(true, origin) : unknown('its value depends on the request');
}
