/** Owns certificate-expiring: certificates that should have been renewed by now. */
import { expiringFrom, expiringSoon, validity } from '../../certificates/validity.ts';
import type { Rule } from '../rule.ts';
import { day, nameOf, presented, usedBy } from '../subjects.ts';

export const rule: Rule = {
  id: 'certificate-expiring',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A certificate expires soon',
  sources: ['https://letsencrypt.org/docs/integration-guide/#when-to-renew'],
  check(context) {
    const { expiryDays } = context.settings;
    for (const one of presented(context)) {
      const { certificate } = one.item;
      context.changesAt(expiringFrom(certificate, expiryDays));
      if (!expiringSoon(certificate, context.now, expiryDays)) continue;
      const { daysLeft, lifetimeDays } = validity(certificate, context.now);
      const left = daysLeft === 0 ? 'in less than a day' : daysLeft === 1 ? 'in a day' : `in ${daysLeft} days`;
      context.report({
        at: one.at,
        message: `${nameOf(one)} expires ${left}, on ${day(certificate.notAfter)}, of a lifetime of ${lifetimeDays} days${usedBy(one)}`,
        related: one.related,
      });
    }
  },
};
