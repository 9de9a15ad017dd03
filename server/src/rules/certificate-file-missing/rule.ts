/** Owns certificate-file-missing: certificate and key files that are certainly not where the configuration says. */

import { nearest } from '../../text/nearest.ts';
import { basename } from '../../files/paths.ts';
import { writtenPath } from '../replacements.ts';
import type { Rule } from '../rule.ts';

export const rule: Rule = {
  id: 'certificate-file-missing',
  severity: 'info',
  since: '0.1.0',
  summary: 'A certificate or key file is not where the configuration says',
  sources: ['https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate'],
  check(context) {
    for (const use of context.project.fileUses()) {
      if (!use.file.known) continue;
      const stored = context.certificates.read(use.file.value, context.project.dependencies);
      if (stored.ok || stored.reason === 'outside') continue;
      const missing = stored.reason === 'missing';
      const names = new Map(context.candidates().map((file) => [basename(file), file]));
      const near = names.get(basename(use.written)) ?? names.get(nearest(basename(use.written), names.keys()) ?? '');
      const path = missing && near !== undefined ? writtenPath(use, near) : undefined;
      context.report({
        at: use.place,
        message: missing
          ? `\`${use.written}\` is not there, so nothing in it was judged; without it the server does not start`
          : `\`${use.written}\` cannot be read, so nothing in it was judged: ${stored.detail}`,
        offers:
          path === undefined
            ? []
            : [{ title: `Name \`${path}\` instead`, safety: 'behaviour', remedy: { kind: 'name-file', use, path } }],
      });
    }
  },
};
