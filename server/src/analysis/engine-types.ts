/** Owns what the analysis offers to the command line and the language service. */
import type { CertificateStore } from '../certificates/store.ts';
import type { ResolvedSettings } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import type { FileStore } from '../files/store.ts';
import type { LoadedProject } from '../languages/language.ts';
import type { Finding } from '../rules/rule.ts';

/** One project, linted. */
export interface ProjectReport {
  readonly project: LoadedProject;
  readonly settings: ResolvedSettings;
  /** Suppressed ones are gone; sorted by file, place and rule. */
  readonly findings: readonly Finding[];
  /** When time alone may change a finding, in milliseconds since 1970. */
  readonly nextChange: number | undefined;
}

export interface Run {
  readonly projects: readonly ProjectReport[];
  /** All findings of all projects, merged by rule, file and span; sorted by file, place and rule. */
  readonly findings: readonly Finding[];
  /** Every file that was judged: configurations, certificate files, settings files. */
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
