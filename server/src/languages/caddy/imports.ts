/** Owns the files that an `import` names. */
import { expandGlob, isPattern } from '../../files/glob.ts';
import type { FileId } from '../../files/host.ts';
import type { SourceFile } from '../../files/store.ts';
import { importCandidates, type PathContext } from './paths.ts';

/** Why files cannot be seen, and whether Caddy does not find them either. */
interface Missing {
  readonly why: string;
  readonly sure: boolean;
}

export type Imported =
  | { readonly files: readonly SourceFile[]; readonly missing: undefined }
  | { readonly files: undefined; readonly missing: Missing };

/** The files that a pattern matches; none are right in a folder that is certainly the one. */
function matching(pattern: string, { environment, dependencies }: PathContext, sure: boolean): SourceFile[] | Missing {
  const ids = expandGlob(pattern, environment.files, dependencies);
  if ((ids === undefined || ids.length === 0) && !sure)
    return { why: ids === undefined ? 'the folder is not there' : 'nothing matches', sure };
  return (ids ?? []).flatMap((id) => {
    const opened = environment.files.open(id, dependencies);
    return opened.ok ? [opened.file] : [];
  });
}

/** One file; a name without dots and slashes could be that of a snippet as well. */
function single(
  path: string,
  isName: boolean,
  { environment, dependencies }: PathContext,
  sure: boolean,
): SourceFile[] | Missing {
  const opened = environment.files.open(path, dependencies);
  if (opened.ok) return [opened.file];
  const noFile = isName ? 'there is no such file, and no such snippet before it' : 'there is no such file';
  return { why: opened.reason === 'missing' ? noFile : opened.detail, sure };
}

/**
 * The files of an import in a file, or why they cannot be seen; a pattern without a match brings nothing in.
 * `hidesSnippets` says that a snippet of that name may stand where it cannot be seen.
 */
export function filesOf(pattern: string, from: FileId, paths: PathContext, hidesSnippets: boolean): Imported {
  const isName = !/[/.]/.test(pattern);
  let missing: Missing | undefined;
  for (const { path, sure } of importCandidates(pattern, from, paths)) {
    const found = isPattern(path)
      ? matching(path, paths, sure)
      : single(path, isName, paths, sure && !(isName && hidesSnippets));
    if (Array.isArray(found)) return { files: found, missing: undefined };
    missing ??= found;
  }
  return { files: undefined, missing: missing ?? { why: 'there is no such file', sure: false } };
}
