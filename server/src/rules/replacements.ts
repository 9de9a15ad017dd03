/** Owns finding files of the workspace that could take the place of one that does not fit. */

import type { Certificate } from '../certificates/certificate.ts';
import { keyMatch } from '../certificates/match.ts';
import type { FileId } from '../files/host.ts';
import { dirname, isAbsolute, relative } from '../files/paths.ts';
import type { FileUse } from '../model/model.ts';
import type { RuleContext } from './rule.ts';

/** The file with the private key of the leaf in `certificateFile`: the file itself in a bundle, or another of the workspace. */
export function keyFor(certificateFile: FileId, context: RuleContext): FileId | undefined {
  const stored = context.certificates.read(certificateFile, context.project.dependencies);
  const leaf = stored.ok ? stored.pem.leaf?.certificate : undefined;
  return leaf === undefined ? undefined : fileWithKey(leaf, [certificateFile, ...context.candidates()], context);
}

/** The first of these files whose first key belongs to a certificate. */
export function fileWithKey(
  certificate: Certificate,
  files: readonly FileId[],
  context: RuleContext,
): FileId | undefined {
  return files.find((file) => {
    const stored = context.certificates.read(file, context.project.dependencies);
    const key = stored.ok ? stored.pem.keys[0]?.key : undefined;
    return key !== undefined && keyMatch(certificate, key) === 'match';
  });
}

/**
 * How a setting should name another file: like the path that is written now, with what differs at its end replaced.
 * Undefined where the written path and the file it is now do not end alike, so that nothing can be said.
 */
export function writtenPath(use: FileUse, target: FileId): string | undefined {
  if (!use.file.known) return undefined;
  const { written } = use;
  const current = use.file.value;
  if (isAbsolute(written) && written === current) return target;
  const parts = written.split('/');
  const real = current.split('/');
  let same = 0;
  while (same < parts.length && same < real.length && parts[parts.length - 1 - same] === real[real.length - 1 - same])
    same++;
  if (same === 0) return undefined;
  const base = real.slice(0, real.length - same).join('/') || '/';
  const path = relative(base, target);
  if (path.startsWith('..'))
    return isAbsolute(written)
      ? undefined
      : relative(dirname(current).slice(0, -(dirname(written).length + 1)) || '/', target);
  const head = parts.slice(0, parts.length - same).join('/');
  return head === '' && !isAbsolute(written) ? path : `${head}/${path}`;
}
