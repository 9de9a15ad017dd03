/** Owns the check value of PKCS#12 containers (RFC 7292, 4; RFC 9579): which of some passwords a container was made with. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DER, type DerCursor } from './der.ts';
import { oidOf } from './oids.ts';
import {
  type Effort,
  type Hash,
  hashOfHmac,
  olderBytes,
  type Password,
  pbkdf2Key,
  readSalt,
  SHA1,
} from './pkcs12-derivation.ts';

const PBMAC1 = '1.2.840.113549.1.5.14';

const HASHES: ReadonlyMap<string, Hash> = new Map([
  ['1.3.14.3.2.26', SHA1],
  ['2.16.840.1.101.3.4.2.4', { name: 'sha224', bytes: 28, block: 64 }],
  ['2.16.840.1.101.3.4.2.1', { name: 'sha256', bytes: 32, block: 64 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'sha384', bytes: 48, block: 128 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', bytes: 64, block: 128 }],
]);

/** Whether a password fits; undefined where that cannot be told. */
export type MacCheck = (password: Password) => boolean | undefined;

/** Reads the MacData behind a container's contents. */
export function macOf(fields: DerCursor, contents: Uint8Array, effort: Effort): MacCheck | undefined {
  if (!fields.has(DER.sequence)) return undefined;
  const data = fields.enter('the check value', DER.sequence);
  const digest = data.enter('the check value', DER.sequence);
  const algorithm = digest.next('its algorithm', DER.sequence);
  const wanted = digest.contents(digest.next('its bytes', DER.octetString));
  const made = (key: Uint8Array, hash: Hash): boolean => {
    const is = createHmac(hash.name, key).update(contents).digest();
    return is.length === wanted.length && timingSafeEqual(is, wanted);
  };
  const named = digest.inside(algorithm);
  const oid = oidOf(named.contents(named.next('its algorithm', DER.oid))) ?? '';
  if (oid === PBMAC1) {
    const parameters = named.enter('its parameters', DER.sequence);
    const derivation = parameters.next('the key derivation', DER.sequence);
    const scheme = parameters.enter('the hash', DER.sequence);
    const hash = hashOfHmac(oidOf(scheme.contents(scheme.next('the hash', DER.oid))));
    if (hash === undefined || data.source.failure !== undefined) return undefined;
    return (password) => {
      const key = pbkdf2Key(parameters.inside(derivation), hash.bytes, password, effort);
      return key && made(key, hash);
    };
  }
  const hash = HASHES.get(oid);
  const salt = readSalt(data);
  if (hash === undefined || data.source.failure !== undefined) return undefined;
  return (password) => {
    const key = olderBytes('mac', hash.bytes, password, salt, effort, hash);
    return key && made(key, hash);
  };
}
