/** Owns what Apache verifies client certificates with: `SSLCACertificateFile` and `SSLVerifyDepth`. */
import { byDefault, MOD_SSL } from '../../../facts/apache.ts';
import type { ClientTrust } from '../../../model/client-certificates.ts';
import type { FileUse } from '../../../model/model.ts';
import { type Fact, known, unknown } from '../../../model/origin.ts';
import type { ApacheProject } from '../project.ts';
import { setScalar } from '../realize/scalar.ts';
import { type Entry, nearest, originOf, placeOf, value } from '../scope.ts';
import { fileUse } from './certificates.ts';
import { folderOf } from './hashed-folders.ts';
import type { Server } from './servers.ts';

/** Every version (docs, SSLVerifyDepth). */
const DEFAULT_DEPTH = 1;

/** The file of authorities, of which only the last line counts (docs, SSLCACertificateFile), and those in a folder. */
export function authoritiesOf({ levels, scope }: Server, project: ApacheProject): Fact<readonly FileUse[]> {
  const command = nearest(levels, 'sslopensslconfcmd', (entry) => /verify/i.test(value(entry) ?? ''));
  if (command.kind === 'found') return unknown(`\`${command.entry.directive.name.value}\` may bring authorities`);
  const folder = nearest(levels, 'sslcacertificatepath');
  const more = folder.kind === 'found' ? folderOf(folder.entry, project) : undefined;
  if (more?.known === false) return more;
  const inFolder = more?.value.files ?? [];
  const found = nearest(levels, 'sslcacertificatefile');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  if (found.kind === 'absent')
    return folder.kind === 'hidden'
      ? unknown(folder.hole.why)
      : known(inFolder, more?.origin ?? byDefault(`${MOD_SSL}#sslcacertificatefile`));
  const use = fileUse(found.entry, project);
  return use === undefined
    ? unknown('`SSLCACertificateFile` names no file that can be known')
    : known([use, ...inFolder], originOf(scope, found.scope, found.entry));
}

/**
 * Apache counts the root, too, which OpenSSL and nginx do not: with a depth of 1 a root issues the certificates of clients
 * itself (modules/ssl/ssl_engine_kernel.c, ssl_callback_SSLVerify; seen with 2.4.69 and 2.4.71). `verify` is the line that asks.
 */
export function clientTrustOf(server: Server, verify: Entry, project: ApacheProject): Fact<ClientTrust> {
  const files = authoritiesOf(server, project);
  if (!files.known) return files;
  const found = nearest(server.levels, 'sslverifydepth');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const text = found.kind === 'found' ? (value(found.entry) ?? '') : `${DEFAULT_DEPTH}`;
  if (!/^\d{1,3}$/.test(text)) return unknown('`SSLVerifyDepth` is no number');
  return known(
    {
      files: files.value,
      depth: Number(text) - 1,
      depthWritten: `SSLVerifyDepth ${text}`,
      depthPlace: found.kind === 'found' ? placeOf(found.entry) : undefined,
      tooDeep: 'the log says `Certificate Chain too long` (AH02040)',
      setDepth: (depth) => setScalar(server.levels, 'SSLVerifyDepth', `${depth + 1}`, verify),
    },
    files.origin,
  );
}
