/** Owns the fixes that laws are about: every offer of every finding, with the remedy behind it and the project it is for. */
import type { ProjectReport } from '../../server/src/analysis/engine-types.ts';
import { noDependencies } from '../../server/src/files/store.ts';
import type { Remedy } from '../../server/src/model/remedy.ts';
import { purposesOf } from '../../server/src/rules/purposes.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Finding, Fix } from '../../server/src/rules/rule.ts';
import { examples } from '../kit/proof.ts';
import { fixed, type Linted, lintExample, lintTexts } from '../rules/harness.ts';

/** One offer, before and after it is taken. */
export interface Case {
  readonly before: Linted;
  readonly after: Linted;
  readonly finding: Finding;
  readonly fix: Fix;
  /** Undefined for fixes that no rule's check offers (those of suppressions). */
  readonly remedy: Remedy | undefined;
  readonly report: ProjectReport;
}

/** A broken example as it is on its page. */
export interface Source {
  readonly title: string;
  readonly rule: string;
  readonly linted: Linted;
}

/** All bad examples of all pages. */
export function badExamples(): Source[] {
  return RULES.flatMap(({ id }) =>
    examples(id).flatMap((example) => {
      if (example.kind !== 'bad') return [];
      const name = example.name === undefined ? '' : ` (${example.name})`;
      return [{ title: `${id}, line ${example.line}${name}`, rule: id, linted: lintExample(example) }];
    }),
  );
}

const keyOf = (rule: string, at: Finding['at'], title: string, edits: Fix['edits'] = []) =>
  JSON.stringify([rule, at, title, edits]);

/** The remedies behind a project's fixes, by running its rules once more. */
function remediesOf(
  { project, settings }: ProjectReport,
  { engine, options, texts, run }: Linted,
): Map<string, Remedy> {
  const others = run.projects.map((report) => report.project).filter(({ language }) => language !== 'pem');
  const out = new Map<string, Remedy>();
  for (const rule of RULES) {
    rule.check({
      project,
      model: project.model,
      certificates: engine.certificates,
      settings,
      now: options.now,
      candidates: () => [...texts.keys()].filter((path) => /\.(pem|crt|cer|key)$/.test(path)),
      exposure: (file) => engine.files.exposure(file, noDependencies()),
      purposes: purposesOf(others).get(project.root) ?? new Set(),
      changesAt: () => undefined,
      report({ at, offers = [] }) {
        for (const { title, remedy } of offers) out.set(keyOf(rule.id, at, title, project.realize(remedy)), remedy);
      },
    });
  }
  return out;
}

/** Every offer of every finding. */
export function casesOf(before: Linted): Case[] {
  return before.run.projects.flatMap((report) => {
    const remedies = remediesOf(report, before);
    return report.findings.flatMap((finding) =>
      finding.fixes.map((fix): Case => {
        const remedy = remedies.get(keyOf(finding.rule, finding.at, fix.title, fix.edits));
        return { before, after: applied(before, fix), finding, fix, remedy, report };
      }),
    );
  });
}

/** Lints again what a fix makes of the files. */
export function applied(before: Linted, fix: Fix): Linted {
  return lintTexts(fixed(before.texts, fix), before.options);
}
