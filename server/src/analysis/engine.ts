/** Owns linting a set of files: which are roots, which are parts, and what was judged together in the last run. */
import { type CertificateStore, createCertificateStore } from '../certificates/store.ts';
import { isSettingsFile } from '../config/find.ts';
import type { FileId } from '../files/host.ts';
import { basename, dirname } from '../files/paths.ts';
import { noDependencies } from '../files/store.ts';
import { pem } from '../languages/pem/index.ts';
import { purposesOf } from '../rules/purposes.ts';
import { joinProjects } from './across.ts';
import { assemble } from './assemble.ts';
import { createClaims } from './claims.ts';
import type { Engine, EngineOptions, ProjectReport } from './engine-types.ts';
import { createGroups, filesAt } from './groups.ts';
import { createJudge, type Judged } from './judge.ts';
import type { Claimed } from './languages.ts';

export function createEngine(options: EngineOptions): Engine {
  const { files } = options;
  const certificates: CertificateStore = createCertificateStore(files);
  const claims = createClaims(files, options.languageOf);
  /** The certificate files of the run. */
  let candidates: readonly FileId[] = [];
  const judge = createJudge(options, certificates, () => candidates);
  const groups = createGroups(options);
  let last: readonly Judged[] = [];
  let joined: { readonly from: readonly Judged[]; readonly to: readonly Judged[] } = { from: [], to: [] };

  const isListed = (path: FileId): boolean =>
    files.list(dirname(path), noDependencies())?.some(({ name }) => name === basename(path)) ?? false;

  /** What each file is, and each root that the settings name for them. */
  const claimedFiles = (asked: readonly FileId[]): Map<FileId, Claimed> => {
    const paths = asked.filter((path) => !isSettingsFile(path));
    // The files of one folder have the same settings file.
    const folders = new Map(paths.map((path) => [dirname(path), path]));
    const roots = [...folders.values()]
      .flatMap((path) => options.settings.find(path, noDependencies()).roots)
      .flatMap((named) => named.flatMap((path) => filesAt(path, files)));
    const wanted = new Set([...paths, ...roots.filter((root) => !isSettingsFile(root))]);
    return new Map([...wanted].map((path) => [path, claims.of(path)]));
  };

  /** The roots, and the parts that none of them includes. */
  const configurationsOf = (claimed: Map<FileId, Claimed>): readonly Judged[] => {
    const together = groups.join(claimed);
    const roots: Judged[] = [];
    const covered = new Set<FileId>();
    for (const [path, { language, claim: role }] of claimed) {
      if (role !== 'root' || language.id === 'pem') continue;
      const one = judge.judge(path, language, { together: together.get(path) });
      roots.push(one);
      for (const file of one.report.project.files) covered.add(files.real(file.id));
    }
    const parts: Judged[] = [];
    for (const [path, { language, claim: role }] of claimed) {
      if (role === 'fragment' && !covered.has(files.real(path))) parts.push(judge.judge(path, language));
    }
    return [...roots, ...loosen(parts, covered)];
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

  /** Configurations with what is found between them; the same ones as before are not looked at again. */
  const join = (configurations: readonly Judged[]): readonly Judged[] => {
    if (!sameList(configurations, joined.from)) {
      joined = { from: configurations, to: joinProjects(configurations, options.rules, options.failed) };
    }
    return joined.to;
  };

  /**
   * Whether a project was asked for: by its root, or by a file of it. Other roots, which the settings name, are judged for what they
   * say of the files that were asked for, such as who presents a certificate. One that cannot be read is a fault of the settings.
   */
  const isAskedBy = (asked: readonly FileId[]): ((report: ProjectReport) => boolean) => {
    const named = new Set(asked);
    let real: ReadonlySet<FileId> | undefined;
    return ({ project }) => {
      if (named.has(project.root) || project.files.length === 0) return true;
      real ??= new Set(asked.map((path) => files.real(path)));
      const all = real;
      return project.files.some(({ id }) => named.has(id) || all.has(files.real(id)));
    };
  };

  return {
    files,
    certificates,
    run(paths) {
      const asked = [...new Set(paths)].sort();
      const claimed = claimedFiles(asked);
      const pems = [...claimed].flatMap(([path, one]) => (one.language.id === 'pem' ? [path] : []));
      if (pems.join('\n') !== candidates.join('\n')) {
        candidates = pems;
        judge.forgetAll();
      }
      const configurations = configurationsOf(claimed);
      const purposes = purposesOf(pems.length === 0 ? [] : configurations.map(({ report }) => report.project));
      last = [
        ...join(configurations),
        ...pems.map((path) => judge.judge(path, pem, { purposes: purposes.get(path) })),
        ...asked.filter(isSettingsFile).map((path) => judge.settings(path)),
      ];
      return assemble(last, asked, isAskedBy(asked));
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
      const listed = before !== isListed(path);
      judge.forget(path, listed);
      groups.forget(path, listed);
    },
    edited(path, text) {
      const opens = files.isOpen(path) !== (text !== undefined);
      files.overlay(path, text);
      if (opens) this.changed(path);
      else {
        judge.forget(path, false);
        groups.forget(path, false);
      }
    },
    unlock(passwords) {
      certificates.unlock(passwords);
      judge.forgetAll();
    },
    timePassed() {
      judge.forgetUntil(files.now());
    },
  };
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
