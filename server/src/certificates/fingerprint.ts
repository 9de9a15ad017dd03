/** Owns the hashes by which people and programs tell certificates and keys apart. */
import * as crypto from 'node:crypto';
import type { PublicKey } from './public-key.ts';

/** In one call where the runtime has that (Node 20.12 and newer): an inventory hashes thousands. */
const sha256: (bytes: Uint8Array, encoding: 'hex' | 'base64') => string =
  typeof crypto.hash === 'function'
    ? (bytes, encoding) => crypto.hash('sha256', bytes, encoding)
    : (bytes, encoding) => crypto.createHash('sha256').update(bytes).digest(encoding);

/** SHA-256 over a certificate's DER, as lower-case hexadecimal digits. */
export function fingerprintOf(der: Uint8Array): string {
  return sha256(der, 'hex');
}

/** Hexadecimal digits as `AB:CD:…`, as `openssl x509 -fingerprint` prints them. */
export function withColons(hex: string): string {
  return hex.toUpperCase().replace(/..(?=.)/g, '$&:');
}

/** SHA-256 over a SubjectPublicKeyInfo in base64: the pin of RFC 7469 (2.4), which stays when a certificate is renewed. */
export function pinOf({ spki }: PublicKey): string {
  return sha256(spki, 'base64');
}
