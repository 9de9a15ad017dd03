/** Owns which of the files of a run are read as one configuration without naming each other, and by which file it is known. */
import type { SettingsFinder } from '../config/find.ts';
import type { FileId } from '../files/host.ts';
import { join } from '../files/paths.ts';
import { type Dependencies, type FileStore, noDependencies } from '../files/store.ts';
import type { Language, Together } from '../languages/language.ts';
import { concerns } from './concerns.ts';
import { type Claimed, claimOf } from './languages.ts';

export interface Groups {
  /**
   * The configurations of several files, by their roots. The roots are claimed as such, also those that nobody named, and
   * the other files as parts.
   */
  join(claimed: Map<FileId, Claimed>): ReadonlyMap<FileId, Together>;
  /** Says that a path has changed; `listed`: it has come to its folder, or has gone from it. */
  forget(path: FileId, listed: boolean): void;
}

export function createGroups({
  files,
  settings,
  workspaces,
}: {
  readonly files: FileStore;
  readonly settings: SettingsFinder;
  readonly workspaces: () => readonly FileId[];
}): Groups {
  const known = new Map<FileId, { readonly groups: readonly Together[]; readonly dependencies: Dependencies }>();
  const groupsOf = (path: FileId, language: Language): readonly Together[] => {
    if (language.together === undefined) return [];
    let found = known.get(path);
    if (found === undefined) {
      const dependencies = noDependencies();
      const { roots, pathMap } = settings.find(path, dependencies);
      const groups = language.together(path, { files, roots, pathMap, workspaces: workspaces(), dependencies });
      found = { groups, dependencies };
      known.set(path, found);
    }
    return found.groups;
  };
  return {
    join(claimed) {
      const byRoot = new Map<FileId, Together>();
      for (const [path, { language }] of [...claimed]) {
        for (const group of groupsOf(path, language)) {
          byRoot.set(group.root, group);
          claimed.set(path, { language, claim: 'fragment' });
        }
      }
      for (const [root, group] of byRoot) {
        const language = group.files.map((file) => claimed.get(file)?.language).find((one) => one !== undefined);
        if (language !== undefined) claimed.set(root, { language, claim: 'root' });
      }
      return byRoot;
    },
    forget(path, listed) {
      for (const [file, { dependencies }] of known) if (concerns(dependencies, path, listed)) known.delete(file);
    },
  };
}

/** A file that the settings name; of a folder, what some language takes of it. */
export function filesAt(path: FileId, files: FileStore): readonly FileId[] {
  const opened = files.open(path, noDependencies());
  if (opened.ok || opened.reason !== 'directory') return [path];
  const all = (files.list(path, noDependencies()) ?? []).filter(({ kind }) => kind === 'file');
  return all
    .map(({ name }) => join(path, name))
    .filter((file) => claimOf(file, () => textOf(file, files)) !== undefined);
}

function textOf(file: FileId, files: FileStore): string {
  const opened = files.open(file, noDependencies());
  return opened.ok ? opened.file.text : '';
}

export function sameTogether(a: Together | undefined, b: Together | undefined): boolean {
  return (
    a === b || (a !== undefined && b !== undefined && a.whole === b.whole && a.files.join('\n') === b.files.join('\n'))
  );
}
