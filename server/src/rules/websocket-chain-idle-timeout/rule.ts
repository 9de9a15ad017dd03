/** Owns websocket-chain-idle-timeout: proxies behind each other, of which one closes silent tunnels before the others would. */
import { basename, dirname } from '../../files/paths.ts';
import type { LoadedProject } from '../../languages/language.ts';
import { type Address, reaches } from '../../model/addresses.ts';
import { type IdleLimit, isWebSocket, type Model, type Route, webSocketsOf } from '../../model/model.ts';
import type { Known, Place } from '../../model/origin.ts';
import type { Rule, RunMember } from '../rule.ts';

/** A route, as one hop of a chain. */
interface Hop {
  readonly member: RunMember;
  readonly route: Route;
  readonly idle: Known<IdleLimit>;
}

/** What of a configuration counts in a chain. */
interface Ends {
  readonly leaves: readonly Route[];
  readonly listens: readonly { readonly at: Address; readonly routes: readonly Route[] }[];
}

/** Routes that carry bytes, whatever they are: what is behind them tells whether WebSockets come through. */
function opaqueRoutes({ sites }: Model): Route[] {
  return sites.flatMap(({ traffic, routes }) =>
    traffic.known && traffic.value === 'stream' ? routes.filter((route) => !isWebSocket(route)) : [],
  );
}

const remembered = new WeakMap<LoadedProject, Ends>();

/** Worked out once for each reading of a project: one that did not change costs nothing when another did. */
function endsOf(project: LoadedProject): Ends {
  let known = remembered.get(project);
  if (known === undefined) {
    known = {
      leaves: [...webSocketsOf(project.model), ...opaqueRoutes(project.model)].filter(
        (route) => (project.addressesOf?.(route) ?? []).length > 0,
      ),
      listens: project.model.sites.flatMap(({ listeners, routes }) =>
        routes.length === 0 ? [] : listeners.flatMap(({ address: at }) => (at === undefined ? [] : [{ at, routes }])),
      ),
    };
    remembered.set(project, known);
  }
  return known;
}

/** Whether two configurations are of one machine: they lie in one folder, or below one `etc`. */
function areOnOneMachine(a: LoadedProject, b: LoadedProject): boolean {
  const machine = ({ root }: LoadedProject): string => /^(.*\/etc)\//.exec(root)?.[1] ?? dirname(root);
  return machine(a) === machine(b);
}

/** The route that takes the WebSockets that arrive at some listeners; undefined where several with different limits may. */
function takenBy(routes: readonly Route[]): Route | undefined {
  const [only, ...more] = routes;
  if (more.length === 0) return only;
  const [first, ...others] = routes.filter(isWebSocket);
  const seconds = ({ idle }: Route): number => (idle.known ? idle.value.seconds : Number.NaN);
  return first !== undefined && others.every((other) => seconds(other) === seconds(first)) ? first : undefined;
}

interface Listening {
  readonly member: RunMember;
  readonly at: Address;
  readonly routes: readonly Route[];
}

/** What listens, by port, so that each route looks at few. */
function byPort(all: readonly RunMember[]): ReadonlyMap<string, readonly Listening[]> {
  const ports = new Map<string, Listening[]>();
  for (const member of all) {
    for (const { at, routes } of endsOf(member.project).listens) {
      const same = ports.get(at.port);
      if (same === undefined) ports.set(at.port, [{ member, at, routes }]);
      else same.push({ member, at, routes });
    }
  }
  return ports;
}

type Ports = ReturnType<typeof byPort>;

/** The hop behind a route: the one configuration that listens where all of its requests go. */
function behind(member: RunMember, to: readonly Address[], ports: Ports): Hop | undefined {
  const found = new Map<RunMember, Set<Route>>();
  for (const listening of ports.get(to[0]?.port ?? '') ?? []) {
    const same = areOnOneMachine(member.project, listening.member.project);
    if (!to.every((one) => reaches(one, listening.at, same))) continue;
    const routes = found.get(listening.member) ?? new Set();
    for (const route of listening.routes) routes.add(route);
    found.set(listening.member, routes);
  }
  const [[next, routes] = [], ...others] = found;
  // Its own listener may be meant, and of two files that listen there one may be a copy.
  if (next === undefined || routes === undefined || next === member || others.length > 0) return undefined;
  const route = takenBy([...routes]);
  return route === undefined ? undefined : hopOf(next, route);
}

function hopOf(member: RunMember, route: Route): Hop | undefined {
  const { idle, upgrade } = route;
  // Without a tunnel there is no silence in it.
  return idle.known && !(upgrade.known && !upgrade.value.passes) ? { member, route, idle } : undefined;
}

/** Longer than any chain of proxies that somebody runs. */
const MOST_HOPS = 10;

/** The hops behind a first one, as far as they can be known; a chain that comes back to itself is none. */
function chainFrom(first: Hop, ports: Ports): readonly Hop[] {
  const chain = [first];
  for (let last = first; chain.length < MOST_HOPS; ) {
    const to = last.member.project.addressesOf?.(last.route) ?? [];
    const next = behind(last.member, to, ports);
    if (next === undefined) break;
    if (chain.some(({ member }) => member === next.member)) return [];
    chain.push(next);
    last = next;
  }
  return chain;
}

const lastsFor = ({ idle }: Hop): number => idle.value.seconds;
const isWritten = ({ idle }: Hop): boolean => idle.value.parts.some(({ seconds }) => seconds.origin.kind !== 'default');

function placeOf({ idle, route }: Hop): Place {
  return idle.value.parts.length === 1 && idle.origin.kind === 'written' ? idle.origin.place : route.place;
}

function judge(chain: readonly Hop[]): void {
  const shortest = chain.reduce((least, hop) => (lastsFor(hop) < lastsFor(least) ? hop : least));
  const least = lastsFor(shortest);
  for (const [i, hop] of chain.entries()) {
    const seconds = lastsFor(hop);
    if (seconds <= least || !isWritten(hop)) continue;
    const where = chain.indexOf(shortest) > i ? 'behind it' : 'before it';
    const own = Number.isFinite(seconds) ? `${seconds} s` : 'never';
    hop.member.report({
      at: placeOf(hop),
      message: `WebSocket connections through here are closed after ${least} s ${shortest.idle.value.silence}, not ${own === 'never' ? own : `after ${own}`}: \`${shortest.route.label}\` in \`${basename(shortest.route.place.file)}\`, ${where}, has the shorter limit (${shortest.idle.value.formula})`,
      related: [{ place: placeOf(shortest), message: 'the shortest limit of the chain' }],
      offers: Number.isFinite(seconds)
        ? [
            {
              title: `Let \`${shortest.route.label}\` in \`${basename(shortest.route.place.file)}\` wait ${seconds} s as well`,
              safety: 'behaviour',
              remedy: {
                kind: 'edit',
                edits: () =>
                  shortest.member.project.realize({ kind: 'set-idle-limit', route: shortest.route, seconds }),
              },
            },
          ]
        : [],
    });
  }
}

export const rule: Rule = {
  id: 'websocket-chain-idle-timeout',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Of several proxies behind each other, one closes silent WebSocket connections before the others would',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
    'https://docs.haproxy.org/2.6/configuration.html#4.2-timeout%20tunnel',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check: () => undefined,
  checkAll(all) {
    const firsts = all.flatMap((member) =>
      endsOf(member.project).leaves.flatMap((route) => hopOf(member, route) ?? []),
    );
    if (firsts.length === 0) return;
    const ports = byPort(all);
    const chains = firsts
      .map((first) => chainFrom(first, ports))
      .filter((chain) => chain.length > 1 && chain.some(({ route }) => isWebSocket(route)));
    const inner = new Set(chains.flatMap((chain) => chain.slice(1).map(({ route }) => route)));
    // Parts of longer chains say nothing of their own.
    for (const chain of chains) if (chain[0] !== undefined && !inner.has(chain[0].route)) judge(chain);
  },
};
