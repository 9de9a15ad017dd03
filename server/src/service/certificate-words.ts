/** Owns the plain words for certificates, for lists, trees, lenses and tables. What comes from files is on one line. */
import type { Certificate } from '../certificates/certificate.ts';
import type { Validity } from '../certificates/validity.ts';
import type { Mention } from './certificate-uses.ts';
import { counted } from './duration.ts';
import { withoutKeys } from './secrets.ts';

/** Users that are named; others are counted. */
const USERS_SHOWN = 1;
const LENGTH = 100;

/** Text out of a file, which may hold anything, on one line. */
export function oneLine(text: string): string {
  const harmless = withoutKeys(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return harmless.length > LENGTH ? `${harmless.slice(0, LENGTH)}…` : harmless;
}

/** The names that clients look at, as the certificate has them. */
export function namesIn({ san }: Certificate): readonly string[] {
  return [...(san?.dns ?? []), ...(san?.ips ?? []), ...(san?.emails ?? []), ...(san?.uris ?? [])];
}

/** What a certificate is called: its common name where it has that name; else its first name, or its subject. */
export function titleOf(certificate: Certificate): string {
  const { subject, serial } = certificate;
  const names = namesIn(certificate);
  const common = subject.commonNames.at(-1);
  const isCommon = common !== undefined && names.some((name) => name.toLowerCase() === common.toLowerCase());
  const title = (isCommon ? common : names[0]) ?? common ?? subject.text;
  return title === '' ? `serial number ${serial}` : oneLine(title);
}

/** Who issued it, in one word. */
export function issuerWord({ issuer, selfIssued }: Certificate): string {
  return selfIssued ? 'itself' : oneLine(issuer.commonNames.at(-1) ?? issuer.text);
}

/** A day as `2026-11-23`, in UTC, as certificates count. */
export function dayWord(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'an impossible date' : date.toISOString().slice(0, 10);
}

/** `27 days left`, `expired 3 days ago`. */
export function daysWord({ notBefore }: Certificate, { state, daysLeft }: Validity): string {
  switch (state) {
    case 'expired':
      return daysLeft === 0 ? 'expired today' : `expired ${counted(-daysLeft, 'day')} ago`;
    case 'not-yet':
      return `not valid before ${dayWord(notBefore)}`;
    case 'valid':
      return daysLeft === 0 ? 'ends today' : `${counted(daysLeft, 'day')} left`;
  }
}

/** `server a.example.com and 3 more`; undefined where nobody is seen to use it. */
export function usersWord(users: readonly Mention[]): string | undefined {
  const labels = [...new Set(users.map(({ label }) => oneLine(label)))];
  if (labels.length === 0) return undefined;
  const more = labels.length - USERS_SHOWN;
  return `${labels.slice(0, USERS_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
