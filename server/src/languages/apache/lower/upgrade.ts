/** Owns whether a back end's 101 reaches the client (docs, mod_proxy, "Protocol Upgrade"; all of it seen with 2.4.69 and 2.4.71). */
import { UPGRADE_SINCE } from '../../../facts/apache.ts';
import type { Upgrade, UpgradeLoss } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { atLeast } from '../../../model/target.ts';
import type { ApacheProject } from '../project.ts';
import { type Entry, own, placeOf, placeOfArgs, type Scope, value } from '../scope.ts';
import { levelsFor } from './handshake.ts';
import { membersOf, type Parameter, type Pass, parameter } from './passes.ts';
import type { Rewrite } from './rewrites.ts';
import type { Server } from './servers.ts';
import { isSetElsewhere, mayHide, type Worker } from './workers.ts';

const lets = (asked: Parameter | undefined): boolean => asked !== undefined && /^(websocket|any)$/i.test(asked.value);

function at(losses: readonly UpgradeLoss[], place: Place, safety: Upgrade['safety']): Fact<Upgrade> {
  const passes = losses.length === 0;
  return known({ passes, losses, ...(passes || safety === undefined ? {} : { safety }) }, { kind: 'written', place });
}

/** `RequestHeader unset Upgrade` takes it away, at whichever level it stands. */
function deletions(levels: readonly Scope[]): UpgradeLoss[] {
  return levels.flatMap((level) =>
    own(level, 'requestheader').flatMap((entry): UpgradeLoss[] => {
      const [action, name, ...more] = [value(entry), value(entry, 1), value(entry, 2)];
      const always = more.every((word) => word === undefined || /^early$/i.test(word));
      if (action?.toLowerCase() !== 'unset' || name?.toLowerCase() !== 'upgrade' || !always) return [];
      return [
        {
          kind: 'deleted',
          lost: 'request',
          message: '`RequestHeader unset Upgrade` takes the header away',
          place: placeOf(entry),
          related: [],
        },
      ];
    }),
  );
}

function loss(
  kind: UpgradeLoss['kind'],
  message: string,
  place: Place,
  related: UpgradeLoss['related'] = [],
): UpgradeLoss {
  return { kind, lost: 'request', message, place, related };
}

const MISSING = 'has no `upgrade=websocket`, so the request goes on without its `Upgrade`';

/** How safe the fix is: an older Apache would refuse the parameter. */
function safetyFor({ paths }: ApacheProject): Upgrade['safety'] {
  return atLeast(paths.environment.target, 'apache', UPGRADE_SINCE) === true ? undefined : 'behaviour';
}

export function upgradeOf(
  pass: Pass,
  worker: Worker | undefined,
  server: Server,
  project: ApacheProject,
): Fact<Upgrade> {
  const { entry, url, matcher } = pass;
  const place = placeOf(entry);
  const path = matcher.kind === 'prefix' ? matcher.path : '/';
  const deleted = deletions(levelsFor(server, path));
  if (/^wss?:/i.test(url)) return at(deleted, place, undefined);
  if (/^h2c?:/i.test(url)) return at([loss('http2', '`h2` has no upgrade', place)], place, undefined);
  if (/^balancer:/i.test(url)) return ofBalancer(pass, deleted, project);
  if (isSetElsewhere(url, project)) return unknown('`ProxySet` may set `upgrade`');
  const asked = parameter(pass, 'upgrade');
  // Which worker a pattern gets is known only with the request.
  if (url.includes('$') && asked !== undefined) return unknown('the address is known only with the request');
  const hidden = worker === undefined ? undefined : mayHide(server, 'proxypass');
  const counts = worker === undefined || worker.entry === entry ? asked : parameter(worker, 'upgrade');
  const old = lets(counts) ? tooOld(counts, worker?.entry ?? entry, project) : undefined;
  if (old !== undefined) return at([old, ...deleted], place, 'behaviour');
  if (worker !== undefined && worker.entry !== entry) return ofSharedWorker(pass, worker, asked, deleted);
  if (lets(asked))
    return hidden === undefined || project.role === 'fragment' ? at(deleted, place, undefined) : unknown(hidden);
  const name = entry.directive.name.value;
  const losses =
    asked === undefined
      ? loss('missing', `\`${name}\` ${MISSING}`, place)
      : loss('wrong-value', `\`upgrade=${asked.value}\` is for another protocol`, argPlace(entry, asked));
  return at([losses, ...deleted], place, safetyFor(project));
}

/** A line below the address of an earlier one uses its worker, whose parameters count. */
function ofSharedWorker(
  { entry, url }: Pass,
  worker: Worker,
  asked: Parameter | undefined,
  deleted: readonly UpgradeLoss[],
): Fact<Upgrade> {
  const place = placeOf(entry);
  if (lets(parameter(worker, 'upgrade'))) return at(deleted, place, undefined);
  const related = [{ place: placeOf(worker.entry), message: 'its worker was opened here' }];
  const message = lets(asked)
    ? `\`upgrade=${asked?.value}\` is ignored (AH01146): \`${url}\` is below \`${worker.url}\`, whose worker is there already, and that has no \`upgrade=websocket\``
    : `it ${MISSING}, and the worker of \`${worker.url}\` that it uses has none either`;
  return at(
    [loss('inheritance-cut', message, lets(asked) ? argPlace(entry, asked) : place, related), ...deleted],
    place,
    'behaviour',
  );
}

/** Before 2.4.47 the parameter is for `ws://` and mod_proxy_wstunnel only (docs, mod_proxy, "Protocol Upgrade"). */
function tooOld(asked: Parameter | undefined, entry: Entry, { paths }: ApacheProject): UpgradeLoss | undefined {
  const { target } = paths.environment;
  if (atLeast(target, 'apache', UPGRADE_SINCE) !== false) return undefined;
  const have = target.get('apache')?.text ?? 'an older one';
  const message = `\`upgrade=${asked?.value}\` does nothing for \`http://\` before httpd ${UPGRADE_SINCE}, and the target is ${have}`;
  return loss('wrong-value', message, argPlace(entry, asked));
}

function argPlace(entry: Entry, asked: Parameter | undefined): Place {
  return asked === undefined ? placeOf(entry) : placeOfArgs(entry, asked.index, asked.index);
}

function ofBalancer({ entry, url }: Pass, deleted: UpgradeLoss[], project: ApacheProject): Fact<Upgrade> {
  const members = membersOf(url, project);
  if (members === undefined || members.length === 0) return unknown('the members of the balancer cannot be seen');
  const without = members.filter((member) => !/^wss?:/i.test(member.url) && !lets(parameter(member, 'upgrade')));
  const losses = without.map((member) =>
    loss('missing', `\`BalancerMember ${member.url}\` ${MISSING}`, placeOf(member.entry)),
  );
  return at([...losses, ...deleted], placeOf(entry), safetyFor(project));
}

/** A `RewriteRule` with `[P]` has no parameters: `ws://` passes the upgrade on, `http://` only through a worker that does. */
export function rewriteUpgrade(
  { entry, target, pattern }: Rewrite,
  unread: UpgradeLoss | undefined,
  worker: Worker | undefined,
  server: Server,
): Fact<Upgrade> {
  const place = placeOf(entry);
  if (unread !== undefined) return at([unread], place, 'behaviour');
  const deleted = deletions(levelsFor(server, pattern.replace(/^\^/, '')));
  if (/^wss?:/i.test(target)) return at(deleted, place, undefined);
  if (worker !== undefined && lets(parameter(worker, 'upgrade'))) return at(deleted, place, undefined);
  const scheme = /^(\w+):/.exec(target)?.[1] ?? 'http';
  const other = scheme.toLowerCase() === 'https' ? 'wss' : 'ws';
  return at(
    [
      loss(
        'wrong-value',
        `\`${scheme}://\` in a \`RewriteRule\` passes no upgrade on, \`${other}://\` does`,
        placeOfArgs(entry, 1, 1),
      ),
      ...deleted,
    ],
    place,
    'behaviour',
  );
}
