/** Owns finding the settings of a file: the nearest wsslint.json at or above its folder, over what the editor sets. */
import type { FileId } from '../files/host.ts';
import { basename, dirname, join } from '../files/paths.ts';
import type { Dependencies, FileStore, Opened, SourceFile } from '../files/store.ts';
import { type ReadSettings, readSettings } from './read.ts';
import { DEFAULTS, overlay, type ResolvedSettings, resolve, type Settings } from './settings.ts';
import type { RuleName } from './shape.ts';

export const SETTINGS_FILE = 'wsslint.json';

export function isSettingsFile(path: FileId): boolean {
  return basename(path) === SETTINGS_FILE;
}

/** The settings under wsslint.json: those of an editor for one of its folders. */
export interface BaseSettings {
  readonly folder: FileId;
  readonly settings: Settings;
}

export interface SettingsFinder {
  /**
   * The settings for a root (or for a wsslint.json itself). All files that were looked for are noted as dependencies.
   * Never throws: what cannot be read or used becomes one of the problems.
   */
  find(root: FileId, dependencies: Dependencies): ResolvedSettings;
}

/** `base` answers the settings of the editor; without it the defaults are the base. */
export function createSettingsFinder(
  files: FileStore,
  rules: readonly RuleName[],
  base?: (root: FileId) => BaseSettings,
): SettingsFinder {
  // The store gives the same object until a file changes, so one version is read once.
  const decoded = new WeakMap<SourceFile, ReadSettings>();
  const decode = (file: SourceFile): ReadSettings => {
    let read = decoded.get(file);
    if (read === undefined) {
      read = readSettings(file.text, dirname(file.id), rules);
      decoded.set(file, read);
    }
    return read;
  };
  return {
    find(root, dependencies) {
      const under = base?.(root) ?? { folder: dirname(root), settings: DEFAULTS };
      const found = nearestFile(files, root, dependencies);
      if (found === undefined)
        return resolve(under.settings, root, { file: undefined, folder: under.folder, problems: [] });
      const { path, opened } = found;
      const { settings, problems } = opened.ok ? decode(opened.file) : unreadable(opened.detail);
      return resolve(overlay(under.settings, settings), root, {
        file: path,
        folder: dirname(path),
        problems: problems.map(({ at, message }) => ({ place: { file: path, span: at }, message })),
      });
    },
  };
}

function unreadable(detail: string): ReadSettings {
  return { settings: {}, problems: [{ at: { start: 0, end: 0 }, message: `the file cannot be read: ${detail}` }] };
}

function nearestFile(
  files: FileStore,
  root: FileId,
  dependencies: Dependencies,
): { readonly path: FileId; readonly opened: Opened } | undefined {
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const path = join(folder, SETTINGS_FILE);
    const opened = files.open(path, dependencies);
    if (opened.ok || opened.reason === 'unreadable' || opened.reason === 'too-large') return { path, opened };
    if (dirname(folder) === folder || folder === '.') return undefined;
  }
}
