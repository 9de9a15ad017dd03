/** Owns what rules have to know of nginx: how it takes certificate files, and its own words. */
import { OPENSSL, type ProductFacts } from '../../model/product.ts';

export const PRODUCT: ProductFacts = {
  ...OPENSSL,
  name: 'nginx',
  versions: { product: 'nginx', name: 'nginx', oldest: '1.18.0' },
  refusedDamaged: new Set(['authorities', 'revocation-lists', 'dh-parameters']),
  // Since then it keeps lists in a cache and looks for them itself; before, OpenSSL loaded whatever is there (changes 1.27.2).
  listsNeeded: { product: 'nginx', since: '1.27.2' },
  passwordUntold: 'no `ssl_password_file` reaches this server',
};
