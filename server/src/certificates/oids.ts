/** Owns object identifiers: decoding them, and the names that OpenSSL gives those which certificates use. */

/** Real ones have some twenty bytes. */
const LONGEST = 128;

interface KnownOid {
  readonly bytes: Uint8Array;
  readonly text: string | undefined;
}

/** Certificates use some hundred, again and again; those of a hostile file must not stay for ever. */
const KNOWN_LIMIT = 4096;
const known = new Map<number, KnownOid>();

/** The dotted form of an encoded object identifier; undefined for none, one over 128 bytes, and one that is cut off. */
export function oidOf(bytes: Uint8Array): string | undefined {
  return oidIn(bytes, 0, bytes.length);
}

/** The same for a part of some bytes. */
export function oidIn(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > LONGEST) return undefined;
  const hash = hashOf(bytes, start, end);
  const found = known.get(hash);
  if (found !== undefined && isAt(bytes, start, end, found.bytes)) return found.text;
  const own = bytes.slice(start, end);
  const text = dotted(own);
  if (found === undefined && known.size < KNOWN_LIMIT && own.length <= 32) known.set(hash, { bytes: own, text });
  return text;
}

/** A number that bytes have in common with few others. */
export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash;
}

/** Whether these bytes stand there. */
export function isAt(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}

function dotted(bytes: Uint8Array): string | undefined {
  const last = bytes[bytes.length - 1];
  if (last === undefined || (last & 0x80) !== 0) return undefined;
  let out = '';
  let number = 0;
  let big: bigint | undefined;
  for (const byte of bytes) {
    if (big === undefined && number > 0x3fffffffffff) big = BigInt(number);
    if (big === undefined) number = number * 128 + (byte & 0x7f);
    else big = big * 128n + BigInt(byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (out === '') {
      // The first number holds the first two arcs: 40 times the first, which is at most 2, plus the second.
      const root = big === undefined ? Math.min(2, Math.floor(number / 40)) : 2;
      out = `${root}.${(big ?? BigInt(number)) - BigInt(40 * root)}`;
    } else out += `.${big ?? number}`;
    number = 0;
    big = undefined;
  }
  return out;
}

/** Extensions that are read. */
export const EXTENSION = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  policies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  /** RFC 7633. */
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  /** RFC 6962, 3.3 and 3.1. */
  sctList: '1.3.6.1.4.1.11129.2.4.2',
  precertificatePoison: '1.3.6.1.4.1.11129.2.4.3',
} as const;

/** RFC 5280, 4.2.2.1. */
export const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1';
export const ISSUER_ACCESS = '1.3.6.1.5.5.7.48.2';
export const COMMON_NAME = '2.5.4.3';

/** Attribute names in RFC 4514's spelling where it has one, otherwise OpenSSL's. */
export const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  [COMMON_NAME, 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.13', 'description'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.46', 'dnQualifier'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.3.6.1.4.1.311.60.2.1.1', 'jurisdictionL'],
  ['1.3.6.1.4.1.311.60.2.1.2', 'jurisdictionST'],
  ['1.3.6.1.4.1.311.60.2.1.3', 'jurisdictionC'],
]);

/** Extended key usages, in the words of RFC 5280. */
export const KEY_PURPOSES: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
]);

/** Signature algorithms, as OpenSSL prints them. */
export const SIGNATURE_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'md2WithRSAEncryption'],
  ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  ['1.3.14.3.2.29', 'sha1WithRSA'],
  ['1.2.840.113549.1.1.10', 'rsassaPss'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.2.840.113549.1.1.14', 'sha224WithRSAEncryption'],
  ['1.2.840.10040.4.3', 'dsaWithSHA1'],
  ['2.16.840.1.101.3.4.3.2', 'dsa_with_SHA256'],
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  ['1.2.840.10045.4.3.1', 'ecdsa-with-SHA224'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
]);

/** Hashes that RSASSA-PSS can name. */
export const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'MD5'],
  ['1.3.14.3.2.26', 'SHA-1'],
  ['2.16.840.1.101.3.4.2.4', 'SHA-224'],
  ['2.16.840.1.101.3.4.2.1', 'SHA-256'],
  ['2.16.840.1.101.3.4.2.2', 'SHA-384'],
  ['2.16.840.1.101.3.4.2.3', 'SHA-512'],
]);

/** Public keys whose algorithm says everything (RFC 8410, RFC 9881, FIPS 205): name and, where it is usual, bits. */
export const PLAIN_KEYS: ReadonlyMap<string, { readonly name: string; readonly bits?: number }> = new Map([
  ['1.3.101.110', { name: 'X25519', bits: 253 }],
  ['1.3.101.111', { name: 'X448', bits: 448 }],
  ['1.3.101.112', { name: 'Ed25519', bits: 256 }],
  ['1.3.101.113', { name: 'Ed448', bits: 456 }],
  ['2.16.840.1.101.3.4.3.17', { name: 'ML-DSA-44' }],
  ['2.16.840.1.101.3.4.3.18', { name: 'ML-DSA-65' }],
  ['2.16.840.1.101.3.4.3.19', { name: 'ML-DSA-87' }],
  ['2.16.840.1.101.3.4.3.20', { name: 'SLH-DSA-SHA2-128s' }],
  ['2.16.840.1.101.3.4.3.21', { name: 'SLH-DSA-SHA2-128f' }],
  ['2.16.840.1.101.3.4.3.22', { name: 'SLH-DSA-SHA2-192s' }],
  ['2.16.840.1.101.3.4.3.23', { name: 'SLH-DSA-SHA2-192f' }],
  ['2.16.840.1.101.3.4.3.24', { name: 'SLH-DSA-SHA2-256s' }],
  ['2.16.840.1.101.3.4.3.25', { name: 'SLH-DSA-SHA2-256f' }],
  ['2.16.840.1.101.3.4.4.1', { name: 'ML-KEM-512' }],
  ['2.16.840.1.101.3.4.4.2', { name: 'ML-KEM-768' }],
  ['2.16.840.1.101.3.4.4.3', { name: 'ML-KEM-1024' }],
]);

export const KEY = {
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  dsa: '1.2.840.10040.4.1',
  ec: '1.2.840.10045.2.1',
} as const;

/** Named curves: OpenSSL's name and the bits of the group's order. */
export const CURVES: ReadonlyMap<string, { readonly name: string; readonly bits: number }> = new Map([
  ['1.2.840.10045.3.1.1', { name: 'prime192v1', bits: 192 }],
  ['1.3.132.0.33', { name: 'secp224r1', bits: 224 }],
  ['1.2.840.10045.3.1.7', { name: 'prime256v1', bits: 256 }],
  ['1.3.132.0.34', { name: 'secp384r1', bits: 384 }],
  ['1.3.132.0.35', { name: 'secp521r1', bits: 521 }],
  ['1.3.132.0.10', { name: 'secp256k1', bits: 256 }],
  ['1.3.36.3.3.2.8.1.1.7', { name: 'brainpoolP256r1', bits: 256 }],
  ['1.3.36.3.3.2.8.1.1.11', { name: 'brainpoolP384r1', bits: 384 }],
  ['1.3.36.3.3.2.8.1.1.13', { name: 'brainpoolP512r1', bits: 512 }],
  ['1.2.156.10197.1.301', { name: 'SM2', bits: 256 }],
]);
