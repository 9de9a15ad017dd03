/** Owns the addresses of `bind` and `server` lines. */
import type { Address } from '../../../model/addresses.ts';
import type { Route } from '../../../model/model.ts';
import { alwaysIn } from '../syntax/query.ts';
import type { Lowered } from './index.ts';
import { serversOf } from './servers.ts';

/** `:443`, `*:443`, `ipv4@10.0.0.5:8080`, `unix@/run/x.sock`; undefined for anything else, such as ranges of ports. */
export function addressOf(text: string): Address | undefined {
  const socket = /^(?:unix@)?(\/[^$]*)$/.exec(text)?.[1];
  if (socket !== undefined) return { host: 'unix', port: socket };
  const match = /^(?:ipv[46]@)?(\[[^\]]+\]|[\w.*-]*):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, host = '', port = ''] = match;
  return { host: host === '' || host === '0.0.0.0' ? '*' : host.toLowerCase(), port };
}

/** Where the servers of a route's back end are. */
export function routeAddresses(route: Route, { routes }: Lowered): readonly Address[] | undefined {
  const backend = routes.find((one) => one.route === route)?.backend;
  if (backend === undefined) return undefined;
  const out: Address[] = [];
  for (const { address, statement } of serversOf(backend)) {
    const found = alwaysIn(backend.section, statement) ? addressOf(address) : undefined;
    if (found === undefined) return undefined;
    out.push(found);
  }
  return out;
}
