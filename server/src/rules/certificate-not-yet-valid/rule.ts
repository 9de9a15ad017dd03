/** Owns certificate-not-yet-valid: certificates whose first day has not come. */
import { validity } from '../../certificates/validity.ts';
import type { Rule } from '../rule.ts';
import { nameOf, presented, usedBy } from '../subjects.ts';

export const rule: Rule = {
  id: 'certificate-not-yet-valid',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate is not valid yet, so clients refuse the connection',
  sources: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
  check(context) {
    for (const one of presented(context)) {
      const { certificate } = one.item;
      if (validity(certificate, context.now).state !== 'not-yet') continue;
      context.changesAt(certificate.notBefore);
      const from = new Date(certificate.notBefore)
        .toISOString()
        .replace('T', ' ')
        .replace(/:\d\d\.\d+Z$/, ' UTC');
      context.report({
        at: one.at,
        message: `${nameOf(one)} is not valid before ${from}; until then clients refuse the handshake${usedBy(one)}`,
        related: one.related,
      });
    }
  },
};
