/** Owns keys whose private half anybody can download: by what they are known, and where they lie. */
import { createHash } from 'node:crypto';
import type { Certificate } from './certificate.ts';
import { nameKey } from './name-key.ts';
import type { PublicKey } from './public-key.ts';

/** The first 8 bytes of the SHA-256 of a SubjectPublicKeyInfo, in hexadecimal, and whose key it is. */
const PUBLISHED: ReadonlyMap<string, string> = new Map([
  // RFC 9500 publishes these for tests, where keys were made up over and over.
  ['9a9e5b0f404f4e2d', 'RFC 9500 (testRSA1024)'],
  ['8fb6bad671cfe698', 'RFC 9500 (testRSA2048)'],
  ['96465ea5dc9bb2da', 'RFC 9500 (testRSA4096)'],
  ['b2b04340cfaee616', 'RFC 9500 (testECCP256)'],
  ['c4c10105a0be0ed4', 'RFC 9500 (testECCP384)'],
  ['acb1b8327fef995e', 'RFC 9500 (testECCP521)'],
  ['64eebde4d94a861c', "Go's tests (net/http/httptest)"],
  ['f69cef95bb53cbcb', "OpenSSL's test server (apps/server2.pem)"],
  ['4bb8f35ba1e126f8', 'Superfish (CVE-2015-2077)'],
  ['cdee9f3305572a67', 'eDellRoot'],
  ['130ad4e063352129', 'DSDTestProvider'],
  ['2bd1e667ec9ebbe0', 'webpack-dev-server'],
  ['680971cb44b0fd56', 'preact-cli'],
  ['9d40513f43991af3', "badssl.com's test of intercepting software"],
]);

/** The same of the names of authorities whose keys are published, and that nobody else has. */
const PUBLISHED_AUTHORITIES: ReadonlyMap<string, string> = new Map([
  ['1580143c459dc882', 'Superfish (CVE-2015-2077)'],
  ['7450529b0a3292e7', 'eDellRoot'],
  ['819ec0a9b6ecc046', 'DSDTestProvider'],
]);

/** Whose published key this is; undefined for others. */
export function publishedKey({ spki }: Pick<PublicKey, 'spki'>): string | undefined {
  return PUBLISHED.get(wordOf(spki));
}

/** The authority with a published key that issued a certificate; undefined for others. */
export function publishedIssuer({ issuer }: Pick<Certificate, 'issuer'>): string | undefined {
  return PUBLISHED_AUTHORITIES.get(wordOf(nameKey(issuer)));
}

function wordOf(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16);
}
