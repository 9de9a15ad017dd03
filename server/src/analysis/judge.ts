/** Owns judging one root after the other, and which judgements still hold after a change. */
import type { CertificateStore } from '../certificates/store.ts';
import { imageTarget } from '../config/images.ts';
import type { ResolvedSettings } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import { type Dependencies, noDependencies } from '../files/store.ts';
import type { Environment, Language, LoadedProject, Together } from '../languages/language.ts';
import { layer, NO_TARGET, type Target } from '../model/target.ts';
import type { Purpose } from '../rules/purposes.ts';
import { concerns } from './concerns.ts';
import type { EngineOptions, ProjectReport } from './engine-types.ts';
import { sameTogether } from './groups.ts';
import { lint } from './lint.ts';
import { settingsReport, unreadableReport } from './plain-reports.ts';
import type { Suppression } from './suppress.ts';

/** A project with what it was judged by. */
export interface Judged {
  readonly report: ProjectReport;
  /** What configurations name the file for, where it is a certificate file. */
  readonly purposes: ReadonlySet<Purpose>;
  readonly dependencies: Dependencies;
  readonly suppressions: readonly Suppression[];
  readonly used: ReadonlySet<Suppression>;
  /** The files that it was read together with. */
  readonly together?: Together | undefined;
}

/** What a judgement depends on beside the files. */
export interface Circumstances {
  readonly purposes?: ReadonlySet<Purpose> | undefined;
  readonly together?: Together | undefined;
}

export interface Judge {
  /** The project of a root; one of which nothing has changed is the same object as before. */
  judge(root: FileId, language: Language, circumstances?: Circumstances): Judged;
  /** A settings file, for what is wrong with it. */
  settings(path: FileId): Judged;
  /** Drops what a path concerns; `listed`: the path has come to its folder, or has gone from it. */
  forget(path: FileId, listed: boolean): void;
  forgetAll(): void;
  /** Drops what time may have changed by `now`, in milliseconds since 1970. */
  forgetUntil(now: number): void;
}

const NO_PURPOSES: ReadonlySet<Purpose> = new Set();

/** `candidates` are the certificate files of the run. */
export function createJudge(
  options: EngineOptions,
  certificates: CertificateStore,
  candidates: () => readonly FileId[],
): Judge {
  const { files } = options;
  const judged = new Map<FileId, Judged>();
  /** What has changed since each root was judged last. */
  const changes = new Map<FileId, Set<FileId>>();

  /** What the settings say, what an image says, and what the machine has, the first before the others. */
  const targetOf = (root: FileId, { id }: Language, settings: ResolvedSettings, found: Dependencies): Target => {
    const images = imageTarget(root, id, options.workspaces(), files, found);
    const local = id === 'nginx' ? (options.local ?? NO_TARGET) : NO_TARGET;
    return layer(layer(local, images), settings.target);
  };

  const linted = (project: LoadedProject, settings: ResolvedSettings, purposes: ReadonlySet<Purpose>): Judged => {
    const { findings, nextChange, suppressions, used } = lint({
      project,
      settings,
      certificates,
      rules: options.rules,
      now: files.now(),
      candidates,
      exposure: (file) => files.exposure(file, project.dependencies),
      purposes,
      failed: options.failed,
    });
    return {
      report: { project, settings, findings, nextChange },
      purposes,
      dependencies: project.dependencies,
      suppressions,
      used,
    };
  };

  const unreadable = (root: FileId, language: Language, settings: ResolvedSettings): Judged => {
    const dependencies = noDependencies();
    const opened = files.open(root, dependencies);
    const detail = opened.ok ? 'cannot be read' : opened.detail;
    return plain(unreadableReport(root, language.id, settings, detail, dependencies), dependencies);
  };

  const anew = (
    root: FileId,
    language: Language,
    purposes: ReadonlySet<Purpose>,
    together: Together | undefined,
  ): Judged => {
    const found = noDependencies();
    const settings = options.settings.find(root, found);
    const environment: Environment = {
      files,
      target: targetOf(root, language, settings, found),
      pathMap: settings.pathMap,
      webSocketPaths: settings.webSocketPaths,
      workspaces: options.workspaces(),
      together,
      changed: options.isKept === true ? (changes.get(root) ?? new Set()) : undefined,
    };
    changes.set(root, new Set());
    const project = language.load(root, environment);
    const fresh = project === undefined ? unreadable(root, language, settings) : linted(project, settings, purposes);
    for (const kind of ['files', 'missing', 'directories'] as const)
      for (const path of found[kind]) fresh.dependencies[kind].add(path);
    return { ...fresh, together };
  };

  return {
    judge(root, language, { purposes = NO_PURPOSES, together } = {}) {
      const before = judged.get(root);
      if (before !== undefined && sameMembers(before.purposes, purposes) && sameTogether(before.together, together))
        return before;
      const fresh = anew(root, language, purposes, together);
      judged.set(root, fresh);
      return fresh;
    },
    settings(path) {
      const dependencies = noDependencies();
      const settings = options.settings.find(path, dependencies);
      return plain(settingsReport(path, settings, dependencies), dependencies);
    },
    forget(path, listed) {
      for (const changed of changes.values()) changed.add(path);
      for (const [root, { dependencies }] of judged)
        if (root === path || concerns(dependencies, path, listed)) judged.delete(root);
    },
    forgetAll: () => judged.clear(),
    forgetUntil(now) {
      for (const [root, { report }] of judged)
        if (report.nextChange !== undefined && report.nextChange <= now) judged.delete(root);
    },
  };
}

/** A report that no language has made. */
function plain(report: ProjectReport, dependencies: Dependencies): Judged {
  return { report, purposes: NO_PURPOSES, dependencies, suppressions: [], used: new Set() };
}

function sameMembers(a: ReadonlySet<Purpose>, b: ReadonlySet<Purpose>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
