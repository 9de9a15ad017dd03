/** Owns certificate-lifetime-too-long: certificates of servers that are valid for longer than clients accept. */
import type { Certificate } from '../../certificates/certificate.ts';
import { validity } from '../../certificates/validity.ts';
import { day, reportTogether } from '../certificate-words.ts';
import { isForPublic } from '../leaf-order.ts';
import type { Rule } from '../rule.ts';
import { type Presented, picked, serverLeaves } from '../subjects.ts';

const DAY = 86_400_000;

/** Days that public certificates may be valid, by when they were issued; the newest first (CA/Browser Forum BR, 6.3.2). */
const PUBLIC_LIMITS: readonly (readonly [issuedFrom: string, days: number])[] = [
  ['2029-03-15', 47],
  ['2027-03-15', 100],
  ['2026-03-15', 200],
  ['2020-09-01', 398],
  ['2018-03-01', 825],
];
/** Apple's limit for all certificates of servers, whoever issued them, from this day on (support.apple.com/103769). */
const APPLE = { issuedFrom: Date.UTC(2019, 6, 1), days: 825 };

function publicLimit({ notBefore }: Certificate): number | undefined {
  return PUBLIC_LIMITS.find(([from]) => notBefore >= Date.parse(from))?.[1];
}

function isTooLong({ certificate, along, read }: Presented, now: number): boolean {
  const { notBefore, notAfter, selfIssued, extendedKeyUsage } = certificate;
  const { state, lifetimeDays } = validity(certificate, now);
  // What is expired has to be replaced anyhow, and what signs itself is trusted by nobody but who chose it.
  if (state === 'expired' || selfIssued) return false;
  if (isForPublic(certificate, along)) return lifetimeDays > (publicLimit(certificate) ?? Number.POSITIVE_INFINITY);
  const isServers = read !== undefined || extendedKeyUsage !== undefined;
  return isServers && notBefore >= APPLE.issuedFrom && notAfter - notBefore > APPLE.days * DAY;
}

export const rule: Rule = {
  id: 'certificate-lifetime-too-long',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A certificate is valid for longer than clients accept',
  sources: [
    'https://cabforum.org/working-groups/server/baseline-requirements/requirements/#632-certificate-operational-periods-and-key-pair-usage-periods',
    'https://support.apple.com/103769',
    'https://support.apple.com/102028',
  ],
  check(context) {
    const long = picked(serverLeaves(context), (one) => isTooLong(one, context.now));
    const days = ({ certificate }: Presented) => validity(certificate, context.now).lifetimeDays;
    const isOfPublic = ({ certificate, along }: Presented) => isForPublic(certificate, along);
    reportTogether(context, long.filter(isOfPublic), {
      severity: 'warning',
      says: (one) =>
        `is valid for ${days(one)} days, and a public one that was issued on ${day(one.certificate.notBefore)} may have ${publicLimit(one.certificate)} at most`,
      means: (one) => (days(one) > 398 ? 'so browsers refuse it' : 'so authorities have to revoke it'),
    });
    reportTogether(
      context,
      long.filter((one) => !isOfPublic(one)),
      {
        severity: 'info',
        says: ({ certificate }) =>
          `is valid for ${Math.round((certificate.notAfter - certificate.notBefore) / DAY)} days: Apple's systems refuse servers whose certificates have more than ${APPLE.days}, whoever issued them`,
      },
    );
  },
};
