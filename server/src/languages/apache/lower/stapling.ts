/** Owns `SSLUseStapling`: where Apache gets the answers that it staples, and what keeps it from starting. */

import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { Stapling, StaplingHindrance } from '../../../model/stapling.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, linesBefore, removeLines } from '../realize/layout.ts';
import { type Entry, holeFor, isOpen, nearest, originOf, own, placeOf, value } from '../scope.ts';
import type { Server } from './servers.ts';

/** Its path counts from `DefaultRuntimeDir`. */
const CACHE = 'SSLStaplingCache shmcb:ssl_stapling(32768)';

/** Stapling without a cache: `apachectl -t` accepts it, and Apache does not start (AH01958; seen with 2.4.69 and 2.4.71). */
function cacheMissing(entry: Entry, project: ApacheProject): StaplingHindrance | undefined {
  const { main, role } = project;
  if (role === 'fragment' || holeFor(main, 'sslstaplingcache') !== undefined) return undefined;
  if (own(main, 'sslstaplingcache').length > 0) return undefined;
  const host = main.entries.find(({ directive, scope }) => directive.key === 'virtualhost' && scope !== undefined);
  const anchor = own(main, 'sslusestapling').includes(entry) ? entry : host;
  return {
    kind: 'refused',
    place: placeOf(entry),
    message:
      '`SSLUseStapling on` without `SSLStaplingCache` outside of the virtual hosts: Apache does not start (AH01958), though `apachectl -t` says that all is well',
    offers:
      anchor === undefined
        ? []
        : [
            {
              title: 'Add a cache for the answers',
              safety: 'behaviour',
              remedy: { kind: 'edit', edits: () => byFile([linesBefore(anchor, [CACHE])]) },
            },
          ],
  };
}

export function staplingOf(server: Server, project: ApacheProject): Fact<Stapling | undefined> {
  const found = nearest(server.levels, 'sslusestapling');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const origin = { kind: 'written' as const, place: server.place };
  if (found.kind === 'absent') return known(undefined, origin);
  const { entry, scope } = found;
  const word = value(entry) ?? '';
  if (isOpen(word)) return unknown('a variable decides `SSLUseStapling`');
  if (word.toLowerCase() !== 'on') return known(undefined, origin);
  const forced = nearest(server.levels, 'sslstaplingforceurl');
  const missing = cacheMissing(entry, project);
  return known(
    {
      place: placeOf(entry),
      written: 'SSLUseStapling on',
      ignored: 'Apache says so in its log',
      source: forced.kind === 'found' ? 'setting' : 'certificate',
      verified: undefined,
      trustSetting: 'SSLCertificateChainFile',
      trusted: unknown('not looked at in Apache yet'),
      hindrances: missing === undefined ? [] : [missing],
      shared: scope !== server.scope,
      remove: () => byFile([removeLines(entry)]),
    },
    originOf(server.scope, scope, entry),
  );
}
