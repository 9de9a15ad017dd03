/** Owns reports of files that are no configuration to analyse: settings files, and files that cannot be read. */
import type { ResolvedSettings } from '../config/settings.ts';
import type { FileId } from '../files/host.ts';
import type { Dependencies } from '../files/store.ts';
import type { LoadedProject } from '../languages/language.ts';
import { plainModel, plainProject } from '../languages/plain.ts';
import type { LanguageId } from '../model/model.ts';
import type { RuleId } from '../rules/ids.generated.ts';
import type { Finding, Severity } from '../rules/rule.ts';
import type { ProjectReport } from './engine-types.ts';

function emptyProject(
  root: FileId,
  language: LanguageId,
  { target }: ResolvedSettings,
  dependencies: Dependencies,
): LoadedProject {
  return plainProject(plainModel(language, root, target), dependencies);
}

function plain(
  rule: RuleId,
  usual: Severity,
  at: Finding['at'],
  message: string,
  settings: ResolvedSettings,
): Finding[] {
  const severity = settings.severityOf(rule, at.file, usual);
  return severity === 'off' ? [] : [{ rule, severity, message, at, related: [], fixes: [] }];
}

/** One error at the start of a file that cannot be read. */
export function unreadableReport(
  root: FileId,
  language: LanguageId,
  settings: ResolvedSettings,
  detail: string,
  dependencies: Dependencies,
): ProjectReport {
  const at = { file: root, span: { start: 0, end: 0 } };
  const findings = plain('config-syntax', 'error', at, `This file was not judged (${detail})`, settings);
  return { project: emptyProject(root, language, settings, dependencies), settings, findings, nextChange: undefined };
}

/** What is wrong with a wsslint.json. */
export function settingsReport(path: FileId, settings: ResolvedSettings, dependencies: Dependencies): ProjectReport {
  const findings =
    settings.file !== path
      ? []
      : settings.problems.flatMap(({ place, message }) =>
          plain('settings-invalid', 'warning', place, message.charAt(0).toUpperCase() + message.slice(1), settings),
        );
  return { project: emptyProject(path, 'pem', settings, dependencies), settings, findings, nextChange: undefined };
}
