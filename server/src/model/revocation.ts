/** Owns revocation lists in the model: those by which a server looks whether its clients' certificates are revoked. */
import type { FileUse } from './model.ts';
import type { Fact } from './origin.ts';

/** Observed by: clients with a good certificate, one for each authority, while lists are there, expire or are missing. */
export interface RevocationCheck {
  /** As the configuration names them; all certificates of a client's chain are looked up in them. */
  readonly lists: readonly FileUse[];
  /** The files with the authorities of clients. */
  readonly authorities: Fact<readonly FileUse[]>;
}
