/** Owns which files an `include` names: on disk as nginx's glob finds them, or among the parts of a dump of `nginx -T`. */

import { expandGlob, isPattern, partMatcher } from '../../files/glob.ts';
import { isAbsolute, join } from '../../files/paths.ts';
import type { SourceFile } from '../../files/store.ts';
import type { Span } from '../../text/span.ts';
import { includeCandidates, type PathContext } from './paths.ts';
import type { SyntaxTree } from './syntax/tree.ts';
import { treeOf } from './trees.ts';

/** A file, or a part of one, that an include brings in. */
export interface Part {
  readonly file: SourceFile;
  readonly tree: SyntaxTree;
  /** What it is called where a file must not bring itself in. */
  readonly key: string;
}

/** The parts of a dump by the paths that they had on the server. */
export type Dumped = Map<string, { readonly file: SourceFile; readonly span: Span }>;

/** The files that an include names, or why they cannot be seen. */
export interface Named {
  readonly parts: readonly Part[];
  readonly why?: string;
  /** Whether they are certainly not there. */
  readonly sure?: boolean;
}

export function inDump(pattern: string, dumped: Dumped, { prefix }: PathContext): Named {
  const full = isAbsolute(pattern) ? join('/', pattern) : join(prefix, pattern);
  const matchers = full.split('/').map(partMatcher);
  const matching = [...dumped.keys()].filter((key) => {
    const names = key.split('/');
    return (
      key === full ||
      (isPattern(full) &&
        names.length === matchers.length &&
        names.every((name, i) => name === '' || matchers[i]?.(name)))
    );
  });
  const parts = matching.sort().flatMap((key) => {
    const part = dumped.get(key);
    return part === undefined ? [] : [{ file: part.file, tree: treeOf(part.file, part.span), key }];
  });
  return parts.length > 0 || isPattern(full)
    ? { parts }
    : { parts, why: `the dump does not contain ${full}`, sure: true };
}

export function onDisk(pattern: string, paths: PathContext): Named {
  const { files } = paths.environment;
  let reason: { why: string; sure: boolean } | undefined;
  for (const { path, sure } of includeCandidates(pattern, paths)) {
    if (isPattern(path)) {
      const found = expandGlob(path, files, paths.dependencies);
      // A pattern that matches nothing is legal; a folder that is certainly not there matches nothing either.
      if ((found !== undefined && found.length > 0) || sure) {
        const matched = found ?? [];
        const parts = matched.flatMap((id) => {
          const opened = files.open(id, paths.dependencies);
          return opened.ok ? [{ file: opened.file, tree: treeOf(opened.file), key: files.real(id) }] : [];
        });
        const lost = matched.length - parts.length;
        return lost === 0 ? { parts } : { parts, why: `${lost} of ${matched.length} files cannot be read`, sure: true };
      }
      reason ??= { why: found === undefined ? 'the folder is not there' : 'nothing matches', sure };
      continue;
    }
    const opened = files.open(path, paths.dependencies);
    if (opened.ok) return { parts: [{ file: opened.file, tree: treeOf(opened.file), key: files.real(path) }] };
    const why = opened.reason === 'missing' ? 'there is no such file' : opened.detail;
    if (reason === undefined || opened.reason !== 'missing') reason = { why, sure };
  }
  return { parts: [], why: reason?.why ?? 'there is no such file', sure: reason?.sure ?? false };
}
