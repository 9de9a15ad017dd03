/** Owns config-directive-misplaced; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'config-directive-misplaced',
  severity: 'error',
  since: '0.1.0',
  summary: 'A directive is refused at this place, with these arguments, or in this version, or is ignored there',
  sources: [
    'https://nginx.org/en/docs/dirindex.html',
    'https://nginx.org/en/CHANGES',
    'https://www.stunnel.org/static/stunnel.html',
    'https://docs.haproxy.org/3.2/configuration.html#4.2-timeout%20tunnel',
  ],
  check: (context) => reportProblems('config-directive-misplaced', context),
};
