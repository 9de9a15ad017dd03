/**
 * Owns locations that nginx asks by itself, for `auth_request` and `mirror`: there is no tunnel there, as a 101 in a
 * sub-request is an error (ngx_http_upstream_upgrade, "connection upgrade in subrequest").
 */
import { own, type Scope, scopesBelow, value } from '../scope.ts';

const ASKING = ['auth_request', 'mirror'] as const;

/** Says which locations of a server are for sub-requests alone; undefined where none can be, as nearly always. */
export function subRequestsOf(server: Scope): ((location: Scope) => boolean) | undefined {
  const { names } = server.vocabulary;
  const isAsking = ASKING.some((name) => names.has(name));
  if (!isAsking && !names.has('proxy_pass_request_body')) return undefined;
  const paths = isAsking ? askedPaths(server) : NO_PATHS;
  return (location) => {
    const args = location.opener?.directive.args ?? [];
    const isInternal = own(location, 'internal').length > 0;
    if (isInternal && own(location, 'proxy_pass_request_body').some((entry) => value(entry) === 'off')) return true;
    return (isInternal || args[0]?.value === '=') && paths.has(args.at(-1)?.value ?? '');
  };
}

const NO_PATHS: ReadonlySet<string> = new Set();

function askedPaths(server: Scope): ReadonlySet<string> {
  const paths = new Set<string>();
  const add = (scope: Scope): void => {
    for (const name of ASKING)
      for (const entry of own(scope, name)) paths.add((value(entry) ?? '').replace(/\?.*$/, ''));
  };
  for (let at = server.parent; at !== undefined; at = at.parent) add(at);
  for (const scope of scopesBelow(server)) add(scope);
  return paths;
}
