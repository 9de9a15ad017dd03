/** Owns config-undefined-variable; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'config-undefined-variable',
  severity: 'error',
  since: '0.1.0',
  summary: 'A variable is used that nothing defines, so nginx does not start',
  sources: ['https://nginx.org/en/docs/varindex.html', 'https://nginx.org/en/docs/http/ngx_http_map_module.html'],
  check: (context) => reportProblems('config-undefined-variable', context),
};
