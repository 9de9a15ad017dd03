/** Owns running the rules over one project: severities, suppressions, and fixes that are worked out when somebody asks. */
import type { CertificateStore } from '../certificates/store.ts';
import type { ResolvedSettings } from '../config/settings.ts';
import type { Exposure } from '../files/exposure.ts';
import type { FileId } from '../files/host.ts';
import type { LoadedProject } from '../languages/language.ts';
import type { RuleId } from '../rules/ids.generated.ts';
import type { Purpose } from '../rules/purposes.ts';
import type { Finding, Fix, Offer, Report, Rule } from '../rules/rule.ts';
import { covers, readSuppressions, type Suppression } from './suppress.ts';

export interface LintInput {
  readonly project: LoadedProject;
  readonly settings: ResolvedSettings;
  readonly certificates: CertificateStore;
  readonly rules: readonly Rule[];
  readonly now: number;
  readonly candidates: () => readonly FileId[];
  readonly exposure: (file: FileId) => Exposure;
  readonly purposes: ReadonlySet<Purpose>;
  readonly failed: ((rule: RuleId, error: unknown) => void) | undefined;
}

export interface LintOutput {
  readonly findings: readonly Finding[];
  readonly nextChange: number | undefined;
  /** All suppressions of the project's files, and those among them that covered a finding. */
  readonly suppressions: readonly Suppression[];
  readonly used: ReadonlySet<Suppression>;
}

export function compareFindings(a: Finding, b: Finding): number {
  const text = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return (
    text(a.at.file, b.at.file) ||
    a.at.span.start - b.at.span.start ||
    a.at.span.end - b.at.span.end ||
    text(a.rule, b.rule) ||
    text(a.message, b.message)
  );
}

function fixesOf(offers: readonly Offer[], project: LoadedProject): readonly Fix[] {
  return offers.flatMap(({ title, safety, remedy }) => {
    const edits = project.realize(remedy);
    return edits === undefined || edits.every((one) => one.edits.length === 0) ? [] : [{ title, safety, edits }];
  });
}

/** A finding whose fixes are computed once, when they are first looked at. */
export function findingOf(rule: Rule, severity: Finding['severity'], report: Report, project: LoadedProject): Finding {
  let fixes: readonly Fix[] | undefined;
  return {
    rule: rule.id,
    severity,
    message: report.message,
    at: report.at,
    related: report.related ?? [],
    get fixes() {
      fixes ??= fixesOf(report.offers ?? [], project);
      return fixes;
    },
  };
}

/** One finding for each rule, file and span; a file that is included twice is judged twice. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const { file, span } = finding.at;
    const key = `${finding.rule}\n${span.start}-${span.end}\n${file}`;
    const other = seen.get(key);
    if (other === undefined || RANK[finding.severity] > RANK[other.severity]) seen.set(key, finding);
  }
  return [...seen.values()].sort(compareFindings);
}

const RANK = { info: 0, warning: 1, error: 2 } as const;

export function lint(input: LintInput): LintOutput {
  const { project, settings, now } = input;
  const raw: Finding[] = [];
  let nextChange: number | undefined;
  const changesAt = (when: number): void => {
    if (when > now && (nextChange === undefined || when < nextChange)) nextChange = when;
  };
  const check = (rule: Rule): void =>
    rule.check({
      project,
      model: project.model,
      certificates: input.certificates,
      settings,
      now,
      candidates: input.candidates,
      exposure: input.exposure,
      purposes: input.purposes,
      changesAt,
      report(report) {
        const level = settings.severityOf(
          rule.id,
          report.at.file,
          rule.optIn === true ? 'off' : (report.severity ?? rule.severity),
        );
        if (level !== 'off') raw.push(findingOf(rule, level, report, project));
      },
    });
  const isAskedFor = ({ id, optIn }: Rule): boolean =>
    optIn !== true || project.files.some((file) => settings.severityOf(id, file.id, 'off') !== 'off');
  for (const rule of input.rules) {
    if (!isAskedFor(rule)) continue;
    if (input.failed === undefined) {
      check(rule);
      continue;
    }
    try {
      check(rule);
    } catch (error) {
      input.failed(rule.id, error);
    }
  }
  const suppressions = project.files.flatMap((file) =>
    file.text.includes('wsslint-ignore') ? readSuppressions(file, project.comments(file.id)) : [],
  );
  const used = new Set<Suppression>();
  const kept = raw.filter((finding) => {
    const by = suppressions.filter((suppression) => covers(suppression, finding));
    for (const suppression of by) used.add(suppression);
    return by.length === 0;
  });
  return { findings: mergeFindings(kept), nextChange, suppressions, used };
}
