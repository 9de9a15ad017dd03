/** Owns workers: whose parameters count where several lines lead to addresses of which one begins with another. */
import type { ApacheProject } from '../project.ts';
import { type Entry, holeFor, oncePerScope, own, scopesBelow, value } from '../scope.ts';
import type { Parameter, Pass, Passes } from './passes.ts';
import type { Server } from './servers.ts';

export interface Worker {
  readonly url: string;
  /** The line that opened it; its parameters count. */
  readonly entry: Entry;
  readonly parameters: readonly Parameter[];
}

/** The address as a worker's name: scheme and host in small letters, no slash for the whole host. */
function nameOf(url: string): string {
  const [, start, path = ''] = /^(\w+:\/\/[^/?]*)(.*)$/s.exec(url) ?? [];
  return start === undefined ? url : start.toLowerCase() + (path === '/' ? '' : path);
}

/** The longest worker whose name the address begins with (modules/proxy/proxy_util.c, ap_proxy_get_worker_ex). */
function longest(workers: readonly Worker[], url: string): Worker | undefined {
  const name = nameOf(url);
  let best: Worker | undefined;
  for (const worker of workers) {
    if (name.startsWith(nameOf(worker.url)) && (best === undefined || worker.url.length > best.url.length))
      best = worker;
  }
  return best;
}

/**
 * The workers of a server. A line whose address is below that of a worker that is there already opens none, and its
 * parameters are ignored with a warning (AH01145, AH01146; seen on the wire with 2.4.69 and 2.4.71).
 */
export function workersOf({ inOrder }: Passes, { scope }: Server): Worker[] {
  const mine: Worker[] = [];
  const outer: Worker[] = [];
  for (const { entry, scope: level, url, parameters } of inOrder) {
    if (url === '!' || url.includes('$')) continue;
    const workers = level === scope || level.parent === scope ? mine : outer;
    if (longest(workers, url) === undefined) workers.push({ url, entry, parameters });
  }
  return [...mine, ...outer];
}

/** The worker that the requests of a line go through. */
export function workerOf(pass: Pass, workers: readonly Worker[]): Worker | undefined {
  return longest(workers, pass.url);
}

/** Whether settings of the worker may stand elsewhere: `ProxySet`, `<Proxy>` with the address. */
export function isSetElsewhere(url: string, project: ApacheProject): boolean {
  return proxySetsIn(project.main).some((scope) => {
    if (scope.key !== 'proxy' && scope.key !== 'proxymatch') return true;
    const written = scope.opener === undefined ? '' : (value(scope.opener) ?? '');
    return scope.key === 'proxymatch' || nameOf(url).startsWith(nameOf(written)) || written === '*';
  });
}

const proxySetsIn = oncePerScope((main) => scopesBelow(main).filter((scope) => own(scope, 'proxyset').length > 0));

export function mayHide({ levels }: Server, key: string): string | undefined {
  for (const level of levels) {
    const hole = holeFor(level, key);
    if (hole !== undefined) return hole.why;
  }
  return undefined;
}
