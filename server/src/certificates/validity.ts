/** Owns a certificate's validity at a given moment. */
import type { Certificate } from './certificate.ts';

const DAY = 86_400_000;

export interface Validity {
  readonly state: 'not-yet' | 'valid' | 'expired';
  /** Days until the end, rounded towards zero; negative once it is over. */
  readonly daysLeft: number;
  /** The whole lifetime in days; any fraction counts as a day, and the end is included (CA/B BR 6.3.2). */
  readonly lifetimeDays: number;
  /** The share of the lifetime that is over, from 0 to 1. */
  readonly usedShare: number;
}

type Period = Pick<Certificate, 'notBefore' | 'notAfter'>;

/** The validity at `nowMs` (milliseconds since 1970). Both ends of the period count as valid. */
export function validity({ notBefore, notAfter }: Period, nowMs: number): Validity {
  const state = nowMs < notBefore ? 'not-yet' : nowMs > notAfter ? 'expired' : 'valid';
  const lifetime = notAfter - notBefore;
  const used = lifetime > 0 ? (nowMs - notBefore) / lifetime : state === 'not-yet' ? 0 : 1;
  return {
    state,
    // The sum makes 0 of -0.
    daysLeft: Math.trunc((notAfter - nowMs) / DAY) + 0,
    lifetimeDays: Math.max(0, Math.ceil((lifetime + 1000) / DAY)),
    usedShare: Math.min(1, Math.max(0, used)),
  };
}

/**
 * When a certificate starts to count as expiring: `days` before its end, or when a third of its lifetime is left if
 * that is later (certificates of 6 or 45 days are renewed at two thirds).
 */
export function expiringFrom({ notBefore, notAfter }: Period, days = 30): number {
  return notAfter - Math.min(days * DAY, Math.max(0, notAfter - notBefore) / 3);
}

/** Whether a certificate is still valid at `nowMs` but expires soon, as `expiringFrom` has it. */
export function expiringSoon(period: Period, nowMs: number, days = 30): boolean {
  return nowMs <= period.notAfter && nowMs >= expiringFrom(period, days);
}
