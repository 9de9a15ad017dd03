/** Owns certificate-expiring: certificates that should have been renewed by now. */
import { expiringFrom, expiringSoon, validity } from '../../certificates/validity.ts';
import { day, reportTogether } from '../certificate-words.ts';
import { replacementOffers } from '../replacements.ts';
import type { Rule } from '../rule.ts';
import { picked, presented } from '../subjects.ts';

const DAY = 86_400_000;

function left(days: number): string {
  return days === 0 ? 'in less than a day' : days === 1 ? 'in a day' : `in ${days} days`;
}

export const rule: Rule = {
  id: 'certificate-expiring',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A certificate expires soon',
  sources: ['https://letsencrypt.org/docs/integration-guide/#when-to-renew'],
  check(context) {
    const { now, changesAt, settings } = context;
    const expiring = picked(presented(context), ({ certificate }) => {
      const { notAfter } = certificate;
      const isSoon = expiringSoon(certificate, now, settings.expiryDays);
      changesAt(expiringFrom(certificate, settings.expiryDays));
      // The message counts days.
      if (isSoon) changesAt(notAfter - Math.floor((notAfter - now) / DAY) * DAY + 1);
      return isSoon;
    });
    reportTogether(context, expiring, {
      severity: 'warning',
      says: ({ certificate }) => {
        const { daysLeft, lifetimeDays } = validity(certificate, now);
        return `expires on ${day(certificate.notAfter)}, ${left(daysLeft)} (its lifetime is ${lifetimeDays} days)`;
      },
      offers: (group) => replacementOffers(group, context),
    });
  },
};
