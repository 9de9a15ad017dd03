/** Owns what is only seen in several projects together: the rules that look at all of a run, after each was judged alone. */
import type { RuleId } from '../rules/ids.generated.ts';
import type { Finding, Report, Rule } from '../rules/rule.ts';
import type { ProjectReport } from './engine-types.ts';
import { compareFindings, findingOf, mergeFindings } from './lint.ts';
import { covers, type Suppression } from './suppress.ts';

/** A project that was judged alone, with its suppressions. */
export interface Alone {
  readonly report: ProjectReport;
  readonly suppressions: readonly Suppression[];
  readonly used: ReadonlySet<Suppression>;
}

type Failed = ((rule: RuleId, error: unknown) => void) | undefined;

/**
 * Adds to projects what is found in all of them together. Those without such a finding are given back as they are; so is
 * everything where there is one project only.
 */
export function joinProjects<T extends Alone>(all: readonly T[], rules: readonly Rule[], failed: Failed): readonly T[] {
  const joint = all.length < 2 ? [] : rules.filter(({ checkAll }) => checkAll !== undefined);
  const found = new Map<T, Finding[]>();
  for (const rule of joint) {
    const members = all.map((one) => ({
      project: one.report.project,
      report: (report: Report) => add(one, rule, report),
    }));
    try {
      rule.checkAll?.(members);
    } catch (error) {
      if (failed === undefined) throw error;
      failed(rule.id, error);
    }
  }
  return found.size === 0 ? all : all.map((one) => withFindings(one, found.get(one) ?? []));

  function add(one: T, rule: Rule, report: Report): void {
    const { project, settings } = one.report;
    const usual = rule.optIn === true ? 'off' : (report.severity ?? rule.severity);
    const level = settings.severityOf(rule.id, report.at.file, usual);
    if (level === 'off') return;
    found.set(one, [...(found.get(one) ?? []), findingOf(rule, level, report, project)]);
  }
}

function withFindings<T extends Alone>(one: T, findings: readonly Finding[]): T {
  if (findings.length === 0) return one;
  const used = new Set(one.used);
  const kept = findings.filter((finding) => {
    const by = one.suppressions.filter((suppression) => covers(suppression, finding));
    for (const suppression of by) used.add(suppression);
    return by.length === 0;
  });
  const all = mergeFindings([...one.report.findings, ...kept]).sort(compareFindings);
  return { ...one, used, report: { ...one.report, findings: all } };
}
