/** Owns what rules have to know of HAProxy: how it takes certificate files, and its own words. */
import { OPENSSL, type ProductFacts } from '../../model/product.ts';

export const PRODUCT: ProductFacts = {
  ...OPENSSL,
  name: 'HAProxy',
  versions: { product: 'haproxy', name: 'HAProxy', oldest: '2.4.0' },
  versionWords: { TLSv1: 'TLSv1.0' },
  bundles: true,
  keyBeside: true,
  // A `crt` may also be what the names of several files begin with (manual, "crt" of bind).
  folders: true,
  // "MEDIUM: ssl: be stricter about chain error", 2.7-dev9.
  strictChains: { product: 'haproxy', since: '2.7' },
  // How it takes other files of DH parameters has not been looked at.
  refusedDamaged: new Set(['authorities', 'revocation-lists']),
  keysByType: false,
  says: {
    opensslReasons: false,
    damaged: {
      certificate: 'unable to load certificate from file',
      chain: 'unable to load certificate chain from file',
      key: 'No Private Key found',
    },
    mismatch: '"inconsistencies between private key and certificate"',
    otherType: '"inconsistencies between private key and certificate"',
  },
};
