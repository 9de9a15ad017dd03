/** Owns what rules have to know of stunnel: how it takes certificate files, and its own words. */
import { OPENSSL, type ProductFacts } from '../../model/product.ts';

export const PRODUCT: ProductFacts = {
  ...OPENSSL,
  name: 'stunnel',
  listsNeeded: true,
  // 5.74 does not start with it; 5.82 does, and sends what it could read.
  damagedBehind: 'either',
  says: {
    opensslReasons: true,
    damaged: undefined,
    // The second to 5.74 at least, the first from 5.82 at most.
    mismatch: '"Private key does not match the certificate" or "key values mismatch"',
    // It compares them once both are loaded, whatever their types.
    otherType: '"Private key does not match the certificate"',
  },
};
