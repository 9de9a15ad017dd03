/** Owns looking for a file that a configuration names, among the places where it may lie. */
import type { FileId } from '../files/host.ts';
import type { Dependencies } from '../files/store.ts';
import { type Fact, known, unknown } from '../model/origin.ts';
import type { Environment } from './language.ts';

/** A place where a path may lie; `sure` when, if it is not there, it is nowhere. */
export interface Candidate {
  readonly path: FileId;
  readonly sure: boolean;
}

export interface Places {
  readonly environment: Environment;
  readonly dependencies: Dependencies;
  /** What `locateAmong` has answered in this reading of the project: many servers name the same files. */
  readonly located: Map<string, Fact<FileId>>;
}

/** The file a path names, the best place first. Known and missing means: it is certainly not there. */
export function locateAmong(path: string, candidates: () => readonly Candidate[], places: Places): Fact<FileId> {
  let found = places.located.get(path);
  if (found === undefined) {
    found = search(path, candidates(), places);
    places.located.set(path, found);
  }
  return found;
}

function search(path: string, options: readonly Candidate[], { environment, dependencies }: Places): Fact<FileId> {
  const origin = { kind: 'default' as const, versions: 'this workspace', source: 'the path as written' };
  for (const { path: at } of options) {
    if (environment.files.open(at, dependencies).ok) return known(at, origin);
  }
  const sure = options.find((option) => option.sure);
  if (sure !== undefined) return known(sure.path, origin);
  return unknown(
    `\`${path}\` is not in the workspace and not on this machine; \`pathMap\` in wsslint.json can say where it is`,
  );
}
