/** Owns the description of suppression-without-reason; the analysis reports it, which alone sees all suppressions and findings together. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'suppression-without-reason',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A suppression does not say why',
  sources: [],
  check: () => undefined,
};
