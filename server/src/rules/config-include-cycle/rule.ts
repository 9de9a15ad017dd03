/** Owns config-include-cycle; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'config-include-cycle',
  severity: 'error',
  since: '0.1.0',
  summary: 'A file includes itself, so nginx does not start',
  sources: ['https://nginx.org/en/docs/ngx_core_module.html#include'],
  check: (context) => reportProblems('config-include-cycle', context),
};
