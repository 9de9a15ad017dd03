/** Owns which findings belong to which file, and what has changed since they were last shown. */
import type { Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { Finding } from '../rules/rule.ts';

export type FindingsByFile = ReadonlyMap<FileId, readonly Finding[]>;

/** The findings of every file that was judged, also of those without any; sorted as the run sorted them. */
export function findingsByFile(run: Run): FindingsByFile {
  const found = new Map<FileId, Finding[]>();
  for (const file of run.files) found.set(file, []);
  for (const finding of run.findings) {
    const findings = found.get(finding.at.file);
    if (findings === undefined) found.set(finding.at.file, [finding]);
    else findings.push(finding);
  }
  return found;
}

/** The findings that touch a span of a file; a cursor at the end of one touches it. */
export function findingsAt(run: Run, file: FileId, start: number, end: number = start): Finding[] {
  return run.findings.filter(({ at }) => at.file === file && at.span.start <= end && start <= at.span.end);
}
