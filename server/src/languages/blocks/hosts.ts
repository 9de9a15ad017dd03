/** Owns which sites are of the same host: one server, or several that share a name (its plain and its TLS side). */
import type { Site } from '../../model/model.ts';

/** Sites by hosts, in the order of the configuration. */
export function hostsOf(sites: readonly Site[]): Site[][] {
  const groups: Site[][] = [];
  const byName = new Map<string, Site[]>();
  for (const site of sites) {
    const names = site.names.map(({ name }) => name).filter((name) => name !== '' && name !== '_');
    const known = names.map((name) => byName.get(name)).find((group) => group !== undefined);
    const mine = known ?? [];
    if (known === undefined) groups.push(mine);
    mine.push(site);
    for (const name of names) if (!byName.has(name)) byName.set(name, mine);
  }
  return groups;
}
