/** Owns parameters of DHE suites: `SSLOpenSSLConfCmd DHParameters`, without which Apache takes a group that fits its key. */
import type { DhSource } from '../../../model/dh.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { byFile, removeLines } from '../realize/layout.ts';
import { nearest, originOf, value } from '../scope.ts';
import { fileUse } from './certificates.ts';
import type { Server } from './servers.ts';

const SETTING = 'SSLOpenSSLConfCmd DHParameters';

/**
 * Parameters that OpenSSL refuses keep Apache from starting (AH02312). A block in a certificate's file that it refuses is left
 * aside without a word (seen with 2.4.71), so such files are not looked at.
 */
export function dhOf({ levels, scope }: Server, project: ApacheProject): Fact<DhSource> {
  const found = nearest(levels, 'sslopensslconfcmd', (entry) => value(entry)?.toLowerCase() === 'dhparameters');
  if (found.kind !== 'found') return unknown('the file of a certificate may hold parameters');
  const { entry } = found;
  const file = fileUse(entry, project, 1);
  if (file === undefined) return unknown(`\`${SETTING}\` names no file`);
  return known(
    {
      setting: SETTING,
      file,
      withoutFile: 'own',
      refused: 'start',
      removal: `Remove \`${SETTING}\``,
      remove: () => byFile([removeLines(entry)]),
    },
    originOf(scope, found.scope, entry),
  );
}
