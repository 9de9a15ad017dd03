/** Owns what is wrong with suppressions themselves: unused, without a reason, or for a rule that does not exist. */

import type { ResolvedSettings } from '../config/settings.ts';
import type { Model } from '../model/model.ts';
import { RULE_IDS, type RuleId } from '../rules/ids.generated.ts';
import type { Finding, Severity } from '../rules/rule.ts';
import { didYouMean } from '../text/nearest.ts';
import type { Suppression } from './suppress.ts';

/** A suppression as all projects that contain its file saw it. */
export interface JudgedSuppression {
  readonly suppression: Suppression;
  readonly used: boolean;
  readonly model: Model;
  readonly settings: ResolvedSettings;
}

const IDS: ReadonlySet<string> = new Set(RULE_IDS);

/** Whether a rule would have fired if there were something to report: not where its surroundings could not be seen. */
function couldBeJudged(rule: string, model: Model): boolean {
  if (model.unseen.length > 0) return false;
  return model.role === 'root' || !/^(websocket|config)-/.test(rule);
}

/** The edit that takes a suppression away, with its line where nothing else is on it. */
function removal(suppression: Suppression): Finding['fixes'] {
  const { file, span } = suppression;
  const { line } = file.lines.positionAt(span.start);
  const whole = file.lines.lineSpan(line);
  const before = file.text.slice(whole.start, span.start);
  const alone = before.trim() === '';
  const end = alone && line + 1 < file.lines.lineCount ? file.lines.lineSpan(line + 1).start : span.end;
  const start = alone ? whole.start : whole.start + before.trimEnd().length;
  return [
    {
      title: 'Remove the suppression',
      safety: 'safe',
      edits: [{ file: file.id, edits: [{ span: { start, end }, newText: '' }] }],
    },
  ];
}

function finding(
  rule: RuleId,
  judged: JudgedSuppression,
  message: string,
  atRule: boolean,
  fixes: Finding['fixes'],
): Finding[] {
  const { suppression, settings } = judged;
  const level: Severity | 'off' = settings.severityOf(rule, suppression.file.id, 'warning');
  if (level === 'off') return [];
  const at = { file: suppression.file.id, span: atRule ? suppression.ruleSpan : suppression.span };
  return [{ rule, severity: level, message, at, related: [], fixes }];
}

export function suppressionFindings(all: readonly JudgedSuppression[]): Finding[] {
  return all.flatMap((judged) => {
    const { rule, reason } = judged.suppression;
    if (!IDS.has(rule)) {
      const message =
        rule === ''
          ? 'A suppression needs the id of a rule: `# wsslint-ignore <rule-id>: reason`'
          : `There is no rule \`${rule}\`${didYouMean(rule, RULE_IDS)}`;
      return finding('suppression-unknown-rule', judged, message, true, []);
    }
    const alone =
      judged.suppression.file.text.slice(judged.suppression.span.start, judged.suppression.span.end).includes(',') ===
      false;
    const unused =
      !judged.used &&
      judged.settings.severityOf(rule as RuleId, judged.suppression.file.id, 'warning') !== 'off' &&
      couldBeJudged(rule, judged.model)
        ? finding(
            'suppression-unused',
            judged,
            `Nothing is reported here by \`${rule}\`, so this suppression does nothing`,
            false,
            alone ? removal(judged.suppression) : [],
          )
        : [];
    const bare =
      reason === ''
        ? finding(
            'suppression-without-reason',
            judged,
            `Say why \`${rule}\` is ignored here: \`# wsslint-ignore ${rule}: reason\``,
            false,
            [],
          )
        : [];
    return [...unused, ...bare];
  });
}
