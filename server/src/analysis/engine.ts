/** Owns linting a set of files: which are roots, which are parts, what has to be run again, and all findings together. */
import { type CertificateStore, createCertificateStore } from '../certificates/store.ts';
import type { SettingsFinder } from '../config/find.ts';
import { isSettingsFile } from '../config/find.ts';
import { imageTarget } from '../config/images.ts';
import type { ResolvedSettings } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import { basename, dirname } from '../files/paths.ts';
import { type Dependencies, type FileStore, noDependencies, type SourceFile } from '../files/store.ts';
import type { Claim, Environment, Language, LoadedProject } from '../languages/language.ts';
import { nginx } from '../languages/nginx/index.ts';
import { holdsPem, pem } from '../languages/pem/index.ts';
import type { LanguageId } from '../model/model.ts';
import { layer, NO_TARGET, type Target } from '../model/target.ts';
import type { RuleId } from '../rules/ids.generated.ts';
import { type Purpose, purposesOf } from '../rules/purposes.ts';
import type { Rule } from '../rules/rule.ts';
import { joinProjects } from './across.ts';
import type { Engine, ProjectReport, Run } from './engine-types.ts';
import { type Claimed, claimOf, LANGUAGES } from './languages.ts';
import { compareFindings, lint, mergeFindings } from './lint.ts';
import { settingsReport, unreadableReport } from './plain-reports.ts';
import type { Suppression } from './suppress.ts';
import { type JudgedSuppression, suppressionFindings } from './suppression-findings.ts';

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

interface Judged {
  readonly report: ProjectReport;
  /** What configurations name the file for, where it is a certificate file. */
  readonly purposes: ReadonlySet<Purpose>;
  readonly dependencies: Dependencies;
  readonly suppressions: readonly Suppression[];
  readonly used: ReadonlySet<Suppression>;
}

const NO_PURPOSES: ReadonlySet<Purpose> = new Set();

function sameMembers(a: ReadonlySet<Purpose>, b: ReadonlySet<Purpose>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

/** `listed`: the path has come to its folder, or has gone from it, which concerns who listed the folder. */
function concerns(dependencies: Dependencies, path: FileId, listed: boolean): boolean {
  if (dependencies.files.has(path) || dependencies.directories.has(path)) return true;
  if (listed && dependencies.directories.has(dirname(path))) return true;
  const below = `${path}/`;
  for (const file of dependencies.files) if (file.startsWith(below)) return true;
  return false;
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

export function createEngine(options: EngineOptions): Engine {
  const { files } = options;
  const certificates: CertificateStore = createCertificateStore(files);
  const claims = new WeakMap<SourceFile, { readonly claimed: Claimed | undefined }>();
  const judged = new Map<FileId, Judged>();
  /** What has changed since each root was judged last. */
  const changes = new Map<FileId, Set<FileId>>();
  let last: readonly Judged[] = [];
  let joined: { readonly from: readonly Judged[]; readonly to: readonly Judged[] } = { from: [], to: [] };
  let candidates: readonly FileId[] = [];

  const isListed = (path: FileId): boolean =>
    files.list(dirname(path), noDependencies())?.some(({ name }) => name === basename(path)) ?? false;

  /** Drops the judgement of what a path concerns. */
  const forget = (path: FileId, listed: boolean): void => {
    for (const changed of changes.values()) changed.add(path);
    for (const [root, { dependencies }] of judged)
      if (root === path || concerns(dependencies, path, listed)) judged.delete(root);
  };

  /** What is only asked for what it is; nobody depends on it. */
  const asked = noDependencies();

  const claim = (path: FileId): Claimed | undefined => {
    const named = options.languageOf?.(path);
    const said = named === undefined ? undefined : LANGUAGES.find(({ id }) => id === named);
    if (said !== undefined) return { language: said, claim: claimBy(said, path) ?? 'fragment' };
    const opened = files.open(path, asked);
    if (!opened.ok) return claimOf(path, () => '');
    let known = claims.get(opened.file);
    if (known === undefined) {
      known = { claimed: claimOf(path, () => opened.file.text) };
      claims.set(opened.file, known);
    }
    return known.claimed;
  };

  /** What somebody named although nothing makes it known. */
  const asWritten = (path: FileId): Claimed => {
    const opened = files.open(path, noDependencies());
    return opened.ok && holdsPem(opened.file.text)
      ? { language: pem, claim: 'root' }
      : { language: nginx, claim: 'fragment' };
  };

  const claimBy = (language: Language, path: FileId): Claim => {
    const opened = files.open(path, noDependencies());
    return language.claim(path, () => (opened.ok ? opened.file.text : ''));
  };

  /** What the settings say, what an image says, and what the machine has, the first before the others. */
  const targetOf = (root: FileId, { id }: Language, settings: ResolvedSettings, found: Dependencies): Target => {
    const images = imageTarget(root, id, options.workspaces(), files, found);
    const local = id === 'nginx' ? (options.local ?? NO_TARGET) : NO_TARGET;
    return layer(layer(local, images), settings.target);
  };

  const judge = (root: FileId, language: Language, purposes: ReadonlySet<Purpose> = NO_PURPOSES): Judged => {
    const cached = judged.get(root);
    if (cached !== undefined && sameMembers(cached.purposes, purposes)) return cached;
    const found = noDependencies();
    const settings = options.settings.find(root, found);
    const environment: Environment = {
      files,
      target: targetOf(root, language, settings, found),
      pathMap: settings.pathMap,
      webSocketPaths: settings.webSocketPaths,
      workspaces: options.workspaces(),
      changed: options.isKept === true ? (changes.get(root) ?? new Set()) : undefined,
    };
    changes.set(root, new Set());
    const project = language.load(root, environment);
    const fresh =
      project === undefined ? unreadable(root, language, settings) : lintProject(project, settings, purposes);
    for (const kind of ['files', 'missing', 'directories'] as const)
      for (const path of found[kind]) fresh.dependencies[kind].add(path);
    judged.set(root, fresh);
    return fresh;
  };

  const lintProject = (project: LoadedProject, settings: ResolvedSettings, purposes: ReadonlySet<Purpose>): Judged => {
    const { findings, nextChange, suppressions, used } = lint({
      project,
      settings,
      certificates,
      rules: options.rules,
      now: files.now(),
      candidates: () => candidates,
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
    const report = unreadableReport(
      root,
      language.id,
      settings,
      opened.ok ? 'cannot be read' : opened.detail,
      dependencies,
    );
    return { report, purposes: NO_PURPOSES, dependencies, suppressions: [], used: new Set() };
  };

  const join = (all: readonly Judged[]) => ({ from: all, to: joinProjects(all, options.rules, options.failed) });

  const judgeSettings = (path: FileId): Judged[] => {
    const dependencies = noDependencies();
    const settings = options.settings.find(path, dependencies);
    const report = settingsReport(path, settings, dependencies);
    return [{ report, purposes: NO_PURPOSES, dependencies, suppressions: [], used: new Set() }];
  };

  /** Parts that no root and no other part includes; of parts that include each other, the one that reaches most. */
  const loosen = (parts: readonly Judged[], covered: Set<FileId>): Judged[] => {
    const kept: Judged[] = [];
    const bySize = [...parts].sort((a, b) => b.report.project.files.length - a.report.project.files.length);
    for (const part of bySize) {
      if (covered.has(files.real(part.report.project.root))) continue;
      kept.push(part);
      for (const file of part.report.project.files) covered.add(files.real(file.id));
    }
    return kept;
  };

  return {
    files,
    certificates,
    run(paths) {
      const unique = [...new Set(paths)].sort();
      const claimed = new Map<FileId, Claimed>();
      const wanted = new Set(unique);
      // The files of one folder have the same settings file.
      const folders = new Map(unique.filter((path) => !isSettingsFile(path)).map((path) => [dirname(path), path]));
      for (const path of folders.values()) {
        for (const root of options.settings.find(path, noDependencies()).roots) wanted.add(root);
      }
      const settingsFiles = unique.filter(isSettingsFile);
      for (const path of wanted) {
        if (isSettingsFile(path)) continue;
        claimed.set(path, claim(path) ?? asWritten(path));
      }
      const pems = [...claimed].flatMap(([path, one]) => (one.language.id === 'pem' ? [path] : []));
      if (pems.join('\n') !== candidates.join('\n')) {
        candidates = pems;
        judged.clear();
      }
      const roots: Judged[] = [];
      const covered = new Set<FileId>();
      for (const [path, { language, claim: role }] of claimed) {
        if (role !== 'root' || language.id === 'pem') continue;
        const one = judge(path, language);
        roots.push(one);
        for (const file of one.report.project.files) covered.add(files.real(file.id));
      }
      const parts: Judged[] = [];
      for (const [path, { language, claim: role }] of claimed) {
        if (role === 'fragment' && !covered.has(files.real(path))) parts.push(judge(path, language));
      }
      const configurations = [...roots, ...loosen(parts, covered)];
      const purposes = purposesOf(pems.length === 0 ? [] : configurations.map(({ report }) => report.project));
      joined = sameList(configurations, joined.from) ? joined : join(configurations);
      const alone = pems.map((path) => judge(path, pem, purposes.get(path)));
      last = [...joined.to, ...alone, ...settingsFiles.flatMap(judgeSettings)];
      return assemble(last, unique);
    },
    projectsOf(file) {
      return last.flatMap(({ report, dependencies }) =>
        dependencies.files.has(file) && !dependencies.missing.has(file) && !isSettingsFile(file)
          ? [report]
          : report.project.root === file
            ? [report]
            : [],
      );
    },
    changed(path) {
      const before = isListed(path);
      files.invalidate(path);
      forget(path, before !== isListed(path));
    },
    edited(path, text) {
      const opens = files.isOpen(path) !== (text !== undefined);
      files.overlay(path, text);
      if (opens) this.changed(path);
      else forget(path, false);
    },
    unlock(passwords) {
      certificates.unlock(passwords);
      judged.clear();
    },
    timePassed() {
      const now = files.now();
      for (const [root, { report }] of judged)
        if (report.nextChange !== undefined && report.nextChange <= now) judged.delete(root);
    },
  };
}

/** All findings of all projects, with what is wrong with their suppressions. */
function assemble(all: readonly Judged[], asked: readonly FileId[]): Run {
  const judgedFiles = new Set<FileId>(asked);
  const suppressions = new Map<string, JudgedSuppression>();
  for (const { report, suppressions: found, used } of all) {
    for (const file of report.project.files) judgedFiles.add(file.id);
    for (const suppression of found) {
      const key = `${suppression.file.id}\n${suppression.ruleSpan.start}\n${suppression.rule}`;
      const other = suppressions.get(key);
      const isUsed = used.has(suppression) || (other?.used ?? false);
      suppressions.set(key, {
        suppression,
        used: isUsed,
        model: other?.model ?? report.project.model,
        settings: report.settings,
      });
    }
  }
  const own = suppressionFindings([...suppressions.values()]);
  const projects = all.map(({ report }): ProjectReport => {
    const ids = new Set(report.project.files.map((file) => file.id));
    const mine = own.filter((finding) => ids.has(finding.at.file));
    return mine.length === 0 ? report : { ...report, findings: [...report.findings, ...mine].sort(compareFindings) };
  });
  return { projects, findings: mergeFindings(projects.flatMap((report) => [...report.findings])), files: judgedFiles };
}
