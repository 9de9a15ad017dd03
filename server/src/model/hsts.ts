/** Owns HTTP Strict Transport Security (RFC 6797): on which answers a site sends it, and for how long. */
import type { Safety } from './model.ts';
import type { Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/** Seconds of half a year, the least that counts as long; what Mozilla's policies ask for is two years. */
export const HSTS_LEAST = 180 * 86_400;
export const HSTS_USUAL = 2 * 365 * 86_400;

/** Answers over TLS that do not carry the header, or carry it for a short time only. */
export interface HstsGap {
  readonly kind: 'missing' | 'short' | 'not-on-errors' | 'lost';
  readonly place: Place;
  /** One sentence in the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}
