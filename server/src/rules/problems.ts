/** Owns handing on what a language found wrong with the configuration itself. */
import type { ConfigProblem } from '../model/model.ts';
import type { RuleContext } from './rule.ts';

export function reportProblems(rule: ConfigProblem['rule'], { model, report }: RuleContext): void {
  for (const problem of model.problems) {
    if (problem.rule !== rule) continue;
    report({
      at: problem.place,
      ...(problem.severity === undefined ? {} : { severity: problem.severity }),
      message: problem.message,
      related: problem.related ?? [],
      offers: problem.offers ?? [],
    });
  }
}
