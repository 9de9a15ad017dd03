/** Owns config-include-missing; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'config-include-missing',
  severity: 'info',
  since: '0.1.0',
  summary: 'A part of the configuration could not be seen, and so was not judged',
  sources: ['https://nginx.org/en/docs/ngx_core_module.html#include', 'https://www.stunnel.org/static/stunnel.html'],
  check: (context) => reportProblems('config-include-missing', context),
};
