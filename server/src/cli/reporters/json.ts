/** Owns `--format json`: one object whose shape programs may rely on. */
import type { Located, Report } from '../located.ts';

/** Writes a report; the same findings give the same bytes. The version is raised when a reader could break. */
export function jsonReport(report: Report): string {
  const place = ({ file, range }: Located) => ({ file, range });
  const value = {
    version: 1,
    files: report.files,
    findings: report.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      ...place(finding),
      related: finding.related.map((related) => ({ message: related.message, ...place(related) })),
      fixes: finding.fixes.map(({ title, safety, edits }) => ({
        title,
        safety,
        edits: edits.map((edit) => ({ ...place(edit), newText: edit.newText })),
      })),
    })),
  };
  return `${toJson(value)}\n`;
}

/** JSON in which controls that JSON allows raw are escaped too: a terminal may show it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\u007F-\u009F\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
