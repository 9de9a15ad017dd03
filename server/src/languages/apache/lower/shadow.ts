/** Owns which line takes the requests of another: the order of `ProxyPass`, and locations before it. */
import type { Shadow } from '../../../model/handshake.ts';
import { placeOf } from '../scope.ts';
import { isLocation, type Matcher, type Pass, type Passes } from './passes.ts';

/** Regular expressions that every path matches. */
const EVERYTHING = /^\^?\/?(\(?\.\*\)?\$?)?$/;

/** Whether all requests of one are requests of the other, too (modules/proxy/mod_proxy.c, alias_match). */
export function covers(outer: Matcher, inner: Matcher): boolean {
  if (outer.kind === 'regex') return outer.source !== '' && EVERYTHING.test(outer.source);
  if (inner.kind === 'regex') return outer.path === '/';
  const bare = outer.path.replace(/\/+$/, '');
  if (outer.path.endsWith('/'))
    return `${inner.path}/`.startsWith(outer.path) && inner.path.length >= outer.path.length;
  return inner.path === bare || inner.path.startsWith(`${bare}/`);
}

/** Where a line sends a path of another one. */
function mapped(pass: Pass, path: string): string | undefined {
  if (pass.matcher.kind !== 'prefix' || pass.url === '!') return undefined;
  return pass.url + path.slice(pass.matcher.path.length);
}

/** Whether both send the requests of the second to the same address. */
function sameEnd(outer: Pass, inner: Pass): boolean {
  if (inner.matcher.kind !== 'prefix') return false;
  return mapped(outer, inner.matcher.path)?.replace(/\/+$/, '') === inner.url.replace(/\/+$/, '');
}

const word = ({ entry, scope, matcher, url }: Pass): string => {
  const path = matcher.kind === 'prefix' ? matcher.path : matcher.source;
  const name = entry.directive.name.value;
  return isLocation(scope)
    ? `\`<${scope.opener?.directive.name.value ?? 'Location'} ${path}>\``
    : `\`${name} ${path} ${url}\``;
};

/** The line that takes the requests of `pass`, if one does; `same` when they end at the same address all the same. */
export function shadowOf(
  pass: Pass,
  { lines, located }: Passes,
): (Shadow & { readonly by: Pass; readonly same: boolean }) | undefined {
  const at = located.indexOf(pass);
  const later = at < 0 ? located : located.slice(at + 1);
  const byLocation = later.findLast((other) => other !== pass && covers(other.matcher, pass.matcher));
  const index = lines.indexOf(pass);
  const earlier = at < 0 ? lines.slice(0, index).find((other) => covers(other.matcher, pass.matcher)) : undefined;
  const by = byLocation ?? earlier;
  if (by === undefined) return undefined;
  const same = sameEnd(by, pass);
  const why =
    byLocation === undefined
      ? by.scope === pass.scope
        ? `${word(by)} stands before it, and the first line that matches counts`
        : `${word(by)} of the main server counts before the lines of a virtual host`
      : at < 0
        ? `${word(by)} has a \`${by.entry.directive.name.value}\` of its own, which counts before lines outside of locations`
        : `${word(by)} comes later, and the last location that matches counts`;
  return {
    by,
    same,
    message: why,
    related: [{ place: placeOf(by.entry), message: 'this takes its requests' }],
    offers: [],
  };
}
