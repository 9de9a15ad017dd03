/** Owns certificate-expired: certificates whose last day is over. */
import { validity } from '../../certificates/validity.ts';
import type { Rule } from '../rule.ts';
import { day, nameOf, presented, usedBy } from '../subjects.ts';

export const rule: Rule = {
  id: 'certificate-expired',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate has expired, so clients refuse the connection',
  sources: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
  check(context) {
    for (const one of presented(context)) {
      const { certificate } = one.item;
      const { state, daysLeft } = validity(certificate, context.now);
      context.changesAt(certificate.notAfter + 1);
      if (state !== 'expired') continue;
      const days = Math.abs(daysLeft);
      const ago = days === 0 ? 'less than a day ago' : days === 1 ? 'a day ago' : `${days} days ago`;
      context.report({
        at: one.at,
        message: `${nameOf(one)} expired on ${day(certificate.notAfter)}, ${ago}; clients refuse the handshake${usedBy(one)}`,
        related: one.related,
      });
    }
  },
};
