/** Owns config-syntax; the languages find the places while they read. */
import { reportProblems } from '../problems.ts';
import type { Rule, RuleContext } from '../rule.ts';

/** Servers read bytes, so this stops none of them; but names and values behind such bytes are not what they seem. */
function reportEncoding({ model, project, report }: RuleContext): void {
  if (model.language === 'pem') return;
  for (const file of project.files) {
    const at = file.binary ? undefined : file.invalidAt;
    if (at === undefined) continue;
    report({
      severity: 'info',
      at: { file: file.id, span: { start: at, end: at + 1 } },
      message:
        'This file is not UTF-8: the server takes the bytes as they are, they are shown wrongly here, and no fix is written to the file',
    });
  }
}

export const rule: Rule = {
  id: 'config-syntax',
  severity: 'error',
  since: '0.1.0',
  summary: 'The product does not accept the file',
  sources: [
    'https://nginx.org/en/docs/beginners_guide.html#conf_structure',
    'https://docs.haproxy.org/2.6/configuration.html#2.2',
    'https://httpd.apache.org/docs/2.4/configuring.html#syntax',
    'https://www.stunnel.org/static/stunnel.html',
  ],
  check(context) {
    reportProblems('config-syntax', context);
    reportEncoding(context);
  },
};
