/** Owns certificate-expired: certificates whose last day is over. */
import { validity } from '../../certificates/validity.ts';
import { day, reportTogether } from '../certificate-words.ts';
import { replacementOffers } from '../replacements.ts';
import type { Rule } from '../rule.ts';
import { picked, presented } from '../subjects.ts';

const DAY = 86_400_000;

function ago(days: number): string {
  return days === 0 ? 'less than a day ago' : days === 1 ? 'a day ago' : `${days} days ago`;
}

export const rule: Rule = {
  id: 'certificate-expired',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate has expired, so clients refuse the connection',
  sources: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
  check(context) {
    const { now, changesAt } = context;
    const expired = picked(presented(context), ({ certificate }) => {
      const { notAfter } = certificate;
      const isOver = validity(certificate, now).state === 'expired';
      // The message counts days.
      changesAt(isOver ? notAfter + (Math.floor((now - notAfter) / DAY) + 1) * DAY : notAfter + 1);
      return isOver;
    });
    reportTogether(context, expired, {
      says: ({ certificate }) =>
        `expired on ${day(certificate.notAfter)}, ${ago(-validity(certificate, now).daysLeft)}`,
      means: 'so clients refuse the handshake',
      offers: (group) => replacementOffers(group, context),
    });
  },
};
