/** Owns what rules have to know of Caddy: how it takes certificate files, and its own words. */
import { OPENSSL, type ProductFacts } from '../../model/product.ts';

export const PRODUCT: ProductFacts = {
  ...OPENSSL,
  name: 'Caddy',
  versions: { product: 'caddy', name: 'Caddy', oldest: '2.4.0' },
  versionWords: {
    SSLv3: 'ssl3.0',
    TLSv1: 'tls1.0',
    'TLSv1.1': 'tls1.1',
    'TLSv1.2': 'tls1.2',
    'TLSv1.3': 'tls1.3',
  },
  // It compares those of one line.
  keysByType: false,
  // Go's reader of PEM; measured with 2.6.2 and what Debian's newer releases have.
  damagedBehind: 'passed-over',
  blankLines: true,
  loadsAnyKey: false,
  passwordUntold: 'nothing takes its password',
  asksPassword: false,
  withoutCertificate: 'ends each handshake with an alert (internal error)',
  says: {
    opensslReasons: false,
    damaged: undefined,
    mismatch: '"private key does not match public key"',
    otherType: '"private key type does not match public key type"',
  },
};
