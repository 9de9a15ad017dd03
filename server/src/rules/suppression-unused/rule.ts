/** Owns the description of suppression-unused; the analysis reports it, which alone sees all suppressions and findings together. */
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'suppression-unused',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A suppression covers no finding',
  sources: [],
  check: () => undefined,
};
