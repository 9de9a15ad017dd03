/** Owns config-directive-misplaced; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'config-directive-misplaced',
  severity: 'error',
  since: '0.1.0',
  summary: 'nginx refuses a directive at this place, with these arguments, or in this version',
  sources: [
    'https://nginx.org/en/docs/dirindex.html',
    'https://nginx.org/en/CHANGES',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check: (context) => reportProblems('config-directive-misplaced', context),
};
