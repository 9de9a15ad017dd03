/** Owns which files an `Include` names (server/config.c, ap_process_resource_config and ap_process_fnmatch_configs). */
import { expandGlob, isPattern } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import { includeCandidates, type PathContext } from './paths.ts';

/** The files, or why they cannot be seen. */
export interface Named {
  readonly files: readonly SourceFile[];
  readonly why?: string;
  /** Whether they are certainly not there. */
  readonly sure?: boolean;
}

export function filesOf(pattern: string, paths: PathContext): Named {
  const { environment, dependencies } = paths;
  let reason: { why: string; sure: boolean } | undefined;
  for (const { path, sure } of includeCandidates(pattern, paths)) {
    if (isPattern(path)) {
      const found = expandGlob(path, environment.files, dependencies);
      if ((found !== undefined && found.length > 0) || sure) return open(found ?? [], paths);
      reason ??= { why: found === undefined ? 'the folder is not there' : 'nothing matches', sure };
      continue;
    }
    const opened = environment.files.open(path, dependencies);
    if (opened.ok) return { files: [opened.file] };
    // A folder brings in all files in it.
    const listed = opened.reason === 'directory' ? expandGlob(`${path}/*`, environment.files, dependencies) : undefined;
    if (listed !== undefined) return open(listed, paths);
    const why = opened.reason === 'missing' ? 'there is no such file' : opened.detail;
    if (reason === undefined || opened.reason !== 'missing') reason = { why, sure };
  }
  return { files: [], why: reason?.why ?? 'there is no such file', sure: reason?.sure ?? false };
}

function open(ids: readonly FileId[], { environment, dependencies }: PathContext): Named {
  const files = ids.flatMap((id) => {
    const opened = environment.files.open(id, dependencies);
    return opened.ok ? [opened.file] : [];
  });
  const lost = ids.length - files.length;
  return lost === 0 ? { files } : { files, why: `${lost} of ${ids.length} files cannot be read`, sure: true };
}
