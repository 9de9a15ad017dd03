/** Owns times without a unit, where the product counts in another one than was clearly meant. */
import type { Safety } from './model.ts';
import type { Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/** Observed by: how long what it limits really takes. */
export interface UnitlessTime {
  /** The number. */
  readonly place: Place;
  /** In the language's own words, without a full stop: what it is, and what it would be. */
  readonly message: string;
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}
