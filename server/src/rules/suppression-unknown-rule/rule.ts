/** Owns the description of suppression-unknown-rule; the analysis reports it, which alone sees all suppressions and findings together. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'suppression-unknown-rule',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A suppression names a rule that does not exist',
  sources: [],
  check: () => undefined,
};
