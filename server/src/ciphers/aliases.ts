/** Owns the aliases of cipher strings, such as `HIGH` and `kECDHE` (cipher_aliases, ssl/ssl_ciph.c of 1.0.2u, 1.1.1w, 3.0.20, 3.5.7). */
import { type Build, type Library, since } from './libraries.ts';
import type { Selector } from './selector.ts';
import { missingEncryption } from './suites.ts';

const AES = ['AES128', 'AES256'];
const GCM = ['AES128GCM', 'AES256GCM'];
const CCM8 = ['AES128CCM8', 'AES256CCM8'];
const CCM = ['AES128CCM', 'AES256CCM', ...CCM8];
const ARIA = ['ARIA128GCM', 'ARIA256GCM'];
const CAMELLIA = ['CAMELLIA128', 'CAMELLIA256'];
const OLD = ['DES', '3DES', 'RC2', 'IDEA', 'SEED'];
const ENCRYPTING = [...AES, ...GCM, ...CCM, ...ARIA, ...CAMELLIA, ...OLD, 'RC4', 'CHACHA20'];
const AUTHENTICATED = ['RSA', 'ECDSA', 'DSS', 'PSK', 'SRP', 'DH', 'ECDH'];
const PSK = ['PSK', 'RSAPSK', 'DHEPSK', 'ECDHEPSK'];

interface Alias {
  readonly names: readonly string[];
  readonly selector: Selector;
  readonly first: Library;
  readonly last: Library;
}

/** What `selector` writes as lists. */
interface Facts {
  readonly keyExchange?: readonly string[];
  readonly authentication?: readonly string[];
  readonly encryption?: readonly string[];
  readonly mac?: readonly string[];
  readonly protocol?: readonly string[];
  readonly strength?: readonly string[];
  readonly exportable?: readonly string[];
  readonly notDefault?: readonly string[];
}

function alias(names: string, facts: Facts, first: Library = '1.0.2', last: Library = '4.0'): Alias {
  const sets = Object.entries(facts).map(([property, values]) => [property, new Set(values)]);
  return { names: names.split(' '), selector: Object.fromEntries(sets), first, last };
}

/**
 * The "EDH-" names that 1.1.0 keeps for its "DHE-" suites, and the "DHE-" names that 1.0.2 has for its "EDH-" suites:
 * algorithms and classes, no suite of their own, so that in 1.0.2 the protocol counts.
 */
const edhName = (name: string, authentication: string) =>
  alias(name, { ...DHE_3DES, authentication: [authentication], strength: ['HIGH', 'FIPS'] }, '1.1.1');
const dheName = (name: string, authentication: string, encryption: string, strength: readonly string[]) => {
  const exportable = [strength.includes('EXP40') ? 'EXPORT' : 'NOT_EXP'];
  const facts = {
    authentication: [authentication],
    encryption: [encryption],
    strength,
    exportable,
    protocol: ['SSLv3'],
  };
  return alias(name, { ...DHE_3DES, ...facts }, '1.0.2', '1.0.2');
};
const DHE_3DES = { keyExchange: ['DHE'], encryption: ['3DES'], mac: ['SHA1'] };

const ALIASES: readonly Alias[] = [
  alias('ALL', { encryption: ENCRYPTING }),
  alias('COMPLEMENTOFALL eNULL NULL', { encryption: ['NULL'] }),
  alias('COMPLEMENTOFDEFAULT', { notDefault: ['NOT_DEFAULT'] }),

  alias('kRSA', { keyExchange: ['RSA'] }),
  alias('kEDH kDHE', { keyExchange: ['DHE'] }),
  alias('kEECDH kECDHE', { keyExchange: ['ECDHE'] }),
  alias('DH', { keyExchange: ['DHE', 'DHr', 'DHd'] }),
  alias('ECDH', { keyExchange: ['ECDHE', 'ECDHr', 'ECDHe'] }),
  alias('kPSK', { keyExchange: ['PSK'] }),
  alias('kRSAPSK', { keyExchange: ['RSAPSK'] }, '1.1.1'),
  alias('kECDHEPSK', { keyExchange: ['ECDHEPSK'] }, '1.1.1'),
  alias('kDHEPSK', { keyExchange: ['DHEPSK'] }, '1.1.1'),
  alias('kSRP SRP', { keyExchange: ['SRP'] }),
  alias('kDHr', { keyExchange: ['DHr'] }, '1.0.2', '1.0.2'),
  alias('kDHd', { keyExchange: ['DHd'] }, '1.0.2', '1.0.2'),
  alias('kDH', { keyExchange: ['DHr', 'DHd'] }, '1.0.2', '1.0.2'),
  alias('kECDHr', { keyExchange: ['ECDHr'] }, '1.0.2', '1.0.2'),
  alias('kECDHe', { keyExchange: ['ECDHe'] }, '1.0.2', '1.0.2'),
  alias('kECDH', { keyExchange: ['ECDHr', 'ECDHe'] }, '1.0.2', '1.0.2'),
  alias('KRB5 kKRB5 aKRB5', { keyExchange: ['KRB5'] }, '1.0.2', '1.0.2'),

  alias('aRSA', { authentication: ['RSA'] }),
  alias('aDSS DSS', { authentication: ['DSS'] }),
  alias('aNULL', { authentication: ['NULL'] }),
  alias('aECDSA ECDSA', { authentication: ['ECDSA'] }),
  alias('aPSK', { authentication: ['PSK'] }),
  alias('aSRP', { authentication: ['SRP'] }),
  alias('aDH', { authentication: ['DH'] }, '1.0.2', '1.0.2'),
  alias('aECDH', { authentication: ['ECDH'] }, '1.0.2', '1.0.2'),

  alias('EDH DHE', { keyExchange: ['DHE'], authentication: AUTHENTICATED }),
  alias('EECDH ECDHE', { keyExchange: ['ECDHE'], authentication: AUTHENTICATED }),
  alias('RSA', { keyExchange: ['RSA'], authentication: ['RSA'] }),
  alias('ADH', { keyExchange: ['DHE'], authentication: ['NULL'] }),
  alias('AECDH', { keyExchange: ['ECDHE'], authentication: ['NULL'] }),
  alias('PSK', { keyExchange: ['PSK'], authentication: ['PSK'] }, '1.0.2', '1.0.2'),
  alias('PSK', { keyExchange: PSK }, '1.1.1'),

  alias('DES', { encryption: ['DES'] }, '1.0.2', '1.0.2'),
  alias('3DES', { encryption: ['3DES'] }),
  alias('RC4', { encryption: ['RC4'] }),
  alias('RC2', { encryption: ['RC2'] }),
  alias('IDEA', { encryption: ['IDEA'] }),
  alias('SEED', { encryption: ['SEED'] }),
  alias('AES128', { encryption: ['AES128', 'AES128GCM', 'AES128CCM', 'AES128CCM8'] }),
  alias('AES256', { encryption: ['AES256', 'AES256GCM', 'AES256CCM', 'AES256CCM8'] }),
  alias('AES', { encryption: [...AES, ...GCM, ...CCM] }),
  alias('AESGCM', { encryption: GCM }),
  alias('AESCCM', { encryption: CCM }, '1.1.1'),
  alias('AESCCM8', { encryption: CCM8 }, '1.1.1'),
  alias('CAMELLIA128', { encryption: ['CAMELLIA128'] }),
  alias('CAMELLIA256', { encryption: ['CAMELLIA256'] }),
  alias('CAMELLIA', { encryption: CAMELLIA }),
  alias('CHACHA20', { encryption: ['CHACHA20'] }, '1.1.1'),
  alias('ARIA ARIAGCM', { encryption: ARIA }, '1.1.1'),
  alias('ARIA128', { encryption: ['ARIA128GCM'] }, '1.1.1'),
  alias('ARIA256', { encryption: ['ARIA256GCM'] }, '1.1.1'),
  alias('CBC', { encryption: [...AES, ...CAMELLIA, ...OLD] }, '3.0'),

  alias('MD5', { mac: ['MD5'] }),
  alias('SHA1 SHA', { mac: ['SHA1'] }),
  alias('SHA256', { mac: ['SHA256'] }),
  alias('SHA384', { mac: ['SHA384'] }),

  alias('SSLv2', { protocol: ['SSLv2'] }, '1.0.2', '1.0.2'),
  alias('SSLv3', { protocol: ['SSLv3'] }),
  alias('TLSv1', { protocol: ['SSLv3'] }, '1.0.2', '1.0.2'),
  alias('TLSv1', { protocol: ['TLSv1'] }, '1.1.1'),
  alias('TLSv1.0', { protocol: ['TLSv1'] }, '1.1.1'),
  alias('TLSv1.2', { protocol: ['TLSv1.2'] }),

  alias('EXP EXPORT', { exportable: ['EXPORT'] }, '1.0.2', '1.0.2'),
  alias('EXPORT40', { strength: ['EXP40'] }, '1.0.2', '1.0.2'),
  alias('EXPORT56', { strength: ['EXP56'] }, '1.0.2', '1.0.2'),
  alias('LOW', { strength: ['LOW'] }),
  alias('MEDIUM', { strength: ['MEDIUM'] }),
  alias('HIGH', { strength: ['HIGH'] }),
  alias('FIPS', { encryption: ENCRYPTING, strength: ['FIPS'] }),

  edhName('EDH-DSS-DES-CBC3-SHA', 'DSS'),
  edhName('EDH-RSA-DES-CBC3-SHA', 'RSA'),
  dheName('DHE-DSS-DES-CBC3-SHA', 'DSS', '3DES', ['HIGH', 'FIPS']),
  dheName('DHE-RSA-DES-CBC3-SHA', 'RSA', '3DES', ['HIGH', 'FIPS']),
  dheName('DHE-DSS-DES-CBC-SHA', 'DSS', 'DES', ['LOW']),
  dheName('DHE-RSA-DES-CBC-SHA', 'RSA', 'DES', ['LOW']),
  dheName('EXP-DHE-DSS-DES-CBC-SHA', 'DSS', 'DES', ['EXP40']),
  dheName('EXP-DHE-RSA-DES-CBC-SHA', 'RSA', 'DES', ['EXP40']),
];

/** What only an engine brings; the library itself knows none of these words. */
export const NEEDS_ENGINE: ReadonlySet<string> = new Set(
  'GOST89 GOST94 GOST89MAC GOST12 aGOST aGOST94 aGOST01 aGOST12 kGOST kGOST18'.split(' '),
);

/** The aliases that a build knows. One is missing where the library has none of the algorithms it stands for. */
export function aliasesOf(library: Library, build: Build): ReadonlyMap<string, Selector> {
  const missing = missingEncryption(library, build);
  const known = ALIASES.filter(({ first, last, selector }) => {
    if (!since(library, first) || !since(last, library)) return false;
    return selector.encryption === undefined || [...selector.encryption].some((cipher) => !missing.has(cipher));
  });
  return new Map(known.flatMap(({ names, selector }) => names.map((name) => [name, selector])));
}

/** The words that are aliases in some release. */
export const EVERY_ALIAS: ReadonlySet<string> = new Set(ALIASES.flatMap(({ names }) => names));
