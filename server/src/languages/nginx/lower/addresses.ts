/** Owns the addresses of `listen`, `proxy_pass` and `upstream`. */
import type { Address } from '../../../model/addresses.ts';
import type { NginxProject } from '../project.ts';
import type { RouteSource } from '../realize/index.ts';
import { enclosing, own, value } from '../scope.ts';

/** `10.0.0.5:8080`, `[::1]:80`, `unix:/run/x.sock`; undefined for what has a variable, or is no single address. */
export function addressOf(text: string, port = '80'): Address | undefined {
  if (text.includes('$')) return undefined;
  if (text.startsWith('unix:')) return { host: 'unix', port: text.slice('unix:'.length).replace(/:$/, '') };
  const match = /^(\[[^\]]+\]|[^:/[\]]+)(?::(\d+))?$/.exec(text);
  return match?.[1] === undefined ? undefined : { host: match[1].toLowerCase(), port: match[2] ?? port };
}

/** Where a `proxy_pass` leads; a name that an `upstream` block has stands for all of its servers. */
export function routeAddresses({ scope, pass }: RouteSource, project: NginxProject): readonly Address[] | undefined {
  const match = /^(https?):\/\/(unix:[^:]+:?|[^/]+)/i.exec(value(pass) ?? '');
  const [, scheme = '', target = ''] = match ?? [];
  if (match === null || enclosing(scope, 'http') === undefined) return undefined;
  const upstream = project.scopes.find(
    (one) => one.name === 'upstream' && one.opener?.directive.wording.values[0] === target,
  );
  if (upstream === undefined) {
    const address = addressOf(target, scheme.toLowerCase() === 'https' ? '443' : '80');
    return address === undefined ? undefined : [address];
  }
  const all = own(upstream, 'server').map((entry) => addressOf(value(entry) ?? ''));
  return upstream.holes.length > 0 || all.some((one) => one === undefined)
    ? undefined
    : all.flatMap((one) => one ?? []);
}
