/** Owns private keys in OpenSSH's own format (PROTOCOL.key), of which only the public half is looked at. */
import type { UnreadableDer } from './certificate.ts';

/** TLS libraries do not read them, so they are only recognised. */
export interface OpensshKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`, …; undefined where the file holds no key. */
  readonly type: string | undefined;
  readonly encrypted: boolean;
}

const MAGIC = 'openssh-key-v1\0';

/** Reads the header of a key: magic, cipher, KDF, its options, the number of keys, the first public key. */
export function readOpensshKey(bytes: Uint8Array): OpensshKey | UnreadableDer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC.length;
  let isCut = false;
  const string = (): string => {
    const length = at + 4 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY;
    isCut ||= at + 4 + length > bytes.length;
    if (isCut) return '';
    at += 4 + length;
    return latin1.decode(bytes.subarray(at - length, at));
  };
  if (latin1.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return unreadable(0, 'it does not start as such a key');
  const cipher = string();
  string();
  string();
  const count = at + 4 <= bytes.length ? view.getUint32(at) : 0;
  at += 4;
  if (count > 0) {
    // Of the public key only the name of its type, which is its first string, is wanted.
    at += 4;
    const type = string();
    return isCut ? unreadable(at, 'it is cut off') : { type, encrypted: cipher !== 'none' };
  }
  return isCut ? unreadable(at, 'it is cut off') : { type: undefined, encrypted: cipher !== 'none' };
}

const latin1 = new TextDecoder('latin1');

function unreadable(offset: number, message: string): UnreadableDer {
  return { kind: 'unreadable', part: 'structure', offset, message };
}
