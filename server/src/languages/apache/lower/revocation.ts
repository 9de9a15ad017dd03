/** Owns revocation lists: whether Apache looks into them, and which certificates of clients it looks up. */
import type { UncheckedWay } from '../../../model/client-certificates.ts';
import type { ConfigProblem, FileUse } from '../../../model/model.ts';
import { type Fact, unknown } from '../../../model/origin.ts';
import type { RevocationCheck } from '../../../model/revocation.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, linesAfter } from '../realize/layout.ts';
import { nearest, placeOf, value, values } from '../scope.ts';
import { fileUse } from './certificates.ts';
import { authoritiesOf } from './client-trust.ts';
import type { Server } from './servers.ts';

const LISTS = ['sslcarevocationfile', 'sslcarevocationpath'] as const;

/** What `SSLCARevocationCheck` says; nothing is looked up where it is not written (docs; AH01902 in the log). */
function checkOf({ levels }: Server): { readonly what: 'chain' | 'leaf'; readonly flags: boolean } | undefined {
  const found = nearest(levels, 'sslcarevocationcheck');
  if (found.kind !== 'found') return undefined;
  const [what, ...flags] = values(found.entry).map((word) => word.toLowerCase());
  return what === 'chain' || what === 'leaf' ? { what, flags: flags.length > 0 } : undefined;
}

export function revocationOf(server: Server, project: ApacheProject): RevocationCheck | undefined {
  const { levels } = server;
  const verify = nearest(levels, 'sslverifyclient');
  const demand = verify.kind === 'found' ? value(verify.entry)?.toLowerCase() : undefined;
  const check = checkOf(server);
  if ((demand !== 'require' && demand !== 'optional') || check === undefined) return undefined;
  const file = nearest(levels, 'sslcarevocationfile');
  const list = file.kind === 'found' ? fileUse(file.entry, project) : undefined;
  if (list === undefined) return undefined;
  const others = nearest(levels, 'sslcarevocationpath').kind !== 'absent';
  const authorities: Fact<readonly FileUse[]> =
    others || check.what === 'leaf' || check.flags
      ? unknown('not every authority needs a list in this file')
      : authoritiesOf(server, project);
  return { lists: [list], authorities };
}

/** Lists that nobody looks into (seen with 2.4.69 and 2.4.71); Apache 2.2 looked into them by itself. */
export function ignoredLists({ levels }: Server): UncheckedWay[] {
  const found = LISTS.map((key) => nearest(levels, key)).find(({ kind }) => kind === 'found');
  if (found?.kind !== 'found' || nearest(levels, 'sslcarevocationcheck').kind !== 'absent') return [];
  const { entry } = found;
  return [
    {
      kind: 'revoked',
      place: placeOf(entry),
      message: `Nothing is looked up in \`${entry.directive.name.value} ${value(entry) ?? ''}\`, because there is no \`SSLCARevocationCheck\` (AH01902)`,
      related: [],
      offers: [
        {
          title: 'Look up whole chains in it',
          safety: 'behaviour',
          remedy: { kind: 'edit', edits: () => byFile([linesAfter(entry, ['SSLCARevocationCheck chain'])]) },
        },
      ],
    },
  ];
}

/** Looking into lists that are not there keeps Apache from starting (AH01899; seen with 2.4.69 and 2.4.71). */
export function missingLists({ levels }: Server): ConfigProblem[] {
  const check = nearest(levels, 'sslcarevocationcheck');
  const engine = nearest(levels, 'sslengine');
  const what = check.kind === 'found' ? value(check.entry)?.toLowerCase() : undefined;
  if (check.kind !== 'found' || (what !== 'chain' && what !== 'leaf')) return [];
  if (engine.kind !== 'found' || value(engine.entry)?.toLowerCase() !== 'on') return [];
  if (LISTS.some((key) => nearest(levels, key).kind !== 'absent')) return [];
  return [
    {
      rule: 'config-syntax',
      place: placeOf(check.entry),
      message: `\`SSLCARevocationCheck ${what}\` has neither \`SSLCARevocationFile\` nor \`SSLCARevocationPath\` to look into, and Apache does not start (AH01899), though \`apachectl -t\` says that all is well`,
    },
  ];
}
