/** Owns the analysis as the command line uses it: rules, languages and engines put together. */
import { createEngine } from '../analysis/engine.ts';
import { claimOf } from '../analysis/languages.ts';
import type { Core } from '../cli/core.ts';
import { createSettingsFinder } from '../config/find.ts';
import { createFileStore } from '../files/store.ts';
import { PAGES } from '../rules/pages.generated.ts';
import { RULES } from '../rules/registry.generated.ts';
import { effectiveText } from '../service/effective.ts';
import { rulePage } from '../service/rule-page.ts';

export const core: Core = {
  rules: RULES.map(({ id, severity, summary }) => ({
    id,
    severity,
    summary,
    page: PAGES[id],
    address: rulePage(id),
  })),
  claims: (file, text) => claimOf(file, text) !== undefined,
  createEngine(host, workspaces, local) {
    const files = createFileStore(host);
    return createEngine({
      files,
      settings: createSettingsFinder(files, RULES),
      rules: RULES,
      workspaces: () => workspaces,
      local,
    });
  },
  effective: (report, file) => effectiveText(report, file, undefined),
};
