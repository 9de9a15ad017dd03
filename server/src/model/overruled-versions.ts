/** Owns versions that an endpoint asks for and that do not count: another one of its socket decides, or another word. */
import type { Safety } from './model.ts';
import type { Place } from './origin.ts';
import type { Remedy } from './remedy.ts';

/** Observed by: a scan that sends the endpoint's own names, against one of an endpoint that is alone on its socket. */
export interface OverruledVersions {
  /** Where they are written. */
  readonly place: Place;
  /** Whose versions count, and what clients get: in the language's own words, without a full stop. */
  readonly message: string;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly offers: readonly { readonly title: string; readonly safety: Safety; readonly remedy: Remedy }[];
}
