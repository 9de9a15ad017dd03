/** Owns whether a back end's 101 reaches the client (docs, mod_proxy, "Protocol Upgrade"; all of it seen with 2.4.69 and 2.4.71). */
import { UPGRADE_SINCE } from '../../../facts/apache.ts';
import type { Upgrade, UpgradeLoss } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import { atLeast } from '../../../model/target.ts';
import type { ApacheProject } from '../project.ts';
import { own, placeOf, placeOfArgs, type Scope, value } from '../scope.ts';
import { membersOf } from './balancers.ts';
import { levelsFor } from './handshake.ts';
import { type Parameter, type Pass, parameter } from './passes.ts';
import type { Rewrite } from './rewrites.ts';
import type { Server } from './servers.ts';
import { isBalancer } from './worker-lines.ts';
import { isDivided, mayHide, type Worker } from './workers.ts';

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
  workers: readonly Worker[],
  server: Server,
  project: ApacheProject,
): Fact<Upgrade> {
  const { entry, url, matcher } = pass;
  const place = placeOf(entry);
  const path = matcher.kind === 'prefix' ? matcher.path : '/';
  const deleted = deletions(levelsFor(server, path));
  if (/^wss?:/i.test(url)) return at(deleted, place, undefined);
  if (/^h2c?:/i.test(url)) return at([loss('http2', '`h2` has no upgrade', place)], place, undefined);
  if (isBalancer(url)) return ofBalancer(pass, deleted, server, project);
  if (worker?.unsure === true) return unknown('other lines may set `upgrade`');
  if (isDivided(worker, url, workers)) return unknown('another worker takes some of its requests');
  const asked = parameter(pass, 'upgrade');
  const hidden = worker === undefined ? undefined : mayHide(server, 'proxypass');
  const counts = worker === undefined ? asked : parameter(worker, 'upgrade');
  if (counts !== undefined && lets(counts)) {
    const old = tooOld(counts, project);
    if (old !== undefined) return at([old, ...deleted], place, 'behaviour');
    return hidden === undefined || project.role === 'fragment' ? at(deleted, place, undefined) : unknown(hidden);
  }
  if (worker !== undefined && worker.entry !== entry) return ofSharedWorker(pass, worker, asked, deleted);
  const name = entry.directive.name.value;
  const losses =
    counts === undefined
      ? loss('missing', `\`${name}\` ${MISSING}`, place)
      : loss('wrong-value', `\`upgrade=${counts.value}\` is for another protocol`, argPlace(counts));
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
  const related = [{ place: placeOf(worker.entry), message: 'its worker was opened here' }];
  const message = lets(asked)
    ? `\`upgrade=${asked?.value}\` is ignored (AH01146): \`${url}\` is below \`${worker.url}\`, whose worker is there already, and that has no \`upgrade=websocket\``
    : `it ${MISSING}, and the worker of \`${worker.url}\` that it uses has none either`;
  return at(
    [
      loss('inheritance-cut', message, lets(asked) && asked !== undefined ? argPlace(asked) : place, related),
      ...deleted,
    ],
    place,
    'behaviour',
  );
}

/** Before 2.4.47 the parameter is for `ws://` and mod_proxy_wstunnel only (docs, mod_proxy, "Protocol Upgrade"). */
function tooOld(asked: Parameter, { paths }: ApacheProject): UpgradeLoss | undefined {
  const { target } = paths.environment;
  if (atLeast(target, 'apache', UPGRADE_SINCE) !== false) return undefined;
  const have = target.get('apache')?.text ?? 'an older one';
  const message = `\`upgrade=${asked.value}\` does nothing for \`http://\` before httpd ${UPGRADE_SINCE}, and the target is ${have}`;
  return loss('wrong-value', message, argPlace(asked));
}

function argPlace({ entry, index }: Parameter): Place {
  return placeOfArgs(entry, index, index);
}

function ofBalancer(
  { entry, url }: Pick<Pass, 'entry' | 'url'>,
  deleted: readonly UpgradeLoss[],
  server: Server,
  project: ApacheProject,
): Fact<Upgrade> {
  const members = membersOf(url, server);
  if (members === undefined || members.length === 0) return unknown('the members of the balancer cannot be seen');
  const losses = members.flatMap((member): UpgradeLoss[] => {
    if (/^wss?:/i.test(member.url)) return [];
    const asked = parameter(member, 'upgrade');
    const old = asked !== undefined && lets(asked) ? tooOld(asked, project) : undefined;
    if (lets(asked)) return old === undefined ? [] : [old];
    return [loss('missing', `\`BalancerMember ${member.url}\` ${MISSING}`, placeOf(member.entry))];
  });
  return at([...losses, ...deleted], placeOf(entry), safetyFor(project));
}

/** A `RewriteRule` with `[P]` has no parameters: `ws://` passes the upgrade on, `http://` only through a worker that does. */
export function rewriteUpgrade(
  { entry, target, pattern }: Rewrite,
  unread: UpgradeLoss | undefined,
  worker: Worker | undefined,
  server: Server,
  project: ApacheProject,
): Fact<Upgrade> {
  const place = placeOf(entry);
  if (unread !== undefined) return at([unread], place, 'behaviour');
  const deleted = deletions(levelsFor(server, pattern.replace(/^\^/, '')));
  if (/^wss?:/i.test(target)) return at(deleted, place, undefined);
  if (isBalancer(target)) return ofBalancer({ entry, url: target }, deleted, server, project);
  if (worker?.unsure === true) return unknown('other lines may set `upgrade`');
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
