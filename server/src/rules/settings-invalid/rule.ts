/** Owns the description of settings-invalid; the analysis reports it when it reads the settings. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'settings-invalid',
  severity: 'warning',
  since: '0.1.0',
  summary: 'wsslint.json has an unknown key or a bad value',
  sources: [],
  check: () => undefined,
};
