/** Owns certificate-not-yet-valid: certificates whose first day has not come. */
import { validity } from '../../certificates/validity.ts';
import { reportTogether } from '../certificate-words.ts';
import type { Rule } from '../rule.ts';
import { picked, presented } from '../subjects.ts';

/** `2026-12-01 08:00 UTC`. */
function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export const rule: Rule = {
  id: 'certificate-not-yet-valid',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate is not valid yet, so clients refuse the connection',
  sources: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
  check(context) {
    const early = picked(presented(context), ({ certificate }) => {
      context.changesAt(certificate.notBefore);
      return validity(certificate, context.now).state === 'not-yet';
    });
    reportTogether(context, early, {
      says: ({ certificate }) => `is not valid before ${minute(certificate.notBefore)}`,
      means: 'and until then clients refuse the handshake',
    });
  },
};
