/** Owns what the analysis offers to the command line and the language service. */
import type { CertificateStore } from '../certificates/store.ts';
import type { SettingsFinder } from '../config/find.ts';
import type { ResolvedSettings } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import type { FileStore } from '../files/store.ts';
import type { LoadedProject } from '../languages/language.ts';
import type { LanguageId } from '../model/model.ts';
import type { Target } from '../model/target.ts';
import type { RuleId } from '../rules/ids.generated.ts';
import type { Finding, Rule } from '../rules/rule.ts';

/** One project, linted. */
export interface ProjectReport {
  readonly project: LoadedProject;
  readonly settings: ResolvedSettings;
  /** Suppressed ones are gone; sorted by file, place and rule. */
  readonly findings: readonly Finding[];
  /** When time alone may change a finding, in milliseconds since 1970. */
  readonly nextChange: number | undefined;
}

/** What an engine is made of. */
export interface EngineOptions {
  readonly files: FileStore;
  readonly settings: SettingsFinder;
  readonly rules: readonly Rule[];
  /** Folders whose contents count as seen. */
  readonly workspaces: () => readonly FileId[];
  /** What the user says a file is, before its name and text are asked. */
  readonly languageOf?: (path: FileId) => LanguageId | undefined;
  /** The versions of this machine's nginx, where the user wants them to count. */
  readonly local?: Target | undefined;
  /** Whether files will be edited and run again, so that what did not change is kept. */
  readonly isKept?: boolean;
  /** Is told of a rule that failed; the findings of the others stand. Without it the error is thrown. */
  readonly failed?: (rule: RuleId, error: unknown) => void;
}

export interface Run {
  /** All that were judged, also those that only the settings name. */
  readonly projects: readonly ProjectReport[];
  /**
   * All findings of the projects that have a file that was asked for, merged by rule, file and span; sorted by file, place and
   * rule.
   */
  readonly findings: readonly Finding[];
  /** The files that were asked for, and all of their projects: configurations, certificate files, settings files. */
  readonly files: ReadonlySet<FileId>;
}

export interface Engine {
  readonly files: FileStore;
  readonly certificates: CertificateStore;
  /**
   * Lints these files: the roots among them with all that they include, what no root includes as fragments, and
   * settings files. Projects that depend on nothing that changed are not run again.
   */
  run(files: readonly FileId[]): Run;
  /** The projects of the last run that contain this file, as configuration or as certificate file. */
  projectsOf(file: FileId): readonly ProjectReport[];
  /** Says that a file or a folder may have changed on disk. */
  changed(path: FileId): void;
  /** Says that an open document has another text now; `undefined`: it is not open any more, and what is on disk counts. */
  edited(path: FileId, text: string | undefined): void;
  /** Takes passwords to try on PKCS#12 containers; the next run judges what they open. */
  unlock(passwords: readonly string[]): void;
  /** Says that time has passed: the next run judges again what time may change. */
  timePassed(): void;
}
