/** Owns what can be set: the settings as one source gives them, their defaults, and the settings that hold for one root. */
import picomatch from 'picomatch';
import type { FileId } from '../files/host.ts';
import { isInside, relative } from '../files/paths.ts';
import type { Place } from '../model/origin.ts';
import { NO_TARGET, type Target } from '../model/target.ts';
import type { RuleId } from '../rules/ids.generated.ts';
import type { RuleSettings, Severity } from '../rules/rule.ts';

export type Profile = 'intermediate' | 'modern';

/** How loud a rule is. */
export type Level = Severity | 'off';

/** What `rules` says of one rule. */
export interface RuleSetting {
  readonly level: Level;
  readonly options: Readonly<Record<string, unknown>>;
}

/** By rule id. */
export type RuleSettingMap = ReadonlyMap<string, RuleSetting>;

/** Other rule settings for the files below `folder` that match one of the patterns. */
export interface Override {
  readonly folder: FileId;
  readonly files: readonly string[];
  readonly rules: RuleSettingMap;
}

/** A prefix of absolute paths on the machine that runs the configuration, and the folder that it is here. */
export interface PathMapping {
  readonly from: string;
  readonly to: FileId;
}

/** All settings, with absolute paths. */
export interface Settings {
  readonly target: Target;
  /** Files at which a configuration starts; several, or a folder, where they are read as one. */
  readonly roots: readonly (readonly FileId[])[];
  /** Longest prefix first. */
  readonly pathMap: readonly PathMapping[];
  readonly profile: Profile;
  readonly rules: RuleSettingMap;
  /** The last one that matches wins. */
  readonly overrides: readonly Override[];
  readonly webSocketPaths: readonly string[];
  readonly expiryDays: number;
}

/** A fault of a settings file, for the rule `settings-invalid`. */
export interface SettingsProblem {
  readonly place: Place;
  readonly message: string;
}

/** The settings that hold for one root and all that it includes. */
export interface ResolvedSettings extends RuleSettings {
  /** The wsslint.json that was found, if any. */
  readonly file: FileId | undefined;
  /** Where that file is; without one, the folder that the editor's settings are for. */
  readonly folder: FileId;
  readonly target: Target;
  readonly roots: readonly (readonly FileId[])[];
  /** Longest prefix first, as `Environment` wants it. */
  readonly pathMap: readonly PathMapping[];
  readonly webSocketPaths: readonly string[];
  /** The faults of `file`, in the order of its text. */
  readonly problems: readonly SettingsProblem[];
  /** How loud a rule is in a file; `fallback` is the severity of its report. */
  severityOf(rule: RuleId, file: FileId, fallback: Level): Level;
}

/** What holds where nothing is set. */
export const DEFAULTS: Settings = {
  target: NO_TARGET,
  roots: [],
  pathMap: [],
  profile: 'intermediate',
  rules: new Map(),
  overrides: [],
  webSocketPaths: [],
  expiryDays: 30,
};

/** Lays the settings of one source over those of another: lists are replaced, versions, paths and rules are merged by name. */
export function overlay(base: Settings, over: Partial<Settings>): Settings {
  const merged = new Map<string, PathMapping>();
  for (const mapping of [...base.pathMap, ...(over.pathMap ?? [])]) merged.set(mapping.from, mapping);
  return {
    target: new Map([...base.target, ...(over.target ?? [])]),
    roots: over.roots ?? base.roots,
    pathMap: [...merged.values()].sort((a, b) => b.from.length - a.from.length || (a.from < b.from ? -1 : 1)),
    profile: over.profile ?? base.profile,
    rules: new Map([...base.rules, ...(over.rules ?? [])]),
    overrides: [...base.overrides, ...(over.overrides ?? [])],
    webSocketPaths: over.webSocketPaths ?? base.webSocketPaths,
    expiryDays: over.expiryDays ?? base.expiryDays,
  };
}

/** Where resolved settings come from. */
export interface SettingsSource {
  readonly file: FileId | undefined;
  readonly folder: FileId;
  readonly problems: readonly SettingsProblem[];
}

/** Makes settings ready for one root: rule options are those that hold for the root's own file. */
export function resolve(settings: Settings, root: FileId, source: SettingsSource): ResolvedSettings {
  const overrides = settings.overrides.map((override) => {
    const matches = picomatch([...override.files], { dot: true });
    const applies = (file: FileId) => isInside(override.folder, file) && matches(relative(override.folder, file));
    return { rules: override.rules, applies };
  });
  const settingOf = (rule: RuleId, file: FileId): RuleSetting | undefined =>
    overrides.findLast(({ rules, applies }) => rules.has(rule) && applies(file))?.rules.get(rule) ??
    settings.rules.get(rule);
  return {
    file: source.file,
    folder: source.folder,
    problems: source.problems,
    target: settings.target,
    roots: settings.roots,
    pathMap: settings.pathMap,
    profile: settings.profile,
    webSocketPaths: settings.webSocketPaths,
    expiryDays: settings.expiryDays,
    severityOf: (rule, file, fallback) => settingOf(rule, file)?.level ?? fallback,
    options: (rule) => settingOf(rule, root)?.options ?? {},
  };
}

/** The defaults, for a root in `folder`. */
export function emptySettings(folder: FileId = '/'): ResolvedSettings {
  return resolve(DEFAULTS, folder, { file: undefined, folder, problems: [] });
}
