/** Owns the global options that decide what sites do: ports, automatic HTTPS, the order of directives. */
import { DIRECTIVE_ORDER } from '../../../facts/caddy.ts';
import type { CaddyProject } from '../project.ts';
import { type Entry, isUnknown, lastOwn, own, type Scope, value, values } from '../scope.ts';

export interface Options {
  /** The block; undefined where there is none. */
  readonly scope: Scope | undefined;
  /** Why they cannot be known, where they cannot. */
  readonly hidden: string | undefined;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Whether requests without TLS are redirected; the line by which names get no certificates. */
  readonly automatic: { readonly redirects: boolean; readonly off: Entry | undefined };
  /** Named routes, `&(name) { … }`, for `invoke`. */
  readonly named: ReadonlyMap<string, Scope>;
  /** The place of each directive in the order in which they count. */
  readonly order: ReadonlyMap<string, number>;
}

function portOf(scope: Scope | undefined, name: string, usual: number): number {
  const text = value(lastOwn(scope, name));
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : usual;
}

/** `order X first`, `order X before Y` (caddyconfig/httpcaddyfile/options.go, parseOptOrder). */
function orderOf(scope: Scope | undefined): Map<string, number> {
  const order = [...DIRECTIVE_ORDER];
  for (const entry of own(scope, 'order')) {
    const [name, where, other] = values(entry);
    if (name === undefined) continue;
    const had = order.indexOf(name);
    if (had >= 0) order.splice(had, 1);
    const beside = order.indexOf(other ?? '');
    if (where === 'first') order.unshift(name);
    else if (where === 'last') order.push(name);
    else if (beside >= 0) order.splice(where === 'before' ? beside : beside + 1, 0, name);
  }
  return new Map(order.map((name, i) => [name, i]));
}

const NAMED_ROUTE = /^&\((.*)\)$/s;

function namedRoutes(main: Scope): Map<string, Scope> {
  return new Map(
    main.entries.flatMap(({ name, scope }): [string, Scope][] => {
      const route = NAMED_ROUTE.exec(name)?.[1];
      return route === undefined || scope === undefined ? [] : [[route, scope]];
    }),
  );
}

export function optionsOf({ main }: CaddyProject): Options {
  const scope = main.entries.find(({ name }) => name === '')?.scope;
  const words = own(scope, 'auto_https').flatMap(values);
  const ports = ['http_port', 'https_port'].map((name) => value(lastOwn(scope, name)) ?? '');
  const open = [...words, ...ports].some(isUnknown);
  return {
    scope,
    hidden:
      main.holes[0]?.why ?? scope?.holes[0]?.why ?? (open ? 'the environment decides a global option' : undefined),
    httpPort: portOf(scope, 'http_port', 80),
    httpsPort: portOf(scope, 'https_port', 443),
    automatic: {
      redirects: !words.includes('off') && !words.includes('disable_redirects'),
      off: own(scope, 'auto_https').find((line) =>
        values(line).some((word) => word === 'off' || word === 'disable_certs'),
      ),
    },
    order: orderOf(scope),
    named: namedRoutes(main),
  };
}
