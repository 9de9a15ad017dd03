/** Owns linting a folder of the corpus through the real engine, as the command line does. */
import { relative } from 'node:path';
import { createEngine } from '../../server/src/analysis/engine.ts';
import { claimOf } from '../../server/src/analysis/languages.ts';
import { searchFolders } from '../../server/src/cli/search.ts';
import { createSettingsFinder } from '../../server/src/config/find.ts';
import { DEFAULTS, type Settings } from '../../server/src/config/settings.ts';
import { createFileStore } from '../../server/src/files/store.ts';
import { nodeHost } from '../../server/src/node/host.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Finding } from '../../server/src/rules/rule.ts';
import { reasonFor } from './reasons.ts';

export interface CorpusFinding {
  /** Relative to the folder, with `:line` from 1. */
  readonly at: string;
  readonly finding: Finding;
}

export interface CorpusRun {
  readonly files: number;
  readonly findings: readonly CorpusFinding[];
}

/**
 * Lints what wsslint knows in a folder (or one file) on a day, under settings. The modes of the files, and whether git
 * tracks them, count only `asOnDisk`: the corpus lies somewhere else on each machine.
 */
export function lintFolder(
  path: string,
  options: { readonly settings?: Partial<Settings>; readonly now?: string; readonly asOnDisk?: boolean } = {},
): CorpusRun {
  const now = Date.parse(options.now ?? '2026-11-23');
  const disk = nodeHost();
  const host = { ...disk, now: () => now, ...(options.asOnDisk === true ? {} : { status: () => undefined }) };
  const store = createFileStore(host);
  const isFolder = host.list(path) !== undefined;
  const found = isFolder
    ? searchFolders([path], host, (file, text) => claimOf(file, text) !== undefined, store).files
    : [path];
  const settings = { ...DEFAULTS, ...options.settings };
  const engine = createEngine({
    files: store,
    settings: createSettingsFinder(store, RULES, () => ({ folder: path, settings })),
    rules: RULES,
    workspaces: () => [path],
  });
  const run = engine.run(found);
  const findings = run.findings.map((finding): CorpusFinding => {
    const opened = store.open(finding.at.file, { files: new Set(), missing: new Set(), directories: new Set() });
    const line = opened.ok ? opened.file.lines.positionAt(finding.at.span.start).line + 1 : 0;
    return { at: `${relative(path, finding.at.file) || '.'}:${line}`, finding };
  });
  return { files: found.length, findings };
}

/** Findings as lines for a snapshot, each with its reason; what could not be seen is only counted. */
export function summary(folder: string, { files, findings }: CorpusRun): string {
  const unseen = findings.filter(({ finding }) => finding.rule === 'config-include-missing').length;
  const lines = findings
    .filter(({ finding }) => finding.rule !== 'config-include-missing')
    .map(({ at, finding }) => {
      const reason = reasonFor(`${folder}/${at}`, finding.rule);
      return `${at} ${finding.severity} ${finding.rule}${reason === undefined ? '' : `: ${reason}`}`;
    });
  return [`${files} files`, `${unseen} includes not seen`, ...lines, ''].join('\n');
}

/** Warnings and errors that nobody has explained. */
export function unexplained(folder: string, { findings }: CorpusRun): string[] {
  return findings.flatMap(({ at, finding }) =>
    finding.severity === 'info' || reasonFor(`${folder}/${at}`, finding.rule) !== undefined
      ? []
      : [`${at} ${finding.rule}`],
  );
}
