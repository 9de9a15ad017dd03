/** Owns config-syntax; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'config-syntax',
  severity: 'error',
  since: '0.1.0',
  summary: 'The product does not accept the file',
  sources: [
    'https://nginx.org/en/docs/beginners_guide.html#conf_structure',
    'https://docs.haproxy.org/2.6/configuration.html#2.2',
  ],
  check: (context) => reportProblems('config-syntax', context),
};
