/** Owns workers: what `ProxyPass`, `<Proxy …>` and `ProxySet` set of them, and which one the requests of a line go through. */
import type { ConfigProblem } from '../../../model/model.ts';
import { type Entry, holeFor, oncePerScope, placeOfArgs, type Scope } from '../scope.ts';
import type { Parameter, Pass } from './passes.ts';
import type { Server } from './servers.ts';
import { isBalancer, linesOfWorkers, nameOf, type WorkerLine } from './worker-lines.ts';

export interface Worker {
  readonly url: string;
  /** The line that opened it. */
  readonly entry: Entry;
  /** What all lines set of it, in their order; the last of a name counts. */
  readonly parameters: readonly Parameter[];
  /** Whether some of them may not count, or others may be where they cannot be seen. */
  readonly unsure: boolean;
}

interface GrowingWorker extends Worker {
  readonly parameters: Parameter[];
  unsure: boolean;
}

interface Workers {
  readonly list: readonly Worker[];
  readonly problems: readonly ConfigProblem[];
}

/** The scheme and host of an address, which a worker's name never cuts short. */
const hostPart = (name: string): string => /^\w+:\/\/[^/]*/.exec(name)?.[0] ?? name;

/** The longest worker whose name the address begins with (modules/proxy/proxy_util.c, ap_proxy_get_worker_ex). */
function longest<T extends Worker>(workers: readonly T[], url: string): T | undefined {
  const name = nameOf(url);
  const least = hostPart(name).length;
  let best: T | undefined;
  for (const worker of workers) {
    const own = nameOf(worker.url);
    if (own.length >= least && name.startsWith(own) && (best === undefined || own.length > nameOf(best.url).length))
      best = worker;
  }
  return best;
}

const isSameMatch = ({ url }: { readonly url: string }, other: string): boolean => nameOf(url) === nameOf(other);

/**
 * The workers of one level. A `ProxyPass` whose address is below that of a worker that is there already opens none, and its
 * parameters are ignored with a warning (AH01145, AH01146); `<Proxy url …>` and `ProxySet` change what is there (all of it
 * seen on the wire with 2.4.69 and 2.4.71).
 */
const workersIn = oncePerScope((scope: Scope): Workers => {
  const list: GrowingWorker[] = [];
  const problems: ConfigProblem[] = [];
  for (const line of linesOfWorkers(scope)) {
    const { entry, url, parameters, kind, unsure } = line;
    const isMatch = url.includes('$');
    const found = isMatch ? list.find((one) => isSameMatch(one, url)) : longest(list, url);
    if (found === undefined) {
      const fault = kind === 'set' ? notThere(scope, line) : undefined;
      if (fault === undefined) list.push({ url, entry, parameters: [...parameters], unsure });
      else problems.push(fault);
    } else if (kind !== 'pass') {
      found.parameters.push(...parameters);
      if (unsure) found.unsure = true;
    }
  }
  return { list, problems };
});

/** `ProxySet` with the address of a worker that no line before it has opened: Apache does not start. */
function notThere(scope: Scope, { entry, url }: WorkerLine): ConfigProblem | undefined {
  if (scope.holes.length > 0 || url.includes('$')) return undefined;
  return {
    rule: 'config-syntax',
    place: placeOfArgs(entry, 0, 0),
    message: `\`ProxySet\` finds no worker \`${url}\`: no line before it, in the same virtual host, has opened one, and Apache does not start`,
  };
}

/** Those of the host, and of the main server, whatever `ProxyPassInherit` says (seen with 2.4.71). */
export function workersOf({ levels }: Pick<Server, 'levels'>): readonly Worker[] {
  const [own, ...outer] = levels.map((level) => workersIn(level).list);
  const more = outer.filter((list) => list.length > 0);
  return more.length === 0 ? (own ?? []) : [own ?? [], ...more].flat();
}

/** The worker that the requests of a line go through. */
export function workerOf({ url, entry, parameters }: Pass, workers: readonly Worker[]): Worker | undefined {
  if (isBalancer(url)) return undefined;
  if (!url.includes('$')) return longest(workers, url);
  // The longest that fits is known only with the request, unless the line's own is the only one of its host.
  const host = hostPart(nameOf(url));
  const others = workers.filter((one) => one.entry !== entry && hostPart(nameOf(one.url)) === host);
  return { url, entry, parameters, unsure: host.includes('$') || others.length > 0 };
}

/** The worker for what a `RewriteRule` hands on. */
export function workerFor(target: string, workers: readonly Worker[]): Worker | undefined {
  return isBalancer(target) ? undefined : longest(workers, target.replace(/[$%].*$/s, ''));
}

/** Whether a longer worker takes some of the requests of an address. */
export function isDivided(worker: Worker | undefined, url: string, workers: readonly Worker[]): boolean {
  const name = nameOf(url);
  return workers.some(
    (one) => one !== worker && nameOf(one.url).length > name.length && nameOf(one.url).startsWith(name),
  );
}

/** Parameters that only workers have; on a balancer they keep Apache from starting (docs, ProxyPass; seen with 2.4.69 and 2.4.71). */
const OF_WORKERS =
  /^(acquire|connectiontimeout|disablereuse|enablereuse|flushpackets|flushwait|keepalive|loadfactor|max|min|ping|redirect|retry|route|secret|smax|status|ttl|upgrade)$/;

export function workerProblems(scopes: readonly Scope[]): ConfigProblem[] {
  return scopes.flatMap((scope) =>
    scope.key !== 'main' && scope.key !== 'virtualhost' ? [] : [...workersIn(scope).problems, ...misplaced(scope)],
  );
}

function misplaced(scope: Scope): ConfigProblem[] {
  return linesOfWorkers(scope, isBalancer).flatMap(({ entry, parameters }) =>
    parameters.flatMap(({ name, index }): ConfigProblem[] =>
      OF_WORKERS.test(name)
        ? [
            {
              rule: 'config-syntax',
              place: placeOfArgs(entry, index, index),
              message: `\`${name}=\` is for the members of a balancer: it belongs behind \`BalancerMember\`, and Apache does not start with it here (\`unknown Balancer parameter\`)`,
            },
          ]
        : [],
    ),
  );
}

export function mayHide({ levels }: Server, key: string): string | undefined {
  for (const level of levels) {
    const hole = holeFor(level, key);
    if (hole !== undefined) return hole.why;
  }
  return undefined;
}
