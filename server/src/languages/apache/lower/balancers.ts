/** Owns balancers: the members that `<Proxy balancer://…>` and `BalancerMember balancer://…` lines give them, by level. */
import { type Entry, oncePerScope, own, type Scope, value, values } from '../scope.ts';
import { type Parameter, parametersOf } from './passes.ts';
import type { Server } from './servers.ts';

export interface Member {
  readonly entry: Entry;
  readonly url: string;
  readonly parameters: readonly Parameter[];
}

interface Balancer {
  readonly members: Member[];
  /** Whether others may be where they cannot be seen. */
  unsure: boolean;
}

/** The name of a balancer in an address, in small letters. */
const nameIn = (url: string): string | undefined => /^balancer:\/\/[^/]+/i.exec(url)?.[0].toLowerCase();

/** Outside of a section the balancer is named first, of the words without `=` (modules/proxy/mod_proxy.c, add_member). */
function memberOf(entry: Entry, outside: boolean): { readonly balancer: string; readonly member: Member } {
  const plain = values(entry).filter((word) => !word.includes('='));
  const url = plain[outside ? 1 : 0] ?? '';
  return { balancer: nameIn(plain[0] ?? '') ?? '', member: { entry, url, parameters: parametersOf(entry, 0) } };
}

const balancersIn = oncePerScope((level: Scope): ReadonlyMap<string, Balancer> => {
  const out = new Map<string, Balancer>();
  const named = (name: string): Balancer => {
    const balancer = out.get(name) ?? { members: [], unsure: false };
    out.set(name, balancer);
    return balancer;
  };
  for (const entry of level.entries) {
    const { scope } = entry;
    if (entry.name === 'balancermember') {
      const { balancer, member } = memberOf(entry, true);
      named(balancer).members.push(member);
    } else if (scope?.key === 'proxy') {
      const name = nameIn(value(entry) ?? '');
      if (name === undefined) continue;
      const balancer = named(name);
      if (entry.conditional || scope.holes.length > 0) balancer.unsure = true;
      balancer.members.push(...own(scope, 'balancermember').map((line) => memberOf(line, false).member));
    }
  }
  return out;
});

/**
 * The members of a balancer that requests of a server reach; undefined where it is not there, or a part of it cannot be seen.
 * A host takes the main server's, and of one that both levels have it is not plain which counts (seen with 2.4.71).
 */
export function membersOf(url: string, { levels }: Pick<Server, 'levels'>): readonly Member[] | undefined {
  const name = nameIn(url);
  const found = levels.flatMap((level) => (name === undefined ? [] : (balancersIn(level).get(name) ?? [])));
  const [only, ...more] = found;
  return only === undefined || more.length > 0 || only.unsure ? undefined : only.members;
}
