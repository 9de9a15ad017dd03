/** Owns the suite: what one is, and which suites a build of OpenSSL has for TLS 1.2 and older. */
import { type Build, LIBRARIES, type Library, since } from './libraries.ts';
import { SUITE_TABLE } from './suites.generated.ts';

export type SuiteProtocol = 'SSLv3' | 'TLSv1' | 'TLSv1.2' | 'TLSv1.3';

export interface Suite {
  /** OpenSSL's name, which cipher strings use. */
  readonly name: string;
  /** The name in IANA's registry and in the RFCs. */
  readonly ianaName: string;
  /** Its two bytes on the wire. */
  readonly id: number;
  /** The oldest protocol that may use it. */
  readonly protocol: SuiteProtocol;
  /** `ECDHE`, `DHE`, `RSA`, `PSK`, …; `DHr`, `DHd`, `ECDHr` and `ECDHe` are 1.0.2's fixed keys; `any` in TLS 1.3. */
  readonly keyExchange: string;
  /** `RSA`, `ECDSA`, …; `NULL` is anonymous, `any` TLS 1.3. */
  readonly authentication: string;
  /** `AES128GCM`, `AES256` (in CBC mode), `CHACHA20`, …; `NULL` encrypts nothing. */
  readonly encryption: string;
  /** Bits of the key. */
  readonly bits: number;
  /** Bits of strength by which OpenSSL sorts, and which a security level asks for. */
  readonly strength: number;
  /** `AEAD`, `SHA1`, `SHA256`, … */
  readonly mac: string;
  /** OpenSSL's classes: `HIGH`, `MEDIUM`, `LOW`, `STRONG_NONE`, `EXP40`, `FIPS`, `NOT_DEFAULT`, `EXPORT`. */
  readonly classes: ReadonlySet<string>;
  /** Whether a stolen key leaves recorded traffic secret: what OpenSSL demands at security level 3 (ssl/ssl_cert.c). */
  readonly forwardSecret: boolean;
}

const FORWARD_SECRET = new Set(['DHE', 'ECDHE', 'DHEPSK', 'ECDHEPSK']);

interface Row {
  readonly suite: Suite;
  readonly releases: readonly string[];
}

const ROWS: readonly Row[] = SUITE_TABLE.trim().split('\n').map(readRow);

function readRow(line: string): Row {
  const [name = '', ianaName = '', id, keyExchange = '', authentication = '', encryption = '', mac = '', ...rest] =
    line.split(' ');
  const [protocol, classes = '', strength, bits, releases = ''] = rest;
  const suite: Suite = {
    name,
    ianaName,
    id: Number(id),
    protocol: protocol === 'SSLv3' || protocol === 'TLSv1' ? protocol : 'TLSv1.2',
    keyExchange,
    authentication,
    encryption,
    bits: Number(bits),
    strength: Number(strength),
    mac,
    classes: new Set(classes.split('+')),
    forwardSecret: FORWARD_SECRET.has(keyExchange),
  };
  return { suite, releases: releases.split(',') };
}

/** All that the table knows, of whatever release and build; a suite whose facts changed is there several times. */
export const EVERY_SUITE: readonly Suite[] = ROWS.map(({ suite }) => suite);

/**
 * What libcrypto lacks, so that OpenSSL does not even know the alias: IDEA is configured out by the distributions
 * (`no-idea`), OpenSSL 3 moved the old ones to the legacy provider (CHANGES.md of 3.0).
 */
export function missingEncryption(library: Library, build: Build): ReadonlySet<string> {
  if (build === 'weak' || library === '1.0.2') return NOTHING;
  return library === '1.1.1' ? NO_IDEA : NO_LEGACY;
}
const NOTHING: ReadonlySet<string> = new Set();
const NO_IDEA: ReadonlySet<string> = new Set(['IDEA']);
const NO_LEGACY: ReadonlySet<string> = new Set(['DES', 'RC2', 'RC4', 'IDEA', 'SEED']);

const selected = new Map<string, readonly Suite[]>();

/** The suites of a build, in the order of OpenSSL's own table (descending ids; ssl_sort_cipher_list). */
export function suitesOf(library: Library, build: Build): readonly Suite[] {
  const key = `${library} ${build}`;
  const suites = selected.get(key) ?? select(library, build);
  selected.set(key, suites);
  return suites;
}

function select(library: Library, build: Build): readonly Suite[] {
  const release = LIBRARIES.findLast((one) => since(library, one) && ROWS.some((row) => row.releases.includes(one)));
  const missing = missingEncryption(library, build);
  return ROWS.filter(({ suite, releases }) => {
    if (release === undefined || !releases.includes(release) || missing.has(suite.encryption)) return false;
    return build === 'weak' || !isWeakOption(suite, library);
  }).map(({ suite }) => suite);
}

/** What `enable-weak-ssl-ciphers` brings back: export and single DES in 1.0.2 (from 1.0.2g), RC4 and 3DES since. */
function isWeakOption({ classes, encryption }: Suite, library: Library): boolean {
  if (library === '1.0.2') return classes.has('EXPORT') || classes.has('LOW');
  return encryption === 'RC4' || encryption === '3DES';
}
