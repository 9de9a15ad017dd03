/** Owns what rules have to know of Apache: how it takes certificate files, and its own words. */
import { OPENSSL, type ProductFacts } from '../../model/product.ts';

const MISMATCH = 'AH02565, "Certificate and private key … do not match"';

export const PRODUCT: ProductFacts = {
  ...OPENSSL,
  name: 'Apache',
  versions: { product: 'apache', name: 'Apache httpd', oldest: '2.4.37' },
  // Measured with 2.4.69 and 2.4.71.
  derKeys: true,
  refusedDamaged: new Set(['authorities', 'revocation-lists', 'dh-parameters']),
  // It compares the n-th key with the n-th certificate.
  keysByType: false,
  says: { opensslReasons: true, damaged: undefined, mismatch: MISMATCH, otherType: MISMATCH },
};
