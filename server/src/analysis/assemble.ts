/** Owns what a run tells: all findings of the projects that were asked for, with what is wrong with their suppressions. */
import type { FileId } from '../files/host.ts';
import type { ProjectReport, Run } from './engine-types.ts';
import type { Judged } from './judge.ts';
import { compareFindings, mergeFindings } from './lint.ts';
import { type JudgedSuppression, suppressionFindings } from './suppression-findings.ts';

/** `asked` are the files of the run; `isAsked` tells whether a project's findings are wanted. */
export function assemble(
  all: readonly Judged[],
  asked: readonly FileId[],
  isAsked: (report: ProjectReport) => boolean,
): Run {
  const own = suppressionFindings(suppressionsOf(all));
  const projects = all.map(({ report }): ProjectReport => {
    const ids = new Set(report.project.files.map((file) => file.id));
    const mine = own.filter((finding) => ids.has(finding.at.file));
    return mine.length === 0 ? report : { ...report, findings: [...report.findings, ...mine].sort(compareFindings) };
  });
  const told = projects.filter(isAsked);
  return {
    projects,
    findings: mergeFindings(told.flatMap((report) => [...report.findings])),
    files: new Set([...asked, ...told.flatMap(({ project }) => project.files.map(({ id }) => id))]),
  };
}

/** The suppressions of all files, once each; one that any project uses is used. */
function suppressionsOf(all: readonly Judged[]): readonly JudgedSuppression[] {
  const found = new Map<string, JudgedSuppression>();
  for (const { report, suppressions, used } of all) {
    for (const suppression of suppressions) {
      const key = `${suppression.file.id}\n${suppression.ruleSpan.start}\n${suppression.rule}`;
      const other = found.get(key);
      found.set(key, {
        suppression,
        used: used.has(suppression) || (other?.used ?? false),
        model: other?.model ?? report.project.model,
        settings: report.settings,
      });
    }
  }
  return [...found.values()];
}
