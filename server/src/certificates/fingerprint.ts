/** Owns the hashes by which people and programs tell certificates and keys apart. */
import { createHash } from 'node:crypto';
import type { PublicKey } from './public-key.ts';

/** SHA-256 over a certificate's DER, as lower-case hexadecimal digits. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

/** Hexadecimal digits as `AB:CD:…`, as `openssl x509 -fingerprint` prints them. */
export function withColons(hex: string): string {
  return hex.toUpperCase().replace(/..(?=.)/g, '$&:');
}

/** SHA-256 over a SubjectPublicKeyInfo in base64: the pin of RFC 7469 (2.4), which stays when a certificate is renewed. */
export function pinOf({ spki }: PublicKey): string {
  return createHash('sha256').update(spki).digest('base64');
}
